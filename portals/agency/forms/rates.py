"""The forms of what a space costs, and of the hours with another price."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Space
from booking.models.places import DAY_MINUTES
from booking.rates import MOST_PERCENT, Peak
from booking.states import PaymentRule
from portals.agency.forms.places import VERSION_MAX, ClockInput
from portals.shared.clock import to_minutes
from portals.shared.forms import PortalForm
from spotex.kernel.versions import version_of

_CENTS: Final = 100
_PRICES: Final = ("hourly", "half_day", "daily", "weekly", "monthly")
_PLAIN: Final = ("payment", "half_day_hours", "member_percent")


def price_field(label: Any, *, help_text: Any = "") -> forms.DecimalField:
    """Return a field for an amount in euro; empty is none."""
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=Decimal(100_000),
        decimal_places=2,
        required=False,
        help_text=help_text,
    )


def to_minor(amount: Decimal | None) -> int:
    """Return an amount in cents; nothing is zero."""
    return int((amount or 0) * _CENTS)


def to_amount(minor: int) -> Decimal | None:
    """Return an amount as a form shows it; zero is an empty field."""
    return Decimal(minor) / _CENTS if minor else None


class RatesForm(PortalForm):
    """What a space costs by how long one stays; empty is not sold that way."""

    payment = forms.ChoiceField(label=_("Payment"), choices=PaymentRule)
    hourly = price_field(_("An hour"))
    half_day = price_field(_("Half a day"))
    half_day_hours = forms.IntegerField(
        label=_("Half a day is up to"), min_value=1, max_value=12, initial=4
    )
    daily = price_field(_("A day"), help_text=_("Of the calendar, however many hours of it."))
    weekly = price_field(_("A week"), help_text=_("Seven days in a row."))
    monthly = price_field(_("A month"), help_text=_("Up to the same day of the next month."))
    member_percent = forms.IntegerField(
        label=_("Members pay less"),
        min_value=0,
        max_value=100,
        initial=0,
        help_text=_("Who is a member stands in the data of the customer."),
    )
    version = forms.IntegerField(min_value=1, max_value=VERSION_MAX, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, space: Space) -> dict[str, Any]:
        """Return what the form shows first."""
        return {
            **{name: to_amount(getattr(space, f"{name}_minor")) for name in _PRICES},
            **{name: getattr(space, name) for name in _PLAIN},
            "version": version_of(space),
        }

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        data = self.cleaned_data
        return {
            **{f"{name}_minor": to_minor(data[name]) for name in _PRICES},
            **{name: data[name] for name in _PLAIN},
        }


class PeakForm(PortalForm):
    """Hours with a price of their own."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        choices=[(day, WEEKDAYS[day]) for day in range(7)],
        widget=forms.CheckboxSelectMultiple,
    )
    starts = forms.TimeField(label=_("From"), widget=ClockInput())
    ends = forms.TimeField(
        label=_("To"), widget=ClockInput(), help_text=_("00:00 is the end of the day.")
    )
    percent = forms.IntegerField(
        label=_("More or less than usual"),
        min_value=-100,
        max_value=MOST_PERCENT,
        required=False,
        help_text=_("Such as 20, or −30."),
    )
    price = price_field(_("Or the price of an hour"))
    version = forms.IntegerField(min_value=1, max_value=VERSION_MAX, widget=forms.HiddenInput)

    def clean(self) -> None:
        """Say beside the field what does not fit together."""
        data = self.cleaned_data
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and time(0) < ends <= starts:
            self.add_error("ends", gettext("The end must be after the beginning."))
        if not {"percent", "price"} <= data.keys():
            return
        if (data["percent"] is None) == (data["price"] is None):
            self.add_error("percent", gettext("Give either a share or a price of an hour."))

    def read_peak(self) -> Peak:
        """Return the hours and their price."""
        data = self.cleaned_data
        return Peak(
            weekdays=tuple(sorted(data["weekdays"])),
            starts=to_minutes(data["starts"]),
            ends=DAY_MINUTES if data["ends"] == time(0) else to_minutes(data["ends"]),
            percent=data["percent"],
            hourly_minor=None if data["price"] is None else to_minor(data["price"]),
        )
