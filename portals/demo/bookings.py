"""Builds the houses of the demo world through the services, and books what is booked there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.bookers import Booker, booker_of
from booking.models import Equipment, Location, Reservation, Space
from booking.opening import DaysOff
from booking.periods import Period
from booking.selectors.hours import find_hours
from booking.services.blocks import block_space
from booking.services.equipment import create_equipment
from booking.services.equipment_prices import Choice
from booking.services.exceptions import add_exception
from booking.services.locations import create_location
from booking.services.payments import open_reservation_payment, proceed_with_payment
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import create_space
from booking.states import ReservationState
from portals.demo.people import DemoEquipment, DemoLocation, DemoSpace, DemoStay
from spotex.kernel.actor import ANONYMOUS, Actor
from tenants.billing.selectors import find_payment_account
from tenants.billing.services.payments import pay
from tenants.billing.states import SandboxOutcome
from tenants.customers.models import Contact
from tenants.payment_providers import PaymentProvider

_DAYS_AHEAD = 30


def build_location(plan: DemoLocation, *, actor: Actor, at: datetime) -> bool:
    """Create a house with all that is in it, unless it exists; tell whether it was made."""
    if Location.objects.filter(name=plan.name).exists():
        return False
    location = create_location(
        actor=actor,
        name=plan.name,
        address=plan.address,
        directions=plan.directions,
        opening_hours=plan.hours,
    )
    if plan.days_off is not None:
        _close(location, plan=plan, actor=actor, year=at.year)
    spaces: dict[str, Space] = {}
    for one in plan.spaces:
        spaces[one.name] = _create(one, location=location, spaces=spaces, actor=actor)
    lent = [
        (one, create_equipment(location, actor=actor, name=one.name, **one.fields))
        for one in plan.equipment
    ]
    for stay in plan.stays:
        _book(stay, space=spaces[stay.space], lent=_choose(stay, lent), actor=actor, at=at)
    if plan.block is not None:
        space = spaces[plan.block.space]
        period = _find_time(plan.block, space=space, at=at)
        if period is not None:
            block_space(space, period=period, actor=actor, reason=plan.block.name)
    return True


def _close(location: Location, *, plan: DemoLocation, actor: Actor, year: int) -> None:
    if plan.days_off is None:
        return
    first, last = date(year, *plan.days_off.first), date(year, *plan.days_off.last)
    days = DaysOff(
        first_day=first,
        last_day=last if last >= first else date(year + 1, *plan.days_off.last),
        is_yearly=True,
    )
    add_exception(location, actor=actor, days=days, reason=plan.days_off.reason)


def _create(
    plan: DemoSpace, *, location: Location, spaces: dict[str, Space], actor: Actor
) -> Space:
    return create_space(
        actor=actor,
        location=location,
        parent=spaces.get(plan.part_of),
        name=plan.name,
        kind=plan.kind,
        capacity=plan.capacity,
        floor=plan.floor,
        **plan.fields,
    )


def _choose(stay: DemoStay, lent: Sequence[tuple[DemoEquipment, Equipment]]) -> list[Choice]:
    """Return what who comes has with a stay of some hours."""
    return [
        Choice(equipment=item, quantity=plan.pieces)
        for plan, item in lent
        if plan.lent_to == stay.name and stay.space != "Tavolo condiviso"
    ]


def _book(
    stay: DemoStay, *, space: Space, lent: Sequence[Choice], actor: Actor, at: datetime
) -> None:
    """Book a stay as a colleague at the desk does, or as who asks; what began by now is left out."""
    period = _find_time(stay, space=space, at=at)
    if period is None:
        return
    contact = Contact.objects.select_related("customer").filter(email=stay.email).first()
    reservation = book_space(
        space,
        stay=period,
        booker=Booker(key=f"guest_{stay.email}", is_guest=True) if stay.asks else booker_of(actor),
        visitor=Visitor(
            name=stay.name,
            email=stay.email,
            customer=contact.customer if contact else None,
            notes=stay.notes,
        ),
        actor=_as_guest(stay, actor=actor) if stay.asks else actor,
        now=at,
        equipment=lent,
        pays_later=not _is_trial_run(actor),
    )
    if reservation.state == ReservationState.PENDING_PAYMENT:
        _pay(reservation, actor=actor, at=at)


def _as_guest(stay: DemoStay, *, actor: Actor) -> Actor:
    """Return who asks on the public pages of the actor's agency."""
    return replace(
        ANONYMOUS,
        name=stay.name,
        email=stay.email,
        agency_id=actor.agency_id,
        agency_public_id=actor.agency_public_id,
        agency_slug=actor.agency_slug,
        schema=actor.schema,
    )


def _is_trial_run(actor: Actor) -> bool:
    account = find_payment_account(actor.agency_id or 0)
    return account.provider == PaymentProvider.SANDBOX


def _pay(reservation: Reservation, *, actor: Actor, at: datetime) -> None:
    """Pay at the till of the trial run, as whoever booked would, and have the money taken."""
    payment, _intent = open_reservation_payment(reservation, actor=actor, now=at)
    payment = pay(payment, method=SandboxOutcome.SUCCEED, actor=actor)
    proceed_with_payment(payment, actor=actor, now=at)


def _find_time(stay: DemoStay, *, space: Space, at: datetime) -> Period | None:
    """Return when a stay is, counted in days on which the space is open then; 0 is today."""
    zone = ZoneInfo(space.location.time_zone)
    today = at.astimezone(zone).date()
    hours = find_hours(space)
    possible = [
        (day, period)
        for day in (today + timedelta(days=number) for number in range(_DAYS_AHEAD))
        for period in [_put_on(day, stay=stay, zone=zone)]
        if any(one.contains(period) for one in hours.list_open(day, day))
    ]
    wanted = [period for day, period in possible if (day > today) == bool(stay.day)]
    number = max(stay.day - 1, 0)
    return wanted[number] if number < len(wanted) and wanted[number].start > at else None


def _put_on(day: date, *, stay: DemoStay, zone: ZoneInfo) -> Period:
    start = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=stay.hour)
    return Period(start=start, end=start + timedelta(hours=stay.hours))
