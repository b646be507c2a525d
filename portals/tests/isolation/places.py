"""Planted places: a house of the customer with a room, a hold and a reservation."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from PIL import Image

from booking.bookers import booker_of
from booking.models import (
    Block,
    Credit,
    Equipment,
    Feed,
    Hold,
    Location,
    OpeningException,
    OutsideCalendar,
    OutsideEvent,
    Package,
    Reservation,
    Space,
    SpacePhoto,
    Voucher,
    WidgetSite,
    Wish,
)
from booking.opening import DaysOff, Hours
from booking.periods import Period
from booking.pictures import LEAST_SIDE
from booking.rates import Peak, write_peaks
from booking.services.arrivals import check_in, mark_missed
from booking.services.blocks import block_space
from booking.services.credits import grant_credit
from booking.services.equipment import create_equipment
from booking.services.exceptions import add_exception
from booking.services.feeds import create_feed
from booking.services.holds import hold_space
from booking.services.locations import create_location
from booking.services.outside import add_outside_calendar
from booking.services.packages import create_package
from booking.services.payments import open_reservation_payment, proceed_with_payment
from booking.services.photos import add_photo
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import create_space
from booking.services.vouchers import create_voucher
from booking.services.waiting import Wanted, join_waiting_list
from booking.services.widgets import allow_widget_site
from booking.slots import SlotId
from booking.states import OutsideState, PaymentRule
from spotex.kernel.actor import Actor, Via
from tenants.billing.models import Payment, Refund
from tenants.billing.services.payments import Bill, open_payment, pay
from tenants.billing.services.refunds import request_refund
from tenants.billing.services.transfers import record_transfer
from tenants.billing.states import SubjectKind
from tenants.customers.access import actor_of_contact
from tenants.customers.models import Contact
from tenants.hosts import snapshot_of
from tenants.models import Agency


def _draw_photo() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (LEAST_SIDE, LEAST_SIDE), "teal").save(drawn, "PNG")
    return drawn.getvalue()


PHOTO: Final = _draw_photo()


@dataclass(frozen=True, kw_only=True)
class Places:
    """What is planted; ``slot`` is the id of a free one, from ``stay_start`` to ``stay_end``."""

    location: Location
    empty_location: Location
    space: Space
    spare_space: Space
    hold: Hold
    reservation: Reservation
    begun: Reservation
    begun_later: str
    """An end that is later than its own."""

    asked: Reservation
    """Waits for the agency's yes."""

    arrived: Reservation
    missed: Reservation
    voucher: Voucher
    equipment: Equipment
    package: Package
    credit: Credit
    unpaid: Reservation
    payment: Payment
    """Of what is not paid."""

    paid: Payment
    transfer: Payment
    """Awaited from a bank."""

    transfer_back: Refund
    slot: str
    stay_start: str
    stay_end: str
    block: Block
    days_off: OpeningException
    feed: Feed
    own_feed: Feed
    """The contact's."""

    outside: OutsideCalendar
    conflict: OutsideEvent
    widget_site: WidgetSite
    photo: SpacePhoto

    tomorrow: str
    wish: Wish
    """For the time of the block."""

    taken_start: str
    taken_end: str
    """Of a time that is reserved."""


