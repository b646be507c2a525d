"""Credits of what is not paid, refused or cancelled come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import CreditEntry, Reservation
from booking.services.cancelling import cancel_reservation
from booking.services.claims import Outcome
from booking.services.requests import AnswerTooLate, approve_request, decline_request
from booking.services.reservations import (
    confirm_reservation,
    expire_reservation,
)
from booking.services.spaces import change_space
from booking.states import PaymentRule, ReservationState
from booking.tests.credits.entries import entries_of
from booking.tests.expired import expire_payment


def test_what_is_not_paid_in_time_gives_them_back(give, book, owner_actor, left) -> None:
    credit = give(30)
    booked = book()
    assert left(credit) == 0

    expire_payment(booked)
    assert left(credit) == 30
    expire_reservation(booked, actor=owner_actor)

    assert (left(credit), entries_of(booked)) == (30, [])


@pytest.mark.parametrize("is_gone", [True, False])
def test_late_money_is_kept_if_the_credits_are_still_there(
    give, book, owner_actor, make_stay, left, is_gone
) -> None:
    credit = give(30)
    late = book()
    expire_payment(late)
    if is_gone:
        book(stay=make_stay(14, hours=0.5))

    outcome = confirm_reservation(late, actor=owner_actor)

    late.refresh_from_db()
    assert outcome == (Outcome.LOST if is_gone else Outcome.REVIVED)
    assert late.state == ("EXPIRED" if is_gone else "CONFIRMED")
    assert entries_of(late) == ([] if is_gone else [("USED", -30)])
    assert left(credit) == 0


def test_money_in_time_keeps_them(give, book, owner_actor, left) -> None:
    credit = give(30)
    booked = book()

    assert confirm_reservation(booked, actor=owner_actor) == Outcome.KEPT
    assert (entries_of(booked), left(credit)) == ([("USED", -30)], 0)


@pytest.mark.parametrize(
    ("hours_before", "back"), [(24, 60), (6, 60), (5.9, 30), (-0.1, 0)], ids=str
)
def test_cancelling_gives_them_back_by_the_terms(
    give, book, owner_actor, left, hours_before, back
) -> None:
    credit, booked = give(), book()

    at = booked.starts_at - timedelta(hours=hours_before)
    cancel_reservation(booked, actor=owner_actor, now=at)

    assert left(credit) == 540 + back
    assert entries_of(booked)[1:] == ([("RETURNED", back)] if back else [])


def test_of_a_share_parts_of_a_minute_are_not_given_back(
    give, book, owner_actor, left, make_stay
) -> None:
    credit, booked = give(), book(stay=make_stay(10, hours=0.25))

    cancel_reservation(booked, actor=owner_actor, now=booked.starts_at - timedelta(hours=1))

    assert left(credit) == 585 + 7


def test_a_share_goes_where_it_is_of_use_longest(give, book, owner_actor, left, make_stay) -> None:
    early, late = give(40, days=30), give(40, days=60)
    booked = book()

    cancel_reservation(booked, actor=owner_actor, now=booked.starts_at - timedelta(hours=1))

    assert (left(early), left(late)) == (10, 40)


def test_the_agency_gives_all_back_if_it_likes(give, book, owner_actor, left) -> None:
    credit, booked = give(), book()

    at = booked.starts_at - timedelta(hours=1)
    cancel_reservation(booked, actor=owner_actor, now=at, in_full=True)

    assert left(credit) == 600


def test_where_the_rest_is_paid_later_all_comes_back_to_the_end(
    give, book, owner_actor, left, make_space
) -> None:
    later = make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=500)
    credit, booked = give(30), book(space=later)
    assert booked.payment_rule == PaymentRule.PAY_LATER

    at = booked.starts_at - timedelta(minutes=1)
    cancel_reservation(booked, actor=owner_actor, now=at)

    assert left(credit) == 30


def test_who_paid_all_with_credits_paid_first_also_where_others_pay_later(
    give, book, owner_actor, left, make_space
) -> None:
    later = make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=500)
    credit, booked = give(), book(space=later)

    at = booked.starts_at - timedelta(hours=1)
    cancel_reservation(booked, actor=owner_actor, now=at)

    assert left(credit) == 540


def test_what_waits_for_money_gives_all_back(give, book, owner_actor, left, now) -> None:
    credit = give(30)
    booked = book()

    cancel_reservation(booked, actor=owner_actor, now=now)

    assert (left(credit), entries_of(booked)) == (30, [])


def test_without_credits_the_book_stays_closed(book, owner_actor, now) -> None:
    booked = book(with_credits=False)
    cancel_reservation(booked, actor=owner_actor, now=now)

    assert not CreditEntry.objects.exists()


def test_what_waits_for_a_yes_keeps_them_until_it_is_given(
    give, book, room, owner_actor, now, left
) -> None:
    asked = change_space(room, actor=owner_actor, needs_approval=True)
    credit, booked = give(60), book(space=asked)
    assert (booked.state, left(credit), entries_of(booked)) == ("PENDING_APPROVAL", 0, [])

    approved = approve_request(booked, actor=owner_actor, now=now)

    assert (approved.state, approved.total_minor) == (ReservationState.CONFIRMED, 0)
    assert (left(credit), entries_of(booked)) == (0, [("USED", -60)])


def test_a_no_gives_them_back(give, book, room, owner_actor, now, left) -> None:
    asked = change_space(room, actor=owner_actor, needs_approval=True)
    credit, booked = give(60), book(space=asked)

    decline_request(booked, actor=owner_actor, now=now)

    assert (left(credit), entries_of(booked)) == (60, [])


def test_a_yes_that_comes_when_they_are_gone_is_too_late(
    give, book, room, owner_actor, make_stay, now
) -> None:
    asked = change_space(room, actor=owner_actor, needs_approval=True)
    give(60)
    late = book(space=asked)
    Reservation.objects.filter(pk=late.pk).update(answer_by=now - timedelta(minutes=1))
    book(space=asked, stay=make_stay(14))

    with pytest.raises(AnswerTooLate):
        approve_request(late, actor=owner_actor, now=now)
