"""One day of a space as a person sees it: slots with prices, and what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Hold, Space, SpacePhoto
from booking.periods import Period
from booking.selectors.calendar import list_slots_of_day
from booking.selectors.photos import list_photos_of
from booking.selectors.reservations import list_open_holds
from booking.services.pricing import pays_as_member, price_stay
from booking.slots import Slot
from booking.states import SlotState
from portals.shared.booking.days import Week, build_week
from portals.shared.booking.desks import Desk
from portals.shared.booking.prices import PeakWords, list_peaks, list_rates
from portals.stay_times import StayWords, write_clock, write_stay, write_zone, zone_of
from portals.templatetags.ui import money

_WORDS: Final[dict[str, str | Promise]] = {
    SlotState.FREE: _("Available"),
    SlotState.HELD: _("On hold"),
    SlotState.BOOKED: _("Taken"),
    SlotState.BLOCKED: _("Not available"),
    SlotState.CLOSED: _("Closed"),
}
_MINE: Final = _("Yours, on hold")
_BOOKED_BY_ME: Final = _("Yours")
_TOO_LATE: Final = _("Too late to book")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One slot of the grid."""

    id: str
    begins: str
    ends: str
    look: str
    word: str | Promise
    price: str
    name: str
    """``slot`` to choose it, ``drop`` to give it back, ``""`` where it is only seen."""

    until: datetime | None
    free_seats: int | None


@dataclass(frozen=True, kw_only=True)
class HeldStay:
    """A hold of the person who looks, with what can be done with it."""

    hold: Hold
    words: StayWords
    price: str
    book_url: str
    release_url: str


@dataclass(frozen=True, kw_only=True)
class SpaceDay:
    """Everything that the page of a space shows of one day."""

    space: Space
    day: date
    week: Week
    cells: list[Cell]
    held: list[HeldStay]
    zone: str
    now: datetime
    url: str
    choose_url: str
    live_url: str
    wait_url: str
    rates: list[tuple[str, str]]
    """What it costs by how long one stays; none where it is free of charge."""

    peaks: list[PeakWords]
    member_percent: int
    """What the person who looks pays less."""
    is_full: bool
    """It is open, and nobody can book anything any more."""

    photos: list[SpacePhoto]


def view_day(desk: Desk, space: Space, day: date, *, now: datetime) -> SpaceDay:
    """Return one day of a space for somebody who may want to book it."""
    holds = list(list_open_holds(desk.booker.key).filter(space=space).order_by("starts_at"))
    slots = list_slots_of_day(
        space, day, booker=desk.booker.key, now=now, but={hold.public_id for hold in holds}
    )
    url, for_member = desk.space_url(space), pays_as_member(desk.booker)
    return SpaceDay(
        space=space,
        day=day,
        week=build_week(space, day, url=url, now=now),
        cells=[
            _describe(slot, space=space, holds=holds, now=now, is_member=for_member)
            for slot in slots
            if slot.state != SlotState.PAST
        ],
        held=[_show_hold(hold, desk=desk) for hold in holds],
        zone=write_zone(now.astimezone(zone_of(space))),
        now=now,
        url=f"{url}?day={day}",
        choose_url=desk.choose_url(space),
        live_url=desk.live_url(space),
        wait_url=f"{desk.wait_url(space)}?day={day}",
        rates=list_rates(space),
        peaks=list_peaks(space),
        member_percent=space.member_percent if for_member else 0,
        is_full=_is_full(slots) and not holds,
        photos=list(list_photos_of(space)),
    )


def _is_full(slots: Sequence[Slot]) -> bool:
    """Tell whether there is time to come, and others have all of it."""
    states = {slot.state for slot in slots if not slot.is_mine} - {SlotState.PAST, SlotState.CLOSED}
    return bool(states) and SlotState.FREE not in states


def write_price(space: Space, *, stay: Period, is_member: bool) -> str:
    """Write what a stay costs, ``""`` where it is free of charge."""
    price = price_stay(space, stay=stay, is_member=is_member)
    return money(price.total_minor, price.currency) if price.total_minor else ""


def stay_of(hold: Hold) -> Period:
    """Return the time of a hold."""
    return Period(start=hold.starts_at, end=hold.ends_at)


def _describe(
    slot: Slot, *, space: Space, holds: Sequence[Hold], now: datetime, is_member: bool
) -> Cell:
    zone = zone_of(space)
    hold = next((one for one in holds if stay_of(one).contains(slot.stay)), None)
    look, word, name = _find_look(slot, space=space, hold=hold, now=now)
    return Cell(
        id=slot.id,
        begins=write_clock(slot.stay.start.astimezone(zone)),
        ends=write_clock(slot.stay.end.astimezone(zone)),
        look=look,
        word=word,
        price=write_price(space, stay=slot.stay, is_member=is_member) if look == "free" else "",
        name=name,
        until=hold.expires_at if hold else slot.held_until,
        free_seats=slot.free_seats,
    )


def _find_look(
    slot: Slot, *, space: Space, hold: Hold | None, now: datetime
) -> tuple[str, str | Promise, str]:
    if hold is not None:
        is_end = slot.stay.start == hold.starts_at or slot.stay.end == hold.ends_at
        return "mine", _MINE, "drop" if is_end else ""
    if slot.state == SlotState.FREE:
        notice = timedelta(minutes=space.notice_minutes)
        if notice and slot.stay.start < now + notice:
            return "closed", _TOO_LATE, ""
        return "free", _WORDS[slot.state], "slot"
    if slot.state == SlotState.BOOKED and slot.is_mine:
        return "mine", _BOOKED_BY_ME, ""
    return str(slot.state.value).lower(), _WORDS[slot.state], ""


def _show_hold(hold: Hold, *, desk: Desk) -> HeldStay:
    return HeldStay(
        hold=hold,
        words=write_stay(stay_of(hold), zone=zone_of(hold.space)),
        price=money(hold.total_minor, hold.currency) if hold.total_minor else "",
        book_url=desk.book_url(hold),
        release_url=desk.release_url(hold),
    )
