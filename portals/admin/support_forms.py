"""What staff states before entering a portal in a person's place."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from spotex.kernel.tenancy import agency_scope
from tenants.customers.selectors import list_active_contacts
from tenants.models import Agency, Membership, User
from tenants.models.support import REASON_MAX_LENGTH
from tenants.services.support import (
    MINUTES,
    REASON_MIN_LENGTH,
    SupportPersonUnfit,
    SupportWish,
)

MEMBERS_OFFERED = 500


class SupportForm(forms.Form):
    """Why, for how long, and whether to change anything."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=REASON_MIN_LENGTH,
        max_length=REASON_MAX_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("The agency reads it, such as “ticket 4711: the logo is not shown”."),
    )
    minutes = forms.TypedChoiceField(
        label=_("Minutes"),
        coerce=int,
        choices=[(minutes, str(minutes)) for minutes in MINUTES],
        widget=UnfoldAdminSelectWidget,
    )
    writes = forms.BooleanField(
        label=_("Change things"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("Customers, domains and sites only. Without it the session can only look."),
    )

    def find_person(self) -> tuple[User, str]:
        """Return in whose place, and the id of the contact for the customer portal."""
        raise NotImplementedError

    def wish(self) -> SupportWish:
        """Return what is asked for."""
        person, contact = self.find_person()
        given = self.cleaned_data
        return SupportWish(
            person=person,
            contact_public_id=contact,
            reason=given["reason"],
            minutes=given["minutes"],
            writes=given["writes"],
        )


def member_form_of(agency: Agency) -> type[SupportForm]:
    """Return the form that offers the people who work in an agency."""
    members = Membership.objects.filter(
        agency=agency, user__is_active=True, user__is_staff=False
    ).select_related("user")

    class MemberForm(SupportForm):
        person = forms.ChoiceField(
            label=_("In the place of"),
            choices=[
                (row.user.public_id, f"{row.user.full_name} · {row.get_role_display()}")
                for row in members.order_by("user__full_name", "pk")[:MEMBERS_OFFERED]
            ],
            widget=UnfoldAdminSelectWidget,
        )
        field_order = ("person", "reason", "minutes", "writes")

        def find_person(self) -> tuple[User, str]:
            return User.objects.get(public_id=self.cleaned_data["person"]), ""

    return MemberForm


def contact_form_of(agency: Agency) -> type[SupportForm]:
    """Return the form that asks for the address of a customer's person."""

    class ContactForm(SupportForm):
        person = forms.EmailField(
            label=_("E-mail of the customer’s person"),
            widget=UnfoldAdminEmailInputWidget,
        )
        field_order = ("person", "reason", "minutes", "writes")

        def find_person(self) -> tuple[User, str]:
            with agency_scope(agency):
                contact = list_active_contacts(email=self.cleaned_data["person"]).first()
            if contact is None or contact.user is None:
                raise SupportPersonUnfit(
                    str(_("No customer of this agency has an active person with this address.")),
                    field="person",
                )
            return contact.user, contact.public_id

    return ContactForm
