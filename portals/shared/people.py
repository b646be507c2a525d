"""Forms about people that both portals use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from tenants.lengths import EMAIL_MAX_LENGTH, NAME_MAX_LENGTH
from tenants.states import ContactRole, Language, Role

Choices = Sequence[tuple[str, str | Promise]]

MEMBER_ROLES: Final[Choices] = (
    (Role.OWNER.value, _("Owner: everything, and makes other owners")),
    (Role.ADMIN.value, _("Administrator: everything, with people, brand and plan")),
    (Role.MEMBER.value, _("Member: works with customers and sites, deletes none")),
    (Role.VIEWER.value, _("Viewer: looks, changes nothing")),
)
CONTACT_ROLES: Final[Choices] = (
    (ContactRole.ADMIN.value, _("Administrator: invites people, restarts sites, logs in to them")),
    (ContactRole.MEMBER.value, _("Member: sees the sites and logs in to them")),
    (ContactRole.VIEWER.value, _("Viewer: sees the sites")),
)


class RoleForm(PortalForm):
    """What a person may do from now on."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class InviteForm(RoleForm):
    """Who is invited, and as what."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=EMAIL_MAX_LENGTH,
        help_text=_("A link to set a password is mailed there. It is valid for seven days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    field_order = ["full_name", "email", "role"]


class ProfileForm(PortalForm):
    """How a person is addressed."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("The portal's language")), *Language.choices],
    )
