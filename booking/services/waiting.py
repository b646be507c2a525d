"""The waiting list: joining and leaving it, and offers made from it.

An offer is a hold of its own, in the same machinery as any other: it keeps the time for one
person and frees itself. Whoever waits longest is asked first, nobody is offered two times at
once, and who does not take an offer makes room for the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.bookers import Booker
from booking.due_kinds import TEND_LIST
from booking.events import SpaceHeld
from booking.events.waiting import WishLeft, WishMade, WishOffered
from booking.hold_terms import most_wishes, offer_time
from booking.models import Hold, Space, Wish
from booking.periods import Period
from booking.rules import OutsideHours, StayTooFar, check_length
from booking.selectors.waiting import find_farthest, find_fit, find_offer, is_ever_open
from booking.services.bookable import MembersOnly, SpaceNotBookable, require_bookable, rules_of
from booking.services.hold_prices import give_price
from booking.services.holds import SlotTaken, claim_space
from booking.services.offers import close_offer, drop_offer
from booking.services.reservations import Visitor, require_visitor
from booking.states import OPEN_WISHES, WISH_MACHINE, ClaimKind, WishAction, WishState
from booking.telling import tell_calendar, tell_wish
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import current_schema
from tenants.customers.states import CustomerState
from tenants.due import schedule_due

LONGEST_WINDOW: Final = timedelta(days=7)


class WishInvalid(RuleViolation):
    """The time that somebody wants to wait for makes no sense."""

    code = "wish_invalid"


class StillFree(RuleViolation):
    """What somebody wants to wait for can be booked at once."""

    code = "still_free"


class TooManyWishes(RuleViolation):
    """The person waits for as many times as one may."""

    code = "too_many_wishes"


class AlreadyOffered(Conflict):
    """The person has an offer that waits for an answer."""

    code = "already_offered"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """So many minutes, anywhere in a stretch of time."""

    window: Period
    minutes: int


@transaction.atomic
def join_waiting_list(
    space: Space, *, wanted: Wanted, booker: Booker, visitor: Visitor, actor: Actor, now: datetime
) -> Wish:
    """Wait for a time that somebody else has; waiting for the same twice changes nothing.

    Args:
        space: with its location.
        wanted: when, and how long.
        booker: for whom it will be held; without a key the place in the list is the key.
        visitor: who comes, and where the offer goes: an address that is known to be theirs.
        actor: who asks.
        now: the present moment.

    Raises:
        BookerUnknown, NotesTooLong, CustomerIsArchived: nobody could be told.
        SpaceNotBookable, MembersOnly, StayRefused, WishInvalid: such a stay is never possible.
        StillFree: it can be booked at once.
        TooManyWishes: the person waits for as many times as one may.
    """
    require_visitor(visitor)
    wish = _compose(space, wanted=wanted)
    wish.customer, wish.name = visitor.customer, visitor.name.strip()
    wish.email = visitor.email.strip().lower()
    wish.language = visitor.language or booker.language or "it"
    wish.booker = booker.key or wish.public_id
    _require_sense(wish, wanted=wanted, booker=booker, now=now)
    lock_waiting_list()
    mine = Wish.objects.filter(email=wish.email, state__in=OPEN_WISHES)
    found = mine.filter(
        space=space, starts_at=wish.starts_at, ends_at=wish.ends_at, minutes=wish.minutes
    )
    if same := found.select_related("space__location", "customer", "hold").first():
        return same
    if mine.count() >= most_wishes():
        raise TooManyWishes(_describe_limit())
    _require_taken(wish, now=now)
    wish.save()
    schedule_due(TEND_LIST, key=space.public_id, at=now, agency_id=actor.agency_id)
    tell_wish(WishMade, wish, actor=actor)
    return wish


def require_wait(space: Space, *, wanted: Wanted, booker: Booker, now: datetime) -> None:
    """Pass if a time can be waited for, as far as one can see.

    Raises:
        SpaceNotBookable, MembersOnly, StayRefused, WishInvalid: such a stay is never possible.
        StillFree: it can be booked at once.
    """
    wish = _compose(space, wanted=wanted)
    _require_sense(wish, wanted=wanted, booker=booker, now=now)
    _require_taken(wish, now=now)


def _compose(space: Space, *, wanted: Wanted) -> Wish:
    return Wish(
        space=space,
        starts_at=wanted.window.start,
        ends_at=wanted.window.end,
        minutes=wanted.minutes,
    )


def _require_taken(wish: Wish, *, now: datetime) -> None:
    if find_fit(wish, now=now) is not None:
        raise StillFree(_("This is free now. Choose it in the calendar and book it."))


@transaction.atomic
def leave_waiting_list(wish: Wish, *, actor: Actor) -> Wish:
    """Wait no longer, and give back what was offered; doing it again changes nothing.

    Raises:
        IllegalMove: it was booked, or is over.
    """
    lock_waiting_list()
    wish = lock_wish(wish)
    if wish.state == WishState.LEFT:
        return wish
    if wish.hold is not None:  # who books it in this moment has it
        wish.hold = lock_row(wish.hold)
    close_offer(wish, actor=actor)
    was_offered = wish.state == WishState.OFFERED
    WISH_MACHINE.apply(wish, WishAction.LEAVE)
    wish.save()
    if was_offered:
        drop_offer(wish, actor=actor)
    tell_wish(WishLeft, wish, actor=actor)
    return wish


@transaction.atomic
def offer_wish(wish: Wish, *, actor: Actor, now: datetime) -> Wish:
    """Hold the first time that fits for somebody who waits, out of turn.

    Raises:
        IllegalMove: the person does not wait any more, or has this offer already.
        AlreadyOffered: the person has an offer of something else.
        SlotTaken: nothing that fits is free.
        SpaceNotBookable: the person could not book it.
    """
    lock_waiting_list()
    wish = lock_wish(wish)
    WISH_MACHINE.check(wish, WishAction.OFFER)
    if Wish.objects.filter(email=wish.email, state=WishState.OFFERED).exists():
        raise AlreadyOffered(_("This person is being offered another time. Wait for the answer."))
    if not can_be_offered(wish):
        raise SpaceNotBookable(_("This person cannot book this space any more."))
    stay = find_offer(wish, now=now)
    if stay is None:
        raise SlotTaken(_("Nothing that fits is free. Cancel or move a reservation first."))
    make_offer(wish, stay=stay, actor=actor, now=now)
    return wish


def make_offer(wish: Wish, *, stay: Period, actor: Actor, now: datetime) -> None:
    """Hold a time for somebody who waits, in the caller's transaction.

    No longer than it can be booked: until the notice of the space.

    Raises:
        SlotTaken: somebody was faster.
    """
    hold = Hold(space=wish.space, starts_at=stay.start, ends_at=stay.end, booker=wish.booker)
    give_price(hold, stay=stay, booker=booker_of_wish(wish))
    latest = stay.start - timedelta(minutes=wish.space.notice_minutes)
    lasting = min(offer_time(), latest - now)
    taken, hold.seat = claim_space(
        wish.space, stay=stay, kind=ClaimKind.HOLD, subject=hold.public_id, lasting=lasting
    )
    hold.claim, hold.expires_at = taken.claim, taken.until or now + lasting
    hold.save()
    WISH_MACHINE.apply(wish, WishAction.OFFER)
    wish.hold = hold
    wish.save()
    tell_calendar(SpaceHeld, hold, actor=actor)
    tell_wish(WishOffered, wish, actor=actor, starts_at=stay.start.isoformat())


def can_be_offered(wish: Wish) -> bool:
    """Tell whether somebody who waits, space and customer loaded, could book the space at all."""
    if wish.customer is not None and wish.customer.state != CustomerState.ACTIVE:
        return False
    try:
        require_bookable(wish.space, booker=booker_of_wish(wish))
    except (SpaceNotBookable, MembersOnly):
        return False
    return True


def booker_of_wish(wish: Wish) -> Booker:
    """Return as whom somebody from the list books."""
    return Booker(key=wish.booker, customer_id=wish.customer_id, is_guest=wish.customer_id is None)


def lock_waiting_list() -> None:
    """Let changes of an agency's waiting list pass one by one, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{current_schema()}:waiting-list"],
        )


