"""The waiting list as people see it: what is asked of them, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.lengths import write_length
from booking.models import Space, Wish
from booking.periods import Period
from booking.rules import make_period
from booking.selectors.hours import find_hours
from booking.selectors.waiting import find_position
from booking.services.waiting import Wanted
from booking.states import WishState
from portals.shared.forms import PortalForm
from portals.stay_times import StayWords, write_stay, zone_of

RENAMED: Final = {"starts_at": "starts", "ends_at": "ends"}
"""The domain's names of fields → those of the form."""

_MOST_LENGTHS: Final = 12
_LAST_MINUTE: Final = time(23, 59)
_DAY: Final = timedelta(days=1)


class WishForm(PortalForm):
    """A day, between when and when, and how long; by the clock of the space."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("Not before"), widget=forms.TimeInput(format="%H:%M"))
    ends = forms.TimeField(label=_("Not after"), widget=forms.TimeInput(format="%H:%M"))
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int)

    def __init__(self, data: Any, *, space: Space, day: date) -> None:
        self._zone = zone_of(space)
        lengths = _list_lengths(space)
        hours = find_hours(space).list_open(day, day)
        first = hours[0].start.astimezone(self._zone).time() if hours else time(0)
        last = hours[-1].end.astimezone(self._zone) if hours else None
        is_same_day = last is not None and last.date() == day
        super().__init__(
            data,
            initial={
                "day": day,
                "starts": first,
                "ends": last.time() if last and is_same_day else _LAST_MINUTE,
                "minutes": lengths[0],
            },
        )
        self.fields["day"].widget.input_type = "date"
        for name in ("starts", "ends"):
            self.fields[name].widget.input_type = "time"
        choices = [(number, write_length(number)) for number in lengths]
        self.fields["minutes"].choices = choices  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """Refuse years that no calendar reaches."""
        day: date = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2200:
            raise forms.ValidationError(gettext("Choose a day in this century or the next."))
        return day

    def read_wanted(self) -> Wanted:
        """Return what is waited for; the last minute of the day is its end.

        Raises:
            EndBeforeStart: it would run backwards.
        """
        data = self.cleaned_data
        day, last = data["day"], data["ends"]
        end = self._at(day + _DAY, time(0)) if last == _LAST_MINUTE else self._at(day, last)
        window = make_period(starts_at=self._at(day, data["starts"]), ends_at=end)
        return Wanted(window=window, minutes=data["minutes"])

    def _at(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, self._zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class WishView:
    """One place in the list."""

    wish: Wish
    space: Space
    window: StayWords
    length: str
    position: int
    """1 is the next; 0 when nobody waits any more."""

    offer: StayWords | None
    """What is held for the person at this moment."""

    until: datetime | None


def view_wish(wish: Wish, *, now: datetime) -> WishView:
    """Return a place in the list whose space, location and hold are loaded."""
    position = find_position(wish) if wish.state == WishState.WAITING else 0
    return _describe(wish, position=position, now=now)


def view_wishes(wishes: Iterable[Wish], *, now: datetime) -> list[WishView]:
    """Return the places of one line, in their order."""
    return [_describe(wish, position=number, now=now) for number, wish in enumerate(wishes, 1)]


def _describe(wish: Wish, *, position: int, now: datetime) -> WishView:
    zone = zone_of(wish.space)
    window = Period(start=wish.starts_at, end=wish.ends_at)
    hold = wish.hold if wish.state == WishState.OFFERED else None
    if hold is not None and (hold.end or hold.expires_at <= now):
        hold = None
    offer = Period(start=hold.starts_at, end=hold.ends_at) if hold else None
    return WishView(
        wish=wish,
        space=wish.space,
        window=write_stay(window, zone=zone),
        length=write_length(wish.minutes),
        position=position,
        offer=write_stay(offer, zone=zone) if offer else None,
        until=hold.expires_at if hold else None,
    )


def _list_lengths(space: Space) -> list[int]:
    """Return how long a stay may be, the shortest first; a long list helps nobody."""
    lengths = range(space.min_minutes, space.max_minutes + 1, space.slot_minutes)
    return list(lengths)[:_MOST_LENGTHS]
