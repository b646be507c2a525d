"""What it costs to stay longer when something changed since the stay was booked."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Reservation, VoucherUse
from booking.prices import LineKind
from booking.services.changing import PriceRises
from booking.services.credits import grant_credit
from booking.services.equipment import change_equipment, create_equipment
from booking.services.equipment_prices import Choice
from booking.services.extending import extend_stay, list_later_ends
from booking.services.packages import create_package
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from booking.states import EquipmentPricing, PaymentRule

HOUR = timedelta(hours=1)
VISITOR = Visitor(name="Gino", email="gino@trattoria.test")


@pytest.fixture
def room(make_space):
    return make_space(payment=PaymentRule.PAY_LATER, hourly_minor=2_000, name="Sala oro")


@pytest.fixture
def book(room, stay, booker, contact_actor, now):
    def make(stay=stay, *, space=room, **more) -> Reservation:
        wanted = {"visitor": VISITOR, **more}
        return book_space(space, stay=stay, booker=booker, actor=contact_actor, now=now, **wanted)

    return make


@pytest.fixture
def extend(booker, contact_actor):
    """Return ``extend(reservation)``: an hour more, by what the space costs now."""

    def make(reservation, **more) -> Reservation:
        found = Reservation.objects.select_related("space__location", "customer")
        return extend_stay(
            found.get(pk=reservation.pk),
            ends_at=reservation.ends_at + HOUR,
            booker=booker,
            actor=contact_actor,
            now=reservation.starts_at,
            **more,
        )

    return make


def kinds(reservation: Reservation) -> list[tuple[str, int, int]]:
    return [(one.kind, one.quantity, one.amount_minor) for one in reservation.price.lines]


def test_only_what_is_added_is_charged_by_the_rates_of_now(book, extend, room, owner_actor) -> None:
    reservation = book()
    change_space(room, actor=owner_actor, hourly_minor=5_000)

    once = extend(reservation)
    twice = extend(once)

    assert (once.total_minor, twice.total_minor) == (7_000, 12_000)
    hour = (LineKind.LONGER, 60, 5_000)
    assert kinds(twice) == [(LineKind.HOUR, 60, 2_000), hour, hour]


def test_by_the_same_rates_all_of_it_is_explained_as_one(book, extend) -> None:
    assert kinds(extend(book())) == [(LineKind.HOUR, 120, 4_000)]


def test_a_voucher_that_counts_elsewhere_now_takes_nothing_off_what_is_added(
    book, extend, make_space, owner_actor
) -> None:
    voucher = create_voucher(actor=owner_actor, code="META", percent=50)
    reservation = book(voucher="META")
    voucher.spaces.add(make_space(name="Altrove"))

    longer = extend(reservation)

    assert (reservation.total_minor, longer.total_minor) == (1_000, 3_000)
    assert VoucherUse.objects.get(reservation=longer).voucher == voucher


def test_a_voucher_goes_on_where_it_counts(book, extend, owner_actor) -> None:
    create_voucher(actor=owner_actor, code="META", percent=50)

    assert extend(book(voucher="META")).total_minor == 2_000


def test_nobody_pays_more_than_was_agreed_to(book, extend, room, owner_actor) -> None:
    reservation = book()
    change_space(room, actor=owner_actor, hourly_minor=3_000)

    with pytest.raises(PriceRises, match="would cost more") as refused:
        extend(reservation, most_minor=4_000)

    reservation.refresh_from_db()
    assert refused.value.price.total_minor == 5_000
    assert reservation.total_minor == 2_000
    assert extend(reservation, most_minor=5_000).total_minor == 5_000


def test_credits_pay_no_more_than_they_did(book, extend, room, customer, owner_actor, now) -> None:
    package = create_package(
        actor=owner_actor, name="Dieci ore", minutes=600, price_minor=9_000, spaces=[room]
    )
    grant_credit(customer, package=package, actor=owner_actor, now=now, zone=UTC)
    visitor = Visitor(name="Gino", email="gino@trattoria.test", customer=customer)
    reservation = book(with_credits=True, visitor=visitor)
    change_space(room, actor=owner_actor, hourly_minor=3_000)

    assert (reservation.total_minor, extend(reservation).total_minor) == (0, 3_000)


def test_equipment_has_to_be_left_for_what_is_added_only(
    book, extend, location, make_stay, room, make_space, owner_actor
) -> None:
    screen = create_equipment(
        location,
        actor=owner_actor,
        name="Schermo",
        stock=3,
        pricing=EquipmentPricing.PER_HOUR,
        price_minor=500,
    )
    reservation = book(make_stay(10, hours=2), equipment=[Choice(equipment=screen, quantity=2)])
    other = make_space(name="Sala accanto", payment=PaymentRule.PAY_LATER, hourly_minor=100)
    book(make_stay(10), space=other, equipment=[Choice(equipment=screen, quantity=1)])
    change_equipment(screen, actor=owner_actor, stock=2)

    longer = extend(reservation)

    assert longer.total_minor == 3 * (2_000 + 2 * 500)


def test_many_ends_are_looked_up_like_one(book, make_stay, room, booker, owner_actor) -> None:
    create_voucher(actor=owner_actor, code="META", percent=50)
    book(make_stay(10), voucher="META")
    book(make_stay(12))
    book(make_stay(10, day=2), voucher="META")
    found = Reservation.objects.select_related("space__location", "customer").order_by("starts_at")
    near, _after, far = found

    counts = []
    for reservation in (near, near, far):
        with CaptureQueriesContext(connection) as asked:
            ends = list_later_ends(reservation, booker=booker)
        counts.append((len(ends), len(asked)))

    assert [ends for ends, _asked in counts] == [1, 1, 7]
    assert counts[1][1] == counts[2][1]
