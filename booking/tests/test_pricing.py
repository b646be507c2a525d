"""The price that is shown is the one that is held, and the one that is booked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.access import access_hold
from booking.models import Space
from booking.rates import Peak, write_peaks
from booking.services.changing import PriceDiffers
from booking.services.holds import change_hold, hold_space
from booking.services.moving import move_reservation
from booking.services.pricing import PriceChanged, is_member, pays_as_member, price_stay
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import SpaceRulesInvalid, change_peaks, change_space
from booking.states import PaymentRule
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.versions import Stale, version_of
from tenants.customers.services.customers import archive_customer, change_customer


@pytest.fixture
def room(make_space) -> Space:
    return make_space(
        payment=PaymentRule.PAY_LATER, hourly_minor=1_000, daily_minor=5_000, member_percent=20
    )


@pytest.fixture
def member(in_agency, customer, owner_actor):
    return change_customer(customer, actor=owner_actor, is_member=True)


@pytest.fixture
def hold(room, stay, booker, contact_actor, now):
    def make(**changes):
        return hold_space(
            room, **{"stay": stay, "booker": booker, "actor": contact_actor, "now": now, **changes}
        )

    return make


@pytest.fixture
def book(room, stay, booker, contact_actor, now, customer):
    def make(held=None, **changes):
        visitor = Visitor(name="Carla", email="carla@bianchi.test", customer=customer)
        held = access_hold(booker, held.public_id) if held else None  # as it is by now
        given = {"stay": stay, "booker": booker, "visitor": visitor, "actor": contact_actor}
        return book_space(room, **{**given, "now": now, "hold": held, **changes})

    return make


def test_the_price_of_a_hold_counts_whatever_changes_meanwhile(
    hold, book, room, owner_actor
) -> None:
    held = hold()
    change_space(room, actor=owner_actor, hourly_minor=9_900)

    assert held.total_minor == 1_000
    assert book(held).total_minor == 1_000


def test_a_hold_that_changes_costs_what_its_time_costs(
    hold, room, booker, contact_actor, make_stay, now
) -> None:
    longer = change_hold(
        hold(), stay=make_stay(10, hours=7), booker=booker, actor=contact_actor, now=now
    )

    assert [line["kind"] for line in longer.price_lines] == ["DAY"]
    assert longer.total_minor == 5_000


def test_after_the_hold_another_price_is_told(hold, book, room, owner_actor, now) -> None:
    held = hold()
    change_space(room, actor=owner_actor, hourly_minor=1_100)

    with pytest.raises(PriceChanged):
        book(held, now=held.expires_at + timedelta(seconds=1))


def test_after_the_hold_the_same_price_needs_no_word(hold, book) -> None:
    held = hold()

    assert book(held, now=held.expires_at).total_minor == 1_000


def test_members_hold_and_book_at_their_price(hold, book, member, booker) -> None:
    held = hold()

    assert pays_as_member(booker)
    assert (held.is_member_price, held.total_minor) == (True, 800)
    assert book(held, visitor=Visitor(name="C", email="c@b.test", customer=member)).price == (
        held.price
    )


def test_who_holds_for_one_and_books_for_another_pays_the_others_price(hold, book, member) -> None:
    held = hold()

    guest = Visitor(name="Gino", email="gino@guest.test")

    assert book(held, visitor=guest).total_minor == 1_000


def test_an_archived_company_is_no_member(member, owner_actor) -> None:
    assert is_member(member)
    assert not is_member(archive_customer(member, actor=owner_actor))
    assert not is_member(None)


def test_a_guest_is_no_member(rival) -> None:
    assert not pays_as_member(rival)


def test_moving_reckons_by_the_rates_of_the_member(
    book, member, make_stay, contact_actor, booker, now
) -> None:
    reservation = book(visitor=Visitor(name="C", email="c@b.test", customer=member))

    moved = move_reservation(
        reservation, stay=make_stay(14, hours=2), booker=booker, actor=contact_actor, now=now
    )

    assert (moved.total_minor, moved.price.lines[-1].amount_minor) == (1_600, -400)


def test_what_is_paid_moves_only_at_the_same_price(
    make_space, stay, make_stay, booker, contact_actor, now, book
) -> None:
    paid = make_space(name="Altra", payment=PaymentRule.PREPAID, hourly_minor=1_000)
    reservation = book()

    with pytest.raises(PriceDiffers):
        move_reservation(
            reservation,
            stay=make_stay(14, hours=2),
            booker=booker,
            actor=contact_actor,
            now=now,
            space=paid,
        )


def test_a_space_free_of_charge_has_no_rates(make_space, stay) -> None:
    room = make_space(hourly_minor=5_000, peaks=[])

    assert price_stay(room, stay=stay).total_minor == 0


def test_hours_with_another_price_are_given_and_taken(room, owner_actor) -> None:
    peak = Peak(weekdays=(0, 1), starts=540, ends=600, percent=10)

    changed = change_peaks(room, [peak], actor=owner_actor, version=version_of(room))

    assert changed.peaks == write_peaks([peak])
    with pytest.raises(Stale):
        change_peaks(room, [], actor=owner_actor, version=version_of(room))
    assert change_peaks(changed, [], actor=owner_actor).peaks == []


@pytest.mark.parametrize(
    "peaks",
    [
        [Peak(weekdays=(), starts=540, ends=600, percent=10)],
        [Peak(weekdays=(0,), starts=540, ends=600, percent=n) for n in (10, 20)],
        [Peak(weekdays=(0,), starts=n, ends=n + 1, percent=10) for n in range(13)],
    ],
)
def test_impossible_hours_are_refused(room, owner_actor, peaks) -> None:
    with pytest.raises(SpaceRulesInvalid) as refused:
        change_peaks(room, peaks, actor=owner_actor)

    assert refused.value.field == "peaks"
    assert Space.objects.get(pk=room.pk).peaks == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hourly_minor": 0, "daily_minor": 0}, "hourly_price"),
        ({"half_day_hours": 0}, "half_day_hours"),
        ({"half_day_hours": 13}, "half_day_hours"),
        ({"member_percent": 101}, "member_percent"),
    ],
)
def test_rates_that_cannot_be_are_refused(room, owner_actor, changes, field) -> None:
    with pytest.raises(SpaceRulesInvalid) as refused:
        change_space(room, actor=owner_actor, **changes)

    assert refused.value.field == field


def test_a_space_can_be_sold_by_the_month_only(room, owner_actor, stay, rival, now) -> None:
    room = change_space(room, actor=owner_actor, hourly_minor=0, daily_minor=0, monthly_minor=9_000)

    assert price_stay(room, stay=stay).total_minor == 9_000
    held = hold_space(room, stay=stay, booker=rival, actor=ANONYMOUS, now=now)
    assert [line.kind for line in held.price.lines] == ["MONTH"]
