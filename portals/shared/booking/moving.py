"""Moving a reservation: what is asked, for the agency's people and for who booked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.bookers import booker_of
from booking.models import Reservation, Space
from booking.periods import Period
from booking.prices import Price
from booking.rules import make_period
from booking.selectors.places import list_spaces_for
from booking.services.changing import PriceRises
from booking.services.moving import move_reservation
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.stay_times import write_zone, zone_of
from portals.templatetags.ui import money
from spotex.kernel.errors import Conflict
from spotex.kernel.versions import version_of

RENAMED: Final = {"starts_at": "starts", "ends_at": "ends"}
"""The domain's names of fields → those of the form."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_DIGITS: Final = 9


def _day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _clock_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class MoveForm(PortalForm):
    """Another time, by the clock of the space, and another space where there are several."""

    space = forms.ChoiceField(label=_("Space"))
    day = forms.DateField(label=_("Day"), widget=_day_input())
    starts = forms.TimeField(label=_("From"), widget=_clock_input())
    last_day = forms.DateField(
        label=_("Until the day"),
        required=False,
        widget=_day_input(),
        help_text=_("Empty: the same day."),
    )
    ends = forms.TimeField(label=_("To"), widget=_clock_input())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any,
        *,
        reservation: Reservation,
        spaces: Sequence[Space],
        wish: Mapping[str, str],
    ) -> None:
        """Ask where a reservation goes.

        Args:
            data: what was sent, if anything.
            reservation: with its space and location.
            spaces: where it may go.
            wish: what was pointed at in a calendar: ``space``, and ``at`` (a moment) or ``day``.
        """
        space = next(
            (one for one in spaces if one.public_id == wish.get("space")), reservation.space
        )
        zone = zone_of(space)
        begin = _read_begin(reservation, wish, zone=zone)
        # In real time: a night with a missing hour ends an hour later by the clock.
        end = (begin.astimezone(UTC) + (reservation.ends_at - reservation.starts_at)).astimezone(
            zone
        )
        self._spaces = {one.public_id: one for one in spaces}
        super().__init__(
            data,
            initial={
                "space": space.public_id,
                "day": begin.date(),
                "starts": begin.time(),
                "ends": end.time(),
                "last_day": end.date() if end.date() != begin.date() else None,
                "version": version_of(reservation),
            },
        )
        names = [(one.public_id, f"{one.name} · {one.location.name}") for one in spaces]
        self.fields["space"].choices = names  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Refuse years in which nobody books, and wall times that the clocks skip."""
        data = self.cleaned_data
        space = self._spaces.get(data.get("space", ""))
        for day, wall in ((data.get("day"), "starts"), (data.get("last_day"), "ends")):
            chosen, at = day or data.get("day"), data.get(wall)
            if space is None or chosen is None or at is None:
                continue
            if not _is_near(chosen):
                self.add_error("day", gettext("Choose a day in this century or the next."))
            elif not _exists(chosen, at, zone=zone_of(space)):
                self.add_error(wall, gettext("The clocks skip this time on that day."))

    def read_space(self) -> Space:
        """Return where it goes."""
        return self._spaces[self.cleaned_data["space"]]

    def read_period(self) -> Period:
        """Return the time by the clock of the space where it goes.

        Raises:
            EndBeforeStart: it would be empty, or run backwards.
        """
        data, zone = self.cleaned_data, zone_of(self.read_space())
        return make_period(
            starts_at=_to_moment(data["day"], data["starts"], zone=zone),
            ends_at=_to_moment(data["last_day"] or data["day"], data["ends"], zone=zone),
        )


def answer_move(
    request: PortalRequest, reservation: Reservation, *, template: str, page: str
) -> HttpResponse:
    """Ask for another time or space, and move a reservation there; say why where it stays.

    Args:
        request: of somebody who may change the reservation.
        reservation: with its space and location.
        template: of the page with the form.
        page: the reservation's own.
    """
    actor = request.actor
    spaces = list(list_spaces_for(actor).filter(is_bookable=True))
    form = MoveForm(
        posted(request), reservation=reservation, spaces=spaces, wish=request.GET.dict()
    )

    def save() -> Reservation:
        return move_reservation(
            reservation,
            stay=form.read_period(),
            booker=booker_of(actor),
            actor=actor,
            now=timezone.now(),
            space=form.read_space(),
            version=form.value_of("version"),
            most_minor=max(read_most(request), reservation.total_minor),
        )

    refusal, moved, price = "", None, None
    try:
        moved, price = _move(form, save)
    except Conflict as error:
        refusal = error.message
    if moved is not None:
        toast(request, _describe(moved, before_minor=reservation.total_minor))
        return go(request, page)
    context = {
        "form": form,
        "reservation": reservation,
        "zone": write_zone(reservation.starts_at.astimezone(zone_of(reservation.space))),
        "price": price,
        "refusal": refusal,
        "back": page,
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return render_page(request, template, context, status=status)


def _move(
    form: MoveForm, save: Callable[[], Reservation]
) -> tuple[Reservation | None, Price | None]:
    """Move a reservation, or return the price to which somebody has to agree first."""
    try:
        return apply_form(form, save, renamed=RENAMED), None
    except PriceRises as error:
        return None, error.price


def read_most(request: PortalRequest) -> int:
    """Return the price to which somebody agreed, 0 for none."""
    text = request.POST.get("most_minor", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0


def _describe(moved: Reservation, *, before_minor: int) -> str:
    """Say that it is moved, and what it costs where that is something else now."""
    if moved.total_minor == before_minor:
        return gettext("The reservation is moved.")
    price = money(moved.total_minor, moved.currency)
    return gettext("The reservation is moved. It costs %(price)s now.") % {"price": price}


def _read_begin(reservation: Reservation, wish: Mapping[str, str], *, zone: ZoneInfo) -> datetime:
    """Return the beginning that somebody pointed at, by the clock of the space; else the present."""
    begin = reservation.starts_at.astimezone(zone)
    with suppress(ValueError):
        if "at" in wish:
            at = datetime.fromisoformat(wish["at"])
            return at.astimezone(zone) if at.tzinfo and _is_near(at.date()) else begin
        if "day" in wish:
            day = date.fromisoformat(wish["day"])
            return datetime.combine(day, begin.time(), zone) if _is_near(day) else begin
    return begin


def _is_near(day: date) -> bool:
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def _to_moment(day: date, wall: time, *, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def _exists(day: date, wall: time, *, zone: ZoneInfo) -> bool:
    back = _to_moment(day, wall, zone=zone).astimezone(zone)
    return back.replace(tzinfo=None) == datetime.combine(day, wall)
