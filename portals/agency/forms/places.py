"""Forms about locations: their data, their week, and the days that are different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.forms import BoundField
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Location, OpeningRule, Space
from booking.models.places import DAY_MINUTES, NAME_MAX_LENGTH
from booking.opening import DaysOff, Hours
from booking.services.exceptions import REASON_MAX_LENGTH
from portals.shared.clock import close_after, to_minutes
from portals.shared.forms import PortalForm
from spotex.kernel.versions import version_of
from tenants.customers.models import Customer

LOCATION_FIELDS: Final = ("name", "address", "directions", "time_zone", "keeps_holidays")
VERSION_MAX: Final = 9_000_000_000_000_000
_SHIFTS: Final = 2


class ClockInput(forms.TimeInput):
    """A wall time, chosen or typed."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DayInput(forms.DateInput):
    """A day, chosen or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """The fields of one weekday as the page lays them out: pairs of from and to."""

    name: str
    shifts: list[tuple[BoundField, BoundField]]

    @property
    def errors(self) -> list[str]:
        """What is wrong with any of them."""
        return [str(text) for pair in self.shifts for one in pair for text in one.errors]


class WeekForm(PortalForm):
    """The opening hours of a week: two shifts a day, empty when it is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday in range(7):
            for shift in range(_SHIFTS):
                for end, text in (("opens", _("from")), ("closes", _("to"))):
                    self.fields[_field_of(weekday, shift, end)] = forms.TimeField(
                        label=text, required=False, widget=ClockInput()
                    )

    @property
    def week(self) -> list[DayRow]:
        """The fields of the week, a row for each day."""
        return [
            DayRow(
                name=str(WEEKDAYS[weekday]),
                shifts=[
                    (
                        self[_field_of(weekday, shift, "opens")],
                        self[_field_of(weekday, shift, "closes")],
                    )
                    for shift in range(_SHIFTS)
                ],
            )
            for weekday in range(7)
        ]

    def clean(self) -> None:
        """Ask for both ends of each shift."""
        for weekday in range(7):
            for shift in range(_SHIFTS):
                names = [_field_of(weekday, shift, end) for end in ("opens", "closes")]
                given = [self.cleaned_data.get(name) is not None for name in names]
                if any(given) and not all(given) and not any(name in self.errors for name in names):
                    self.add_error(
                        names[given.index(False)],
                        gettext("Give both hours, or neither: then it is closed."),
                    )

    def read_week(self) -> list[Hours]:
        """Return the hours of the week."""
        found = []
        for weekday in range(7):
            for shift in range(_SHIFTS):
                opens: time | None = self.cleaned_data[_field_of(weekday, shift, "opens")]
                closes: time | None = self.cleaned_data[_field_of(weekday, shift, "closes")]
                if opens is None or closes is None:
                    continue
                start = to_minutes(opens)
                end = close_after(start, to_minutes(closes))
                found.append(Hours(weekday=weekday, opens=start, closes=end))
        return found

    @staticmethod
    def initial_of_week(rules: Sequence[OpeningRule | Hours]) -> dict[str, Any]:
        """Return what the fields of the week show first."""
        shown: dict[str, Any] = {}
        for weekday in range(7):
            day = sorted(
                (rule for rule in rules if rule.weekday == weekday), key=lambda one: one.opens
            )
            for shift, rule in enumerate(day[:_SHIFTS]):
                shown[_field_of(weekday, shift, "opens")] = _to_time(rule.opens)
                shown[_field_of(weekday, shift, "closes")] = _to_time(rule.closes)
        return shown


class LocationForm(WeekForm):
    """What an agency writes about a house."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    directions = forms.CharField(
        label=_("How to get there"),
        max_length=1_000,
        required=False,
        help_text=_("It stands in the confirmation that people get."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=list, initial="Europe/Rome")
    keeps_holidays = forms.BooleanField(
        label=_("Closed on Italian holidays"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=_list_zones(), initial="Europe/Rome"
        )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        return {
            **{name: self.cleaned_data[name] for name in LOCATION_FIELDS},
            "opening_hours": self.read_week(),
        }


class LocationCreateForm(LocationForm):
    """The same, with whose it is; that never changes."""

    owner = forms.ChoiceField(label=_("Whose it is"), required=False)

    def __init__(self, *args: Any, customers: Sequence[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._customers = {one.public_id: one for one in customers}
        self.fields["owner"] = forms.ChoiceField(
            label=_("Whose it is"),
            required=False,
            choices=[("", _("Your agency")), *((one.public_id, one.name) for one in customers)],
            help_text=_("A customer’s people see who comes to their location."),
        )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        owner = self._customers.get(self.cleaned_data["owner"])
        return {**super().values(), "customer": owner}


class LocationChangeForm(LocationForm):
    """The same, filled from a version of the row."""

    version = forms.IntegerField(min_value=1, max_value=VERSION_MAX, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, location: Location, *, rules: Sequence[OpeningRule]) -> dict[str, Any]:
        """Return what the form shows first."""
        return {
            **{name: getattr(location, name) for name in LOCATION_FIELDS},
            **cls.initial_of_week(rules),
            "version": version_of(location),
        }


class SpaceHoursForm(WeekForm):
    """The hours of one space; all empty are those of its location."""

    version = forms.IntegerField(min_value=1, max_value=VERSION_MAX, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, space: Space, *, rules: Sequence[OpeningRule]) -> dict[str, Any]:
        """Return what the form shows first."""
        return {**cls.initial_of_week(rules), "version": version_of(space)}


class DaysOffForm(PortalForm):
    """Days on which the usual hours do not hold."""

    first_day = forms.DateField(label=_("From"), widget=DayInput())
    last_day = forms.DateField(
        label=_("To"), required=False, widget=DayInput(), help_text=_("Empty: the same day.")
    )
    opens = forms.TimeField(
        label=_("Open from"),
        required=False,
        widget=ClockInput(),
        help_text=_("Empty: closed all day."),
    )
    closes = forms.TimeField(label=_("Open until"), required=False, widget=ClockInput())
    space = forms.ChoiceField(label=_("For"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_yearly = forms.BooleanField(label=_("Every year"), required=False)

    def __init__(self, data: Any, *, spaces: Sequence[Space]) -> None:
        super().__init__(data)
        self._spaces = {space.public_id: space for space in spaces}
        choices = [("", _("The whole location")), *((one.public_id, one.name) for one in spaces)]
        self.fields["space"] = forms.ChoiceField(label=_("For"), required=False, choices=choices)

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        data = self.cleaned_data
        opens = None if data["opens"] is None else to_minutes(data["opens"])
        closes = None if data["closes"] is None else to_minutes(data["closes"])
        if opens is not None and closes is not None:
            closes = close_after(opens, closes)
        return {
            "days": DaysOff(
                first_day=data["first_day"],
                last_day=data["last_day"] or data["first_day"],
                opens=opens,
                closes=closes,
                is_yearly=data["is_yearly"],
            ),
            "reason": data["reason"],
            "space": self._spaces.get(data["space"]),
        }


@cache
def _list_zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


def _field_of(weekday: int, shift: int, end: str) -> str:
    return f"day_{weekday}_{shift}_{end}"


def _to_time(minutes: int) -> time:
    return time(*divmod(minutes % DAY_MINUTES, 60))
