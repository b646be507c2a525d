"""Stays that repeat: what would become of each, and booking them.

Every stay is a reservation of its own, with its own claim: one that is taken takes nothing from
the others, and moving or cancelling one leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.bookers import Booker
from booking.events import SeriesBooked
from booking.models import Hold, Reservation, Series, Space
from booking.periods import Period
from booking.prices import Price
from booking.recurrence import Pattern, list_occurrences
from booking.rules import StayRefused
from booking.selectors.calendar import list_occupied
from booking.selectors.free_time import Question, find_free_time
from booking.selectors.hours import find_hours
from booking.services.bookable import require_stay
from booking.services.claims import line_up
from booking.services.credit_uses import require_not_repeated
from booking.services.equipment_prices import Choice, charge
from booking.services.equipment_uses import EquipmentTaken, list_choices_of
from booking.services.holds import HoldExpired, SlotTaken
from booking.services.person_limits import TooManyReservations
from booking.services.pricing import PriceChanged, is_member, price_stay
from booking.services.requests import must_ask
from booking.services.reservations import (
    Visitor,
    book_space,
)
from booking.services.rows import lock_booker
from booking.slots import Occupied
from booking.states import (
    ClaimKind,
    PaymentRule,
    Verdict,
)
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from tenants.customers.models import Customer

_REASONS: Final = {
    ClaimKind.RESERVATION: gettext_lazy("Somebody has reserved it."),
    ClaimKind.HOLD: gettext_lazy("Somebody holds it at this moment."),
    ClaimKind.BLOCK: gettext_lazy("It is blocked."),
    ClaimKind.EXTERNAL: gettext_lazy("It is busy in another calendar."),
}
_BY_WEIGHT: Final = tuple(_REASONS)


class SeriesNotPrepaid(RuleViolation):
    """What is paid when booking is booked one by one."""

    code = "series_not_prepaid"


class SeriesNotAsked(RuleViolation):
    """What the agency agrees to first is asked for one by one."""

    code = "series_needs_approval"


class NothingChosen(RuleViolation):
    """None of the stays was booked."""

    code = "series_empty"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What would become, or became, of one stay of a series."""

    day: date
    stay: Period | None
    verdict: Verdict
    reason: str = ""
    """A sentence, where it is not possible."""

    price: Price | None = None
    """What it would cost, where it is possible."""

    reservation: Reservation | None = None


@dataclass(frozen=True, kw_only=True)
class SeriesPlan:
    """A stay that repeats."""

    space: Space
    stay: Period
    """The first one."""

    pattern: Pattern
    hold: Hold | None = None
    """What the person who books holds of it, such as the first one."""

    customer: Customer | None = None
    """Whose prices count."""

    pays_later: bool = False
    """As for ``book_space``."""
    equipment: Sequence[Choice] | None = None
    """What is lent with each; None for what the hold has."""


def preview_series(wanted: SeriesPlan, *, booker: Booker, now: datetime) -> list[Outcome]:
    """Say of each stay of a series whether it is possible, as far as one can see.

    How many of them the person may have is another question: see ``count_allowed``.

    Raises:
        SeriesNotPrepaid, SeriesNotAsked: each would have to be paid, or agreed to, at once.
        SpaceNotBookable, MembersOnly: none of them is.
        PatternInvalid: the pattern has no end, or one that makes no sense.
    """
    require_repeatable(wanted.space, booker=booker, pays_later=wanted.pays_later)
    space = wanted.space
    zone = find_hours(space).zone
    occurrences = list_occurrences(wanted.stay, pattern=wanted.pattern, zone=zone)
    outcomes = [
        _judge(one.day, one.stay, space=space, booker=booker, now=now) for one in occurrences
    ]
    possible = [one.stay for one in outcomes if one.stay and one.verdict == Verdict.FREE]
    if not possible:
        return outcomes
    free = find_free_time([Question(space=space, open_periods=possible)])[space.pk]
    whole = Period(start=possible[0].start, end=possible[-1].end)
    occupied = list_occupied(space, whole)
    held = _find_held(wanted)
    looked = [
        one if one.stay == held else _look(one, free=free, occupied=occupied) for one in outcomes
    ]
    lent = list_lent(wanted)
    return [_price(one, wanted=wanted, lent=lent) for one in looked]


def list_lent(wanted: SeriesPlan) -> list[Choice]:
    """Return what is lent with each stay of a series."""
    if wanted.equipment is None and wanted.hold is not None:
        return list_choices_of(wanted.hold)
    return list(wanted.equipment or ())


