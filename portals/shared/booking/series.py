"""Stays that repeat, as people choose and see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from booking.models import Reservation, Space
from booking.periods import Period
from booking.recurrence import MOST_OCCURRENCES, MOST_STEPS, Pattern
from booking.services.series import Outcome
from booking.states import Frequency, Verdict
from portals.shared.forms import PortalForm
from portals.stay_times import write_clock, write_day, write_stay, zone_of

SCOPES: Final = (
    ("one", _("Only this one")),
    ("following", _("This one and those after it")),
    ("all", _("All that are still to come")),
)
_LOOKS: Final = {
    Verdict.FREE: ("ok", "circle-check"),
    Verdict.BOOKED: ("ok", "circle-check"),
    Verdict.TAKEN: ("warn", "ban"),
    Verdict.REFUSED: ("neutral", "circle-x"),
    Verdict.SKIPPED: ("neutral", "clock"),
}


def scope_field() -> forms.ChoiceField:
    """Return the question how much of a series is meant."""
    return forms.ChoiceField(
        label=_("It is one of several"),
        choices=SCOPES,
        initial="one",
        required=False,
        widget=forms.RadioSelect,
    )


class RepeatForm(PortalForm):
    """How a stay repeats, and until when."""

    frequency = forms.ChoiceField(
        label=_("Repeats"), choices=Frequency.choices, initial=Frequency.WEEKLY
    )
    every = forms.IntegerField(
        label=_("Every … times"),
        initial=1,
        min_value=1,
        max_value=MOST_STEPS,
        help_text=_("2 with “Every week”: every other week."),
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Or say how often."),
    )
    count = forms.IntegerField(
        label=_("How often"), required=False, min_value=1, max_value=MOST_OCCURRENCES
    )

    def read_pattern(self) -> Pattern:
        """Return how the stay repeats."""
        data = self.cleaned_data
        return Pattern(
            frequency=data["frequency"],
            every=data["every"],
            until=data["until"],
            count=data["count"],
        )


@dataclass(frozen=True, kw_only=True)
class OutcomeView:
    """One stay of a series: its day in words, and whether it can be booked."""

    day: date
    words: str
    hours: str
    word: str
    reason: str
    tone: str
    icon: str
    is_free: bool
    is_chosen: bool
    reservation: Reservation | None


def drop_scope(form: PortalForm, reservation: Reservation) -> None:
    """Ask how much of a series is meant only where there is one."""
    if reservation.series_id is None:
        del form.fields["scope"]


def list_siblings(reservations: QuerySet[Reservation], reservation: Reservation) -> list[Any]:
    """Return the stays of a reservation's series that somebody sees, in words, with itself."""
    if reservation.series_id is None:
        return []
    zone = zone_of(reservation.space)
    found = reservations.filter(series_id=reservation.series_id).order_by("starts_at", "pk")
    return [
        (one, write_stay(Period(start=one.starts_at, end=one.ends_at), zone=zone))
        for one in found[:MOST_OCCURRENCES]
    ]


def view_outcomes(
    outcomes: Iterable[Outcome], *, space: Space, chosen: Sequence[date] | None = None
) -> list[OutcomeView]:
    """Return the stays of a series in words; what is free is chosen unless days are named."""
    zone = zone_of(space)
    views = []
    for one in outcomes:
        tone, icon = _LOOKS[one.verdict]
        is_free = one.verdict == Verdict.FREE
        stay = one.stay
        hours = (
            f"{write_clock(stay.start.astimezone(zone))}–{write_clock(stay.end.astimezone(zone))}"
            if stay
            else ""
        )
        views.append(
            OutcomeView(
                day=one.day,
                words=write_day(one.day, pattern="EEEE d MMMM y"),
                hours=hours,
                word=str(one.verdict.label),
                reason=one.reason,
                tone=tone,
                icon=icon,
                is_free=is_free,
                is_chosen=is_free and (chosen is None or one.day in chosen),
                reservation=one.reservation,
            )
        )
    return views


def describe_booked(outcomes: Iterable[Outcome]) -> tuple[list[Reservation], str]:
    """Return what was booked of those chosen, and a sentence about it."""
    outcomes = list(outcomes)
    booked = [one.reservation for one in outcomes if one.reservation is not None]
    count, missed = len(booked), len(outcomes) - len(booked)
    text = ngettext("%(n)s stay is booked.", "%(n)s stays are booked.", count) % {"n": count}
    if missed:
        rest = ngettext(
            "%(n)s was not possible any more.", "%(n)s were not possible any more.", missed
        )
        text = f"{text} {rest % {'n': missed}}"
    return booked, text


def read_days(texts: Iterable[str]) -> list[date]:
    """Return the days that were ticked; what is no day is passed over."""
    days = []
    for text in texts:
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            continue
    return days
