"""The forms of packages, and of what customers have of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.lengths import write_length
from booking.models import Package
from booking.models.credits import CREDIT_REASON_MAX_LENGTH, PACKAGE_NAME_MAX_LENGTH
from booking.services.packages import MOST_DAYS
from portals.agency.forms.chosen_spaces import ChosenSpacesForm
from portals.agency.forms.places import VERSION_MAX
from portals.agency.forms.rates import price_field, to_amount, to_minor
from portals.shared.forms import PortalForm
from spotex.kernel.versions import version_of

_HOUR_MINUTES: Final = 60
_ADD: Final = "add"
_TAKE: Final = "take"
PACKAGE_RENAMED: Final = {"minutes": "hours", "price_minor": "price"}
CREDIT_RENAMED: Final = {"minutes": "hours"}


def hours_field() -> forms.DecimalField:
    """Return a field for a length of time in hours, such as 1.5."""
    return forms.DecimalField(
        label=_("How many hours"),
        min_value=Decimal("0.02"),
        max_value=Decimal(10_000),
        decimal_places=2,
    )


def to_minutes(hours: Decimal) -> int:
    """Return hours as whole minutes."""
    return int((hours * _HOUR_MINUTES).quantize(Decimal(1), rounding=ROUND_HALF_UP))


class PackageForm(ChosenSpacesForm):
    """What a customer gets, for how much, where and for how long."""

    name = forms.CharField(
        label=_("Name"),
        max_length=PACKAGE_NAME_MAX_LENGTH,
        help_text=_("Such as “Ten hours of meeting rooms”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Description"),
        max_length=200,
        required=False,
        help_text=_("Customers read it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    hours = hours_field()
    price = price_field(_("Price"), help_text=_("VAT included."))
    valid_days = forms.IntegerField(
        label=_("Days of use"),
        min_value=0,
        max_value=MOST_DAYS,
        initial=365,
        help_text=_("For stays that begin within so many days. 0: no end."),
    )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("name", "note", "valid_days")},
            "minutes": to_minutes(data["hours"]),
            "price_minor": to_minor(data["price"]),
            "spaces": self.read_spaces(),
        }


class PackageChangeForm(PackageForm):
    """The same, filled from a version of the row."""

    version = forms.IntegerField(min_value=1, max_value=VERSION_MAX, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, package: Package) -> dict[str, Any]:
        """Return what the form shows first."""
        hours = Decimal(package.minutes) / _HOUR_MINUTES
        return {
            **{name: getattr(package, name) for name in ("name", "note", "valid_days")},
            "hours": f"{hours:.2f}".rstrip("0").rstrip("."),
            "price": to_amount(package.price_minor),
            "spaces": list(package.spaces.values_list("public_id", flat=True)),
            "version": version_of(package),
        }


class GrantForm(PortalForm):
    """Which package a customer gets, and for what."""

    package = forms.ChoiceField(label=_("Package"))
    reason = forms.CharField(
        label=_("Note"),
        max_length=CREDIT_REASON_MAX_LENGTH,
        required=False,
        help_text=_("Such as the number of the invoice. The customer reads it, too."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, packages: Sequence[Package], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._packages = {one.public_id: one for one in packages}
        self.fields["package"] = forms.ChoiceField(
            label=_("Package"),
            choices=[
                (one.public_id, f"{one.name} · {write_length(one.minutes)}") for one in packages
            ],
        )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        data = self.cleaned_data
        return {"package": self._packages[data["package"]], "reason": data["reason"]}


class CorrectForm(PortalForm):
    """How much more or less a customer has, and why."""

    change = forms.ChoiceField(
        label=_("Change"), choices=[(_ADD, _("Add time")), (_TAKE, _("Take time away"))]
    )
    hours = hours_field()
    reason = forms.CharField(
        label=_("Reason"),
        max_length=CREDIT_REASON_MAX_LENGTH,
        help_text=_("The customer reads it, too."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        data = self.cleaned_data
        minutes = to_minutes(data["hours"])
        return {
            "minutes": -minutes if data["change"] == _TAKE else minutes,
            "reason": data["reason"],
        }
