"""The form with which an agency begins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.shared.forms import PortalForm
from portals.templatetags.ui import money
from tenants.lengths import EMAIL_MAX_LENGTH, NAME_MAX_LENGTH, PASSWORD_MAX_LENGTH
from tenants.models import Plan
from tenants.slugs import SLUG_MAX_LENGTH


class SignUpForm(PortalForm):
    """Who asks, and for what; the rules are the service's."""

    agency_name = forms.CharField(
        label=gettext_lazy("Name of the agency"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    agency_slug = forms.CharField(
        label=gettext_lazy("Address of the portal"),
        max_length=SLUG_MAX_LENGTH,
        help_text=gettext_lazy("Lower-case letters, digits and hyphens. It cannot change later."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "data-slug-from": "id_agency_name",
            },
        ),
    )
    full_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=EMAIL_MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=PASSWORD_MAX_LENGTH,
        strip=False,
        help_text=gettext_lazy("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    tier = forms.ChoiceField(label=gettext_lazy("Plan"))

    def __init__(self, *args: Any, plans: list[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (plan.tier, _choice(plan)) for plan in plans
        ]


def _choice(plan: Plan) -> str:
    price = money(plan.price_minor, plan.currency, whole=True)
    return _("%(plan)s: %(price)s a month after the trial") % {"plan": plan.name, "price": price}
