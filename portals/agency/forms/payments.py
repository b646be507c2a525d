"""Forms about money: where it goes, and what goes back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from spotex.kernel.ids import ID_PATTERN, new_public_id
from tenants.billing.services.accounts import HOLDER_MAX_LENGTH, Till
from tenants.billing.services.refunds import REASON_MAX_LENGTH
from tenants.payment_providers import PaymentProvider

_CENTS: Final = 100
_ASK: Final = "ask"


class TillForm(PortalForm):
    """Who takes the customers' money."""

    provider = forms.ChoiceField(
        label=_("Customers pay by"), choices=PaymentProvider, widget=forms.RadioSelect
    )
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=HOLDER_MAX_LENGTH,
        required=False,
        help_text=_("As the bank knows it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    iban = forms.CharField(
        label=_("IBAN"),
        max_length=50,
        required=False,
        help_text=_("Shown to customers who pay by bank transfer."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, data: Any, *, providers: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["provider"] = forms.ChoiceField(
            label=_("Customers pay by"), choices=providers, widget=forms.RadioSelect
        )

    def till(self) -> Till:
        """Return what was chosen."""
        return Till(
            provider=PaymentProvider(self.cleaned_data["provider"]),
            holder=self.cleaned_data["holder"],
            iban=self.cleaned_data["iban"],
        )


class RefundForm(PortalForm):
    """How much goes back, and why. ``ask`` makes a second click the same refund."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100_000_000),
        decimal_places=2,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX_LENGTH,
        required=False,
        help_text=_("Goes into the mail to who paid."),
    )
    ask = forms.RegexField(rf"^{_ASK}_{ID_PATTERN}$", widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, *, left_minor: int) -> dict[str, Any]:
        """Return what the form shows first: all that is left."""
        amount = (Decimal(left_minor) / _CENTS).quantize(Decimal("0.01"))
        return {"amount": amount, "ask": new_public_id(_ASK)}

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        amount: Decimal = self.cleaned_data["amount"]
        return {
            "amount_minor": int(amount * _CENTS),
            "reason": self.cleaned_data["reason"],
            "cause": self.cleaned_data["ask"],
        }
