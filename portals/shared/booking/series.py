"""Stays that repeat, as people choose and see them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from booking.models import Reservation, Space
from booking.periods import Period
from booking.recurrence import MOST_OCCURRENCES, MOST_STEPS, Pattern
from booking.services.series import Outcome
from booking.states import Frequency, Verdict
from portals.shared.forms import PortalForm
from portals.stay_times import write_clock, write_day, write_stay, zone_of
from portals.templatetags.ui import money
from spotex.kernel.errors import RuleViolation

SCOPES: Final = (
    ("one", _("Only this one")),
    ("following", _("This one and those after it")),
    ("all", _("All that are still to come")),
)
_MISSES_SHOWN: Final = 3
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
        label=_("Interval"),
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
    price: str
    """What it costs, where it is possible and not free of charge."""

    is_free: bool
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class SeriesView:
    """What would become of each stay of a series, and what those cost together that are chosen."""

    stays: list[OutcomeView]
    count: int
    total: str
    """``""`` where nothing is to be paid."""

    limit: str
    """A sentence, where not all that are free may be booked."""


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
    outcomes: Collection[Outcome],
    *,
    space: Space,
    room: int | None,
    unticked: Collection[date] = (),
) -> SeriesView:
    """Return the stays of a series in words.

    Args:
        outcomes: what would become of each.
        space: with its location.
        room: how many the person may have there; None for any number.
        unticked: the days that the person took out; of the others as many are ticked as one may.
    """
    free = [one.day for one in outcomes if one.verdict == Verdict.FREE]
    ticked = [day for day in free if day not in unticked][:room]
    prices = [one.price for one in outcomes if one.price is not None and one.day in ticked]
    total = sum(price.total_minor for price in prices)
    return SeriesView(
        stays=[_describe(one, space=space, is_chosen=one.day in ticked) for one in outcomes],
        count=len(ticked),
        total=money(total, space.currency) if total else "",
        limit=_write_limit(room) if room is not None and room < len(free) else "",
    )


def _describe(one: Outcome, *, space: Space, is_chosen: bool) -> OutcomeView:
    zone, stay, price = zone_of(space), one.stay, one.price
    tone, icon = _LOOKS[one.verdict]
    hours = (
        f"{write_clock(stay.start.astimezone(zone))}–{write_clock(stay.end.astimezone(zone))}"
        if stay
        else ""
    )
    return OutcomeView(
        day=one.day,
        words=_write_day(one.day),
        hours=hours,
        word=str(one.verdict.label),
        reason=one.reason,
        tone=tone,
        icon=icon,
        price=money(price.total_minor, price.currency) if price and price.total_minor else "",
        is_free=one.verdict == Verdict.FREE,
        is_chosen=is_chosen,
    )


def _write_limit(room: int) -> str:
    text = ngettext(
        "You may have %(n)s more reservation here: choose which.",
        "You may have %(n)s more reservations here: choose which.",
        room,
    )
    return text % {"n": room}


def _write_day(day: date) -> str:
    return write_day(day, pattern="EEEE d MMMM y")


def look_again(form: PortalForm, look: Callable[[], list[Outcome]]) -> list[Outcome]:
    """Return what the person chose from when it was refused; nothing where a field is wrong."""
    if set(form.errors) - {NON_FIELD_ERRORS}:
        return []
    with suppress(RuleViolation):
        return look()
    return []


def describe_booked(outcomes: Iterable[Outcome]) -> tuple[list[Reservation], str]:
    """Return what was booked of those chosen, and what is to be said about all of them."""
    outcomes = list(outcomes)
    booked = [one.reservation for one in outcomes if one.reservation is not None]
    missed = [one for one in outcomes if one.reservation is None]
    count = len(booked)
    texts = [ngettext("%(n)s stay is booked.", "%(n)s stays are booked.", count) % {"n": count}]
    texts += [
        gettext("Not %(day)s: %(reason)s") % {"day": _write_day(one.day), "reason": one.reason}
        for one in missed[:_MISSES_SHOWN]
    ]
    rest = len(missed) - _MISSES_SHOWN
    if rest > 0:
        more = ngettext("Nor %(n)s more.", "Nor %(n)s more.", rest)
        texts.append(more % {"n": rest})
    return booked, " ".join(texts)


def describe_cancelled(count: int) -> str:
    """Say how many reservations are cancelled."""
    if count == 1:
        return gettext("The reservation is cancelled.")
    text = ngettext("%(n)s reservation is cancelled.", "%(n)s reservations are cancelled.", count)
    return text % {"n": count}


def read_unticked(data: QueryDict) -> set[date]:
    """Return the days that could be ticked and were not."""
    return set(read_days(data.getlist("seen"))) - set(read_days(data.getlist("days")))


def read_days(texts: Iterable[str]) -> list[date]:
    """Return the days that were ticked; what is no day is passed over."""
    days = []
    for text in texts:
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            continue
    return days
