"""The form of a voucher."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Voucher
from booking.models.vouchers import CODE_MAX_LENGTH, VOUCHER_NOTE_MAX_LENGTH
from booking.services.vouchers import MOST_USES
from portals.agency.forms.chosen_spaces import ChosenSpacesForm
from portals.agency.forms.places import VERSION_MAX, DayInput
from portals.agency.forms.rates import price_field, to_amount, to_minor
from spotex.kernel.versions import version_of

_PLAIN: Final = ("note", "percent", "first_day", "last_day", "most_uses", "most_per_person")
RENAMED: Final = {"amount_minor": "amount"}


class VoucherForm(ChosenSpacesForm):
    """What a voucher is worth, when, where, and how often."""

    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_MAX_LENGTH,
        help_text=_("What people type, such as SUMMER20."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    note = forms.CharField(
        label=_("What it is for"),
        max_length=VOUCHER_NOTE_MAX_LENGTH,
        required=False,
        help_text=_("Only your agency sees it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    percent = forms.IntegerField(label=_("Percent off"), min_value=1, max_value=100, required=False)
    amount = price_field(_("Or an amount off"))
    first_day = forms.DateField(label=_("First day"), required=False, widget=DayInput())
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("The last day on which one can book with it."),
    )
    most_uses = forms.IntegerField(
        label=_("Uses in all"),
        min_value=0,
        max_value=MOST_USES,
        initial=0,
        help_text=_("0: no limit."),
    )
    most_per_person = forms.IntegerField(
        label=_("Uses per person"),
        min_value=0,
        max_value=MOST_USES,
        initial=0,
        help_text=_("0: no limit."),
    )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in _PLAIN if name in data},
            "amount_minor": None if data["amount"] is None else to_minor(data["amount"]),
            "spaces": self.read_spaces(),
        }


class VoucherCreateForm(VoucherForm):
    """The same, with the code."""

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        return {**super().values(), "code": self.cleaned_data["code"]}


class VoucherChangeForm(VoucherForm):
    """The same, filled from a version of the row; the code stays as it is."""

    code = None  # type: ignore[assignment]  # nobody changes a code that is printed somewhere
    version = forms.IntegerField(min_value=1, max_value=VERSION_MAX, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, voucher: Voucher) -> dict[str, Any]:
        """Return what the form shows first."""
        return {
            **{name: getattr(voucher, name) for name in _PLAIN},
            "amount": to_amount(voucher.amount_minor or 0),
            "spaces": list(voucher.spaces.values_list("public_id", flat=True)),
            "version": version_of(voucher),
        }
