"""Forms about customers."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from tenants.customers.models import Customer
from tenants.lengths import (
    EMAIL_MAX_LENGTH,
    NAME_MAX_LENGTH,
    NOTES_MAX_LENGTH,
    SDI_CODE_MAX_LENGTH,
    VAT_NUMBER_MAX_LENGTH,
)
from tenants.states import Language

CUSTOMER_FIELDS: Final = (
    *("name", "email", "vat_number", "sdi_code", "pec", "language", "notes", "is_member"),
)


class CustomerForm(PortalForm):
    """What an agency writes about a company."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("As on an invoice."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=EMAIL_MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    vat_number = forms.CharField(
        label=_("VAT number"),
        max_length=VAT_NUMBER_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sdi_code = forms.CharField(
        label=_("SDI code"),
        max_length=SDI_CODE_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    pec = forms.EmailField(label=_("PEC address"), max_length=EMAIL_MAX_LENGTH, required=False)
    language = forms.ChoiceField(
        label=_("Language of mails"),
        required=False,
        choices=[("", _("The agency's language")), *Language.choices],
    )
    notes = forms.CharField(
        label=_("Notes"),
        max_length=NOTES_MAX_LENGTH,
        required=False,
        help_text=_("Only your agency sees them."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    is_member = forms.BooleanField(
        label=_("Member prices"),
        required=False,
        help_text=_("Its people book spaces at the prices for members."),
    )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        return {name: self.cleaned_data[name] for name in CUSTOMER_FIELDS}


class CustomerChangeForm(CustomerForm):
    """The same, filled from a version of the row."""

    version = forms.IntegerField(min_value=1, max_value=2_147_483_647, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, customer: Customer) -> dict[str, Any]:
        """Return what the form shows first."""
        return {name: getattr(customer, name) for name in (*CUSTOMER_FIELDS, "version")}
