"""Credits of a stay that moves or becomes longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from booking.periods import Period
from booking.services.changing import NotMovable, PriceDiffers
from booking.services.credit_uses import (
    CreditsUnusable,
)
from booking.services.extending import extend_stay
from booking.services.moving import move_reservation
from booking.states import PaymentRule
from booking.tests.credits.entries import entries_of


@pytest.fixture
def stay(make_stay) -> Period:
    """The day after tomorrow: at any hour of the day there is time to move away from it."""
    return make_stay(day=2)


@pytest.mark.parametrize(
    ("hours", "change"), [(2, [("USED", -60)]), (0.5, [("RETURNED", 30)]), (1, [])], ids=str
)
def test_moving_takes_or_gives_the_difference(
    give, book, booker, contact_actor, make_stay, now, left, hours, change
) -> None:
    credit, booked = give(), book(stay=make_stay(day=3))

    moved = move_reservation(
        booked, stay=make_stay(14, hours=hours), booker=booker, actor=contact_actor, now=now
    )

    assert (moved.total_minor, moved.payment_rule) == (0, PaymentRule.FREE)
    assert entries_of(booked) == [("USED", -60), *change]
    assert left(credit) == 600 - 60 * hours


def test_moving_uses_nothing_that_was_granted_since(
    give, book, booker, contact_actor, make_space, make_stay, now, left
) -> None:
    later = make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=500)
    credit, booked = give(30), book(space=later)
    more = give(600)

    moved = move_reservation(
        booked, stay=make_stay(14), booker=booker, actor=contact_actor, now=now
    )

    assert (moved.total_minor, left(credit), left(more)) == (250, 0, 600)


def test_moving_to_where_nothing_is_paid_gives_all_back(
    give, book, booker, contact_actor, make_space, make_stay, now, left
) -> None:
    terms = {"payment": PaymentRule.PAY_LATER, "free_cancel_hours": 0}
    later = make_space(name="Dopo", hourly_minor=500, **terms)
    credit, booked = give(), book(space=later)
    free = make_space(name="Atrio", hourly_minor=0)

    moved = move_reservation(
        booked, space=free, stay=make_stay(14), booker=booker, actor=contact_actor, now=now
    )

    assert (moved.total_minor, left(credit)) == (0, 600)


def test_moving_beyond_their_end_is_refused(
    give, book, booker, contact_actor, make_stay, now, left
) -> None:
    credit = give(days=5)
    booked = book(stay=make_stay(day=3))

    with pytest.raises(CreditsUnusable), transaction.atomic():
        move_reservation(
            booked, stay=make_stay(10, day=6), booker=booker, actor=contact_actor, now=now
        )

    assert (left(credit), entries_of(booked)) == (540, [("USED", -60)])


def test_moving_to_what_they_do_not_pay_is_refused_where_one_pays_when_booking(
    give, book, booker, contact_actor, make_stay, now, left
) -> None:
    credit = give(60)
    booked = book(stay=make_stay(day=3))

    with pytest.raises(PriceDiffers), transaction.atomic():
        move_reservation(
            booked, stay=make_stay(14, hours=2), booker=booker, actor=contact_actor, now=now
        )

    assert (left(credit), entries_of(booked)) == (0, [("USED", -60)])


def test_moving_late_does_not_evade_the_terms(give, book, booker, contact_actor, make_stay) -> None:
    give()
    booked = book()

    with pytest.raises(NotMovable):
        move_reservation(
            booked,
            stay=make_stay(10, day=3),
            booker=booker,
            actor=contact_actor,
            now=booked.starts_at - timedelta(hours=1),
        )


def test_moving_late_is_free_where_the_rest_is_paid_later(
    give, book, booker, contact_actor, make_stay, make_space, left
) -> None:
    later = make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=500)
    credit, booked = give(30), book(space=later)

    at = booked.starts_at - timedelta(hours=1)
    move_reservation(booked, stay=make_stay(10, day=3), booker=booker, actor=contact_actor, now=at)

    assert left(credit) == 0


def test_who_stays_longer_pays_that_with_money(
    give, book, booker, contact_actor, owner_actor, left
) -> None:
    credit, booked = give(), book()

    longer = extend_stay(
        booked,
        ends_at=booked.ends_at + timedelta(hours=1),
        booker=booker,
        actor=contact_actor,
        now=booked.starts_at,
    )

    assert (longer.total_minor, longer.payment_rule) == (1_000, PaymentRule.PAY_LATER)
    assert (entries_of(booked), left(credit)) == ([("USED", -60)], 540)
