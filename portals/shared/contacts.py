"""A customer's people: the same pages for the agency and for the customer's administrators.

Each portal names its own templates and addresses; what may be done is the permission table's
business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.shared.actions import ActionButton, ActionLook, carry_out, list_action_buttons
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.people import CONTACT_ROLES, InviteForm, RoleForm
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Actor
from tenants.customers.access import access_contact
from tenants.customers.models import Contact, Customer
from tenants.customers.selectors import list_contacts_for
from tenants.customers.services.contacts import (
    change_contact_role,
    invite_contact,
    remove_contact,
    resend_contact_invitation,
)
from tenants.customers.states import CONTACT_MACHINE, ContactAction
from tenants.factors import is_factor_there
from tenants.permissions import Permission
from tenants.states import ContactRole


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    """A person with what can be done about them."""

    contact: Contact
    buttons: list[ActionButton]
    has_factor: bool


def list_contact_rows(
    actor: Actor,
    *,
    customer: Customer,
    looks: Mapping[ContactAction, ActionLook],
) -> list[ContactRow]:
    """Return the people of a customer as the actor sees them."""
    return [
        ContactRow(
            contact=contact,
            buttons=list_action_buttons(CONTACT_MACHINE, contact, actor=actor, looks=looks),
            has_factor=contact.has_factor,
        )
        for contact in list_contacts_for(actor, customer=customer).annotate(
            has_factor=is_factor_there("user_id"),
        )
    ]


def show_invite_form(
    request: PortalRequest,
    *,
    customer: Customer,
    template: str,
    then: str,
) -> HttpResponse:
    """Show and save the form that invites a person to a customer's portal."""
    initial = {"role": ContactRole.MEMBER}
    form = InviteForm(posted(request), roles=CONTACT_ROLES, initial=initial)
    saved = apply_form(
        form,
        lambda: invite_contact(
            customer,
            actor=request.actor,
            at=timezone.now(),
            **form.cleaned_data,
        ),
    )
    if saved is not None:
        toast(request, _("The invitation to %(email)s is on its way.") % form.cleaned_data)
        return go(request, then)
    context = {"form": form, "customer": customer, "back": then}
    return render_page(request, template, context, status=422 if form.is_bound else 200)


def show_role_form(
    request: PortalRequest,
    public_id: str,
    *,
    template: str,
    then: str,
) -> HttpResponse:
    """Show and save the role of a person. ``then`` may contain ``{customer}``."""
    contact = access_contact(request.actor, public_id, permission=Permission.CONTACT_MANAGE)
    form = RoleForm(posted(request), roles=CONTACT_ROLES, initial={"role": contact.role})
    back = then.format(customer=contact.customer.public_id)
    saved = apply_form(
        form,
        lambda: change_contact_role(contact, actor=request.actor, role=form.value_of("role")),
    )
    if saved is not None:
        toast(request, _("The role of %(name)s is changed.") % {"name": contact})
        return go(request, back)
    context = {"form": form, "contact": contact, "back": back}
    return render_page(request, template, context, status=422 if form.is_bound else 200)


def send_invitation_again(request: PortalRequest, public_id: str, *, then: str) -> HttpResponse:
    """Mail a new link to an invited person."""
    contact = access_contact(request.actor, public_id, permission=Permission.CONTACT_MANAGE)
    return carry_out(
        request,
        lambda: resend_contact_invitation(contact, actor=request.actor, at=timezone.now()),
        done=_("The invitation to %(email)s is on its way.") % {"email": contact.email},
        then=then.format(customer=contact.customer.public_id),
    )


def ask_and_remove(
    request: PortalRequest,
    public_id: str,
    *,
    template: str,
    then: str,
) -> HttpResponse:
    """Ask whether a person shall lose access; do it on the answer."""
    contact = access_contact(request.actor, public_id, permission=Permission.CONTACT_MANAGE)
    back = then.format(customer=contact.customer.public_id)
    if request.method != "POST":
        return render_page(request, template, {"contact": contact, "back": back})
    return carry_out(
        request,
        lambda: remove_contact(contact, actor=request.actor),
        done=_("%(name)s no longer has access.") % {"name": contact},
        then=back,
    )