def plant_places(
    contact: Contact, *, agency: Agency, actor: Actor, word: str, at: datetime
) -> Places:
    """Plant a house of a contact's company, and what the contact holds and booked in it."""
    location, empty_location = (
        create_location(
            actor=actor,
            name=f"{name} {word}",
            time_zone="Etc/UTC",
            address=f"Via {word} 1",
            opening_hours=[Hours(weekday=day, opens=0, closes=24 * 60) for day in range(7)],
            keeps_holidays=False,
            customer=contact.customer,
        )
        for name in ("Casa", "Magazzino")
    )
    space = create_space(
        actor=actor,
        location=location,
        name=f"Sala {word}",
        peaks=write_peaks([Peak(weekdays=(0,), starts=540, ends=600, percent=50)]),
    )
    person = actor_of_contact(contact, agency=snapshot_of(agency), via=Via.BROWSER)
    booker, stays = booker_of(person), _list_stays(at)
    visitor = Visitor(
        name=f"Corrado {word}", email=f"contact@{word}.test", customer=contact.customer
    )

    paid_space = create_space(
        actor=actor,
        location=location,
        name=f"Sala a ore {word}",
        payment=PaymentRule.PREPAID,
        hourly_minor=1_500,
    )

    later_space = create_space(
        actor=actor,
        location=location,
        name=f"Sala dopo {word}",
        payment=PaymentRule.PAY_LATER,
        hourly_minor=1_500,
    )

    def book(stay: Period, *, space: Space = space) -> Reservation:
        return book_space(space, stay=stay, booker=booker, visitor=visitor, actor=person, now=at)

    def ask(reservation: Reservation) -> Payment:
        return open_reservation_payment(reservation, actor=person, now=at)[0]

    def await_transfer(stay: Period) -> Payment:
        """Ask for a transfer for a stay that is paid later."""
        reservation = book(stay, space=later_space)
        bill = Bill(
            subject_kind=SubjectKind.RESERVATION,
            subject=reservation.public_id,
            description=f"Sala dopo {word} · {reservation.code}",
            amount_minor=reservation.total_minor,
            currency=reservation.currency,
            email=reservation.email,
            customer=reservation.customer,
            by_transfer=True,
        )
        return open_payment(bill, actor=person, now=at)[0]

    sent = record_transfer(await_transfer(stays[0]), actor=actor)
    block = block_space(space, period=stays[4], actor=actor, reason=f"Lavori {word}")
    unpaid = book(stays[0], space=paid_space)
    paid = pay(ask(book(stays[1], space=paid_space)), method="succeed", actor=person)

    asked_space = create_space(
        actor=actor, location=location, name=f"Sala chiesta {word}", needs_approval=True
    )

    arrived, missed = (
        book(stays[3], space=create_space(actor=actor, location=location, name=f"{name} {word}"))
        for name in ("Sala presa", "Sala vuota")
    )

    outside = add_outside_calendar(
        space, actor=actor, name=f"Altrove {word}", url=f"https://{word}.test/a.ics", at=at
    )

    package = create_package(actor=actor, name="Dieci ore", minutes=600)

    return Places(
        location=location,
        empty_location=empty_location,
        space=space,
        spare_space=create_space(actor=actor, location=empty_location, name=f"Banco {word}"),
        hold=hold_space(space, stay=stays[0], booker=booker, actor=person, now=at),
        reservation=book(stays[1]),
        begun=book(stays[3]),
        begun_later=f"{stays[3].end + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+00:00",
        asked=book(stays[1], space=asked_space),
        arrived=check_in(arrived, actor=actor, now=at),
        missed=mark_missed(missed, actor=actor, now=at),
        voucher=create_voucher(actor=actor, code=f"ESTATE-{word}", percent=10),
        equipment=create_equipment(location, actor=actor, name=f"Proiettore {word}", stock=2),
        package=package,
        credit=grant_credit(
            contact.customer,
            package=package,
            actor=actor,
            now=at,
            zone=UTC,
            reason=f"Fattura {word}",
        ),
        unpaid=unpaid,
        payment=ask(unpaid),
        paid=proceed_with_payment(paid, actor=person, now=at),
        transfer=await_transfer(stays[1]),
        transfer_back=request_refund(
            sent, amount_minor=500, cause="planted", actor=actor, now=at, reason=f"Sconto {word}"
        ),
        slot=str(SlotId(space=space.public_id, stay=stays[2])),
        stay_start=f"{stays[2].start:%Y-%m-%dT%H:%M:%SZ}",
        stay_end=f"{stays[2].end:%Y-%m-%dT%H:%M:%SZ}",
        block=block,
        wish=join_waiting_list(
            space,
            wanted=Wanted(window=stays[4], minutes=60),
            booker=booker,
            visitor=visitor,
            actor=person,
            now=at,
        ),
        days_off=add_exception(
            location,
            actor=actor,
            days=DaysOff(first_day=date(2040, 1, 2), last_day=date(2040, 1, 2)),
            reason=f"Ponte {word}",
        ),
        feed=create_feed(actor=actor, space=space, says_who=False)[0],
        own_feed=create_feed(actor=person)[0],
        outside=outside,
        conflict=outside.events.create(
            key=word,
            title=f"Gita {word}",
            state=OutsideState.CONFLICT,
            starts_at=stays[1].start,
            ends_at=stays[1].end,
        ),
        widget_site=allow_widget_site(actor=actor, address=f"www.{word}.test"),
        photo=add_photo(space, actor=actor, content=PHOTO, alt=f"Foto {word}"),
        tomorrow=stays[0].start.date().isoformat(),
        taken_start=f"{stays[1].start:%Y-%m-%dT%H:%M:%SZ}",
        taken_end=f"{stays[1].end:%Y-%m-%dT%H:%M:%SZ}",
    )


def _list_stays(at: datetime) -> list[Period]:
    noon = at.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    starts = [noon + timedelta(hours=hours) for hours in (0, 2, 4)]
    starts.append(noon + timedelta(hours=6))
    stays = [Period(start=start, end=start + timedelta(hours=1)) for start in starts]
    begun = at.replace(minute=0, second=0, microsecond=0)
    # It lasts as long as any walk through the pages, whatever the minute.
    stays.insert(3, Period(start=begun, end=begun + timedelta(hours=3)))
    return stays
