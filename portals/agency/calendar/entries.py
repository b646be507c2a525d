"""What occupies the spaces of a location, as a calendar tells it; six queries for any number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Block, Claim, Hold, OutsideEvent, Reservation, Space
from booking.periods import Period
from booking.price_parts import list_equipment_words
from booking.slots import Occupied
from booking.states import ClaimKind, ReservationState
from booking.units import Interval

Fact = Hold | Reservation | Block | OutsideEvent


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that occupies a space for a time; always shown with an icon and a word."""

    subject: str
    stay: Period
    look: str
    """``held``, ``waiting``, ``booked``, ``here``, ``blocked`` or ``elsewhere``: a colour."""

    icon: str
    word: str
    title: str
    url: str = ""
    move_url: str = ""
    """Of the form that moves it, where it may still be moved."""

    through: str = ""
    """The space that was booked, where it is another one that lies around or inside."""

    equipment: str = ""
    """What is to be there for it."""

    when: str = ""
    """The whole stay by the clock of the place."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A claim and the space that it was made for, if that is known."""

    occupied: Occupied
    space_id: int | None
    entry: Entry


def list_taken(spaces: Sequence[Space], period: Period) -> list[Taken]:
    """Return what is valid now on any of the spaces during a time, in order."""
    claims = _list_claims(spaces, period)
    facts = _find_facts({claim.subject for claim in claims})
    found = [_describe(claim, facts=facts) for claim in claims]
    return sorted(found, key=lambda one: one.entry.stay)


def entries_of(space: Space, taken: Iterable[Taken]) -> list[Entry]:
    """Return what shows in the column of one space: its own, and what takes parts of it."""
    names: dict[str, Entry] = {}
    for one in taken:
        unit = one.occupied.unit
        if not (unit.low < space.unit_high and space.unit_low < unit.high):
            continue
        entry = one.entry
        if one.space_id == space.pk:
            names[entry.subject] = replace(entry, through="")
        else:
            names.setdefault(entry.subject, entry)
    return sorted(names.values(), key=lambda one: one.stay)


def _list_claims(spaces: Sequence[Space], period: Period) -> list[Any]:
    if not spaces:
        return []
    units = Q()
    for space in spaces:
        units |= Q(unit__overlap=(space.unit_low, space.unit_high))
    found = Claim.objects.filter(units, busy__overlap=(period.start, period.end))
    return list(found.filter(valid__contains=Now()).annotate(until=F("valid__endswith")))


def _find_facts(subjects: set[str]) -> dict[str, Fact]:
    holds = Hold.objects.filter(public_id__in=subjects).select_related("space")
    blocks = Block.objects.filter(public_id__in=subjects).select_related("space")
    stays = Reservation.objects.filter(public_id__in=subjects).select_related("space", "customer")
    events = OutsideEvent.objects.filter(public_id__in=subjects)
    events = events.select_related("calendar__space")
    rows: list[Fact] = [*holds, *blocks, *stays, *events]
    return {row.public_id: row for row in rows}


def _describe(claim: Any, *, facts: dict[str, Fact]) -> Taken:
    fact = facts.get(claim.subject)
    busy = Period(start=claim.busy.lower, end=claim.busy.upper)
    return Taken(
        occupied=Occupied(
            unit=Interval(low=claim.unit.lower, high=claim.unit.upper),
            busy=busy,
            kind=ClaimKind(claim.kind),
            subject=claim.subject,
            until=claim.until,
        ),
        space_id=_find_space(fact),
        entry=_write_entry(claim.subject, fact=fact, busy=busy),
    )


def _find_space(fact: Fact | None) -> int | None:
    if isinstance(fact, OutsideEvent):
        return fact.calendar.space_id
    return None if fact is None else fact.space_id


def _write_entry(subject: str, *, fact: Fact | None, busy: Period) -> Entry:
    if isinstance(fact, Reservation):
        look, icon = _look_of(fact)
        company = fact.customer.name if fact.customer else ""
        return Entry(
            subject=subject,
            stay=Period(start=fact.starts_at, end=fact.ends_at),
            look=look,
            icon=icon,
            word=fact.get_state_display(),
            title=f"{fact.name} · {company}" if company not in ("", fact.name) else fact.name,
            url=reverse("agency:reservation-detail", args=[fact.public_id]),
            move_url=reverse("agency:reservation-move", args=[fact.public_id])
            if fact.state == ReservationState.CONFIRMED and fact.starts_at > timezone.now()
            else "",
            through=fact.space.name,
            equipment=", ".join(list_equipment_words(fact.price)),
        )
    if isinstance(fact, Block):
        return Entry(
            subject=subject,
            stay=Period(start=fact.starts_at, end=fact.ends_at),
            look="blocked",
            icon="ban",
            word=_("Blocked"),
            title=fact.reason or _("Nobody can book"),
            url=reverse("agency:block-detail", args=[fact.public_id]),
            through=fact.space.name,
        )
    if isinstance(fact, Hold):
        return Entry(
            subject=subject,
            stay=Period(start=fact.starts_at, end=fact.ends_at),
            look="held",
            icon="hourglass",
            word=_("Held"),
            title=_("Somebody is booking"),
            through=fact.space.name,
        )
    title = _("From another calendar")
    if isinstance(fact, OutsideEvent):
        title = fact.title or fact.calendar.name
    return Entry(
        subject=subject,
        stay=busy,
        look="elsewhere",
        icon="calendar-days",
        word=_("Busy elsewhere"),
        title=title,
        through=fact.calendar.space.name if isinstance(fact, OutsideEvent) else "",
    )


def _look_of(reservation: Reservation) -> tuple[str, str]:
    if reservation.state == ReservationState.PENDING_APPROVAL:
        return "waiting", "hourglass"
    if reservation.state == ReservationState.PENDING_PAYMENT:
        return "waiting", "credit-card"
    if reservation.state in {ReservationState.CHECKED_IN, ReservationState.COMPLETED}:
        return "here", "user-check"
    return "booked", "calendar-check"