@transaction.atomic
def book_series(
    wanted: SeriesPlan,
    *,
    booker: Booker,
    visitor: Visitor,
    actor: Actor,
    now: datetime,
    chosen: Collection[date] | None = None,
) -> tuple[Series, list[Outcome]]:
    """Book the stays of a series that are possible; return what became of each.

    Several claims in one transaction stand in the line of those who move theirs, and the waiting
    list hears of all of them after the last: nobody waits for another in a circle.

    Args:
        wanted: what, and how it repeats.
        booker: who books, and whose limits count.
        visitor: who comes.
        actor: who asks.
        now: the present moment.
        chosen: only the stays of these days; None for all that are free.

    Raises:
        SeriesNotPrepaid: each would have to be paid at once.
        SeriesNotAsked: the agency would have to agree to each.
        CreditsNotRepeated: the first is held, and paid with credits.
        NothingChosen: none of them was chosen, or possible.
        BookerUnknown, NotesTooLong, CustomerIsArchived, SpaceNotBookable, MembersOnly,
        PatternInvalid: no stay is possible.
    """
    lock_booker(booker)
    if wanted.hold is not None:
        lock_row(wanted.hold)
        require_not_repeated(wanted.hold)
    line_up(wanted.space.unit)
    outcomes = preview_series(wanted, booker=booker, now=now)
    meant = [one for one in outcomes if chosen is None or one.day in chosen]
    if not meant:
        raise NothingChosen(_("Choose at least one of the days."))
    pattern, lent = wanted.pattern, list_lent(wanted)
    series = Series.objects.create(
        frequency=pattern.frequency, every=pattern.every, booker=booker.key
    )

    def book(stay: Period) -> Reservation:
        return book_space(
            wanted.space,
            stay=stay,
            booker=booker,
            visitor=visitor,
            actor=actor,
            now=now,
            pays_later=wanted.pays_later,
            hold=wanted.hold if stay == _find_held(wanted) else None,
            equipment=lent,
            series=series,
        )

    done = [_book(one, book=book) for one in meant]
    booked = [one.reservation for one in done if one.reservation is not None]
    if not booked:
        raise NothingChosen(_("None of these times can be booked. Choose others."))
    publish(
        SeriesBooked(
            actor=actor,
            subject_public_id=booked[0].public_id,
            subject_name=f"{wanted.space.name} · {len(booked)}",
            customer_public_id=visitor.customer.public_id if visitor.customer else "",
            details={"reservations": [one.public_id for one in booked]},
            series=series.public_id,
        )
    )
    return series, done


def require_repeatable(space: Space, *, booker: Booker, pays_later: bool) -> None:
    """Pass if stays in a space can be booked together.

    Raises:
        SeriesNotPrepaid: each would have to be paid at once.
        SeriesNotAsked: the agency would have to agree to each.
    """
    if space.payment == PaymentRule.PREPAID and not (pays_later and booker.is_staff):
        raise SeriesNotPrepaid(_("What is paid when booking is booked one by one."))
    if must_ask(space, booker=booker):
        raise SeriesNotAsked(_("Here each stay is agreed to first. Ask for them one by one."))


def _find_held(wanted: SeriesPlan) -> Period | None:
    hold = wanted.hold
    return Period(start=hold.starts_at, end=hold.ends_at) if hold and not hold.end else None


def _judge(
    day: date, stay: Period | None, *, space: Space, booker: Booker, now: datetime
) -> Outcome:
    """Say what the rules of a space and the clocks say of a stay."""
    if stay is None:
        return Outcome(
            day=day,
            stay=None,
            verdict=Verdict.SKIPPED,
            reason=_("The clocks skip this time on that day."),
        )
    try:
        require_stay(space, stay=stay, booker=booker, now=now)
    except StayRefused as error:
        return Outcome(day=day, stay=stay, verdict=Verdict.REFUSED, reason=error.message)
    return Outcome(day=day, stay=stay, verdict=Verdict.FREE)


def _look(one: Outcome, *, free: Sequence[Period], occupied: Sequence[Occupied]) -> Outcome:
    """Say whether somebody has the time of a stay that the rules allow, and what."""
    stay = one.stay
    if one.verdict != Verdict.FREE or stay is None or any(part.contains(stay) for part in free):
        return one
    kinds = {ClaimKind(each.kind) for each in occupied if each.busy.overlap(stay)}
    first = next((kind for kind in _BY_WEIGHT if kind in kinds), None)
    reason = _REASONS[first] if first else _("The pause between two stays would be too short.")
    return replace(one, verdict=Verdict.TAKEN, reason=str(reason))


def _price(one: Outcome, *, wanted: SeriesPlan, lent: Sequence[Choice]) -> Outcome:
    """Say what a stay costs that is possible; what is held costs what was said then."""
    if one.verdict != Verdict.FREE or one.stay is None:
        return one
    hold, space = wanted.hold, wanted.space
    if hold is not None and one.stay == _find_held(wanted):
        return replace(one, price=hold.price)
    price = price_stay(space, stay=one.stay, is_member=is_member(wanted.customer))
    return replace(one, price=charge(price, lent, space=space, stay=one.stay))


def _book(one: Outcome, *, book: Callable[[Period], Reservation]) -> Outcome:
    """Book one stay that looked free; whoever was faster keeps it."""
    if one.verdict != Verdict.FREE or one.stay is None:
        return one
    try:
        with transaction.atomic():
            return replace(one, verdict=Verdict.BOOKED, reservation=book(one.stay))
    except (SlotTaken, HoldExpired, PriceChanged, EquipmentTaken) as error:
        return replace(one, verdict=Verdict.TAKEN, reason=error.message)
    except TooManyReservations as error:
        return replace(one, verdict=Verdict.REFUSED, reason=error.message)