def lock_wish(wish: Wish) -> Wish:
    """Return a wish as it is now, locked, with its space, its customer and its hold."""
    space, customer = wish.space, wish.customer
    wish = lock_row(wish)
    wish.space, wish.customer = space, customer
    return wish


def _require_sense(wish: Wish, *, wanted: Wanted, booker: Booker, now: datetime) -> None:
    require_bookable(wish.space, booker=booker)
    length, window = timedelta(minutes=wanted.minutes), wanted.window
    if length <= timedelta(0) or length > window.length:
        raise WishInvalid(_("The stay does not fit between these times."), field="minutes")
    if window.length > LONGEST_WINDOW:
        raise WishInvalid(
            _("Wait for a time within at most %(n)s days.") % {"n": LONGEST_WINDOW.days},
            field="ends_at",
        )
    rules = rules_of(wish.space)
    check_length(Period(start=window.start, end=window.start + length), rules=rules)
    if window.end - length <= now:
        raise WishInvalid(_("This time has begun already."), field="starts_at")
    far = find_farthest(wish.space, now=now)
    if far and not booker.is_staff and window.start > far:
        raise StayTooFar(
            _("This space is booked at most %(n)s days before.") % {"n": rules.horizon_days},
            field="starts_at",
        )
    if not is_ever_open(wish, now=now):
        raise OutsideHours(_("The space is not open long enough in this time."))


def _describe_limit() -> str:
    text = ngettext(
        "You wait for %(n)s time already, which is the most.",
        "You wait for %(n)s times already, which is the most.",
        most_wishes(),
    )
    return text % {"n": most_wishes()}
