"""Credits on a hold: reserved until it is booked, given back or over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.models import CreditDraw
from booking.services.credit_uses import (
    CreditsGone,
    CreditsUnusable,
)
from booking.services.credits import CreditInvalid, correct_credit
from booking.services.holds import HoldExpired, change_hold, release_hold
from booking.services.pricing import PriceChanged
from booking.services.spaces import change_space
from booking.states import ReservationState
from booking.tests.credits.entries import entries_of
from booking.tests.expired import expire
from booking.tests.paid import pay_for
from spotex.kernel.errors import Missing


def test_credits_pay_for_what_is_held_and_then_booked(give, hold, put, book, left) -> None:
    credit = give()

    held = put(hold())
    assert (held.total_minor, left(credit)) == (0, 540)
    booked = book(held)

    assert (booked.state, booked.payment_rule) == ("CONFIRMED", "FREE")
    assert [line.kind for line in booked.price.lines] == ["HOUR", "CREDIT"]
    assert entries_of(booked) == [("USED", -60)]
    assert left(credit) == 540
    assert not CreditDraw.objects.exists()


def test_what_credits_do_not_pay_is_paid_as_usual(
    give, hold, put, book, left, contact_actor, now
) -> None:
    credit = give(45)

    held = put(hold())
    assert str(CreditDraw.objects.get()) == "Ore 45"
    booked = book(held)
    assert (booked.state, booked.total_minor) == (ReservationState.PENDING_PAYMENT, 250)
    assert (entries_of(booked), left(credit)) == ([], 0)
    pay_for(booked, actor=contact_actor, now=now)

    assert booked.state == ReservationState.CONFIRMED
    assert (entries_of(booked), left(credit)) == ([("USED", -45)], 0)


def test_they_can_be_taken_off_again(give, hold, put, left) -> None:
    credit = give()

    held = put(put(hold()), use=False)

    assert (held.total_minor, left(credit)) == (1_000, 600)


def test_putting_them_on_twice_takes_them_once(give, hold, put, left) -> None:
    credit = give()

    put(put(hold()))

    assert left(credit) == 540


def test_a_hold_that_is_over_gives_them_back_by_itself(give, hold, put, left, now) -> None:
    credit, held = give(), hold()
    put(held)
    held.refresh_from_db()

    expire(held)

    assert left(credit) == 600
    with pytest.raises(HoldExpired):
        put(held, now=now)


def test_a_hold_that_is_given_back_gives_them_back(
    give, hold, put, left, booker, contact_actor
) -> None:
    credit, held = give(), put(hold())

    release_hold(held, booker=booker, actor=contact_actor)

    assert left(credit) == 600
    with pytest.raises(HoldExpired):
        put(held)


def test_nobody_pays_for_the_hold_of_another(give, hold, put, rival) -> None:
    give()

    with pytest.raises(Missing):
        put(hold(), booker=rival)


def test_holding_longer_takes_more(
    give, hold, put, left, make_stay, booker, contact_actor, now
) -> None:
    credit, held = give(), put(hold())

    longer = change_hold(
        held, stay=make_stay(10, hours=2), booker=booker, actor=contact_actor, now=now
    )

    assert (longer.total_minor, left(credit)) == (0, 480)


def test_holding_a_time_for_which_they_do_not_count_is_paid_as_usual(
    give, hold, put, left, make_stay, booker, contact_actor, now
) -> None:
    credit = give(days=5)
    held = put(hold(make_stay(10, day=5)))

    other = change_hold(
        held, stay=make_stay(10, day=6), booker=booker, actor=contact_actor, now=now
    )

    assert (other.total_minor, left(credit)) == (1_000, 600)


def test_after_the_hold_they_are_taken_anew(give, hold, put, book, left) -> None:
    credit, held = give(), put(hold())
    later = held.expires_at + timedelta(seconds=1)
    expire(held)

    booked = book(held, now=later)

    assert (booked.total_minor, left(credit)) == (0, 540)


@pytest.mark.parametrize("rest", [0, 30])
def test_after_the_hold_credits_that_are_gone_are_told(
    give, hold, put, book, owner_actor, rest, left
) -> None:
    credit, held = give(), put(hold())
    later = held.expires_at + timedelta(seconds=1)
    expire(held)
    correct_credit(credit, minutes=rest - 600, reason="Errore", actor=owner_actor)

    with pytest.raises(CreditsGone):
        book(held, now=later)

    assert left(credit) == rest


def test_after_the_hold_another_price_is_told(give, hold, put, book, room, owner_actor) -> None:
    give()
    held = put(hold())
    change_space(room, actor=owner_actor, hourly_minor=2_000)
    later = held.expires_at + timedelta(seconds=1)
    expire(held)

    with pytest.raises(PriceChanged):
        book(held, now=later)


def test_what_was_shown_stays_when_more_is_granted(give, hold, put, book, left) -> None:
    first = give(30)
    held = put(hold())
    second = give(600)

    booked = book(held)

    assert (booked.total_minor, left(first), left(second)) == (500, 0, 600)


def test_what_is_reserved_is_nobody_else_s(give, hold, put, book, make_stay, owner_actor) -> None:
    credit = give(60)
    put(hold())

    with pytest.raises(CreditsUnusable):
        book(stay=make_stay(14))
    with pytest.raises(CreditInvalid):
        correct_credit(credit, minutes=-1, reason="Errore", actor=owner_actor)


def test_a_draw_is_for_something_and_has_time(give, hold) -> None:
    credit = give()

    with pytest.raises(IntegrityError), transaction.atomic():
        CreditDraw.objects.create(credit=credit, minutes=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditDraw.objects.create(credit=credit, hold=hold(), minutes=0)
