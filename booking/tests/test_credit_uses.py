"""Paying for stays with credits: held, booked, moved, cancelled, paid late."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.access import access_credit, access_hold
from booking.bookers import booker_of
from booking.models import Credit, CreditDraw, CreditEntry, Reservation, Space
from booking.recurrence import Pattern
from booking.services.cancelling import cancel_reservation
from booking.services.claims import Outcome
from booking.services.credit_uses import (
    CreditsGone,
    CreditsNotRepeated,
    CreditsUnusable,
    CreditsWithVoucher,
)
from booking.services.credits import CreditInvalid, correct_credit, grant_credit
from booking.services.extending import extend_stay
from booking.services.hold_credits import put_credits_on_hold
from booking.services.hold_vouchers import put_voucher_on_hold
from booking.services.holds import HoldExpired, change_hold, hold_space, release_hold
from booking.services.moving import NotMovable, PriceDiffers, move_reservation
from booking.services.packages import create_package
from booking.services.pricing import PriceChanged
from booking.services.requests import AnswerTooLate, approve_request, decline_request
from booking.services.reservations import (
    Visitor,
    book_space,
    confirm_reservation,
    expire_reservation,
)
from booking.services.series import SeriesPlan, book_series
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from booking.states import Frequency, PaymentRule, ReservationState
from booking.tests.paid import pay_for
from booking.tests.test_holds import expire
from booking.tests.test_vouchers import expire_payment
from spotex.kernel.errors import Missing


@pytest.fixture
def room(make_space) -> Space:
    return make_space(
        payment=PaymentRule.PREPAID,
        hourly_minor=1_000,
        free_cancel_hours=12,
        late_refund_percent=50,
        min_minutes=15,
        slot_minutes=15,
    )


@pytest.fixture
def give(in_agency, owner_actor, customer, now):
    """Return ``give(minutes, days=0)``: credits of the customer."""

    def call(minutes=600, *, days=0, customer=customer, spaces=()) -> Credit:
        package = create_package(
            actor=owner_actor, name="Ore", minutes=minutes, valid_days=days, spaces=spaces
        )
        return grant_credit(customer, package=package, actor=owner_actor, now=now, zone=UTC)

    return call


@pytest.fixture
def hold(room, stay, booker, contact_actor, now):
    def call(stay=stay, *, booker=booker, space=room):
        return hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    return call


@pytest.fixture
def put(booker, now):
    def call(held, *, use=True, booker=booker, now=now):
        return put_credits_on_hold(held, use=use, booker=booker, now=now)

    return call


@pytest.fixture
def visitor(customer) -> Visitor:
    return Visitor(name="Gino", email="gino@trattoria.test", customer=customer)


@pytest.fixture
def book(room, stay, booker, contact_actor, visitor, now):
    def call(held=None, **changes) -> Reservation:
        held = access_hold(booker, held.public_id) if held else None
        given = {"stay": stay, "booker": booker, "visitor": visitor, "actor": contact_actor}
        wanted = {**given, "now": now, "with_credits": held is None, **changes}
        return book_space(wanted.pop("space", room), **wanted, hold=held)

    return call


@pytest.fixture
def left(owner_actor):
    """Return ``left(credit)``: minutes that can be used now."""
    return lambda credit: access_credit(owner_actor, credit.public_id).left


def entries(reservation: Reservation) -> list[tuple[str, int]]:
    found = CreditEntry.objects.filter(reservation=reservation).order_by("pk")
    return list(found.values_list("kind", "minutes"))


def test_credits_pay_for_what_is_held_and_then_booked(give, hold, put, book, left) -> None:
    credit = give()

    held = put(hold())
    assert (held.total_minor, left(credit)) == (0, 540)
    booked = book(held)

    assert (booked.state, booked.payment_rule) == ("CONFIRMED", "FREE")
    assert [line.kind for line in booked.price.lines] == ["HOUR", "CREDIT"]
    assert entries(booked) == [("USED", -60)]
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
    assert (entries(booked), left(credit)) == ([], 0)
    pay_for(booked, actor=contact_actor, now=now)

    assert booked.state == ReservationState.CONFIRMED
    assert (entries(booked), left(credit)) == ([("USED", -45)], 0)


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


def test_what_ends_first_is_used_first(give, book, left, make_stay) -> None:
    endless, late, early = give(60), give(60, days=90), give(30, days=30)

    book(stay=make_stay(10, hours=1.5))

    assert (left(early), left(late), left(endless)) == (0, 0, 60)


def test_it_counts_for_stays_that_begin_in_time(give, book, left, make_stay, room) -> None:
    credit = give(days=5)

    with pytest.raises(CreditsUnusable) as refused:
        book(stay=make_stay(10, day=6))
    book(stay=make_stay(10, day=5))

    assert (refused.value.field, left(credit)) == ("pay_with_credits", 540)


def test_it_counts_where_it_should(give, book, left, make_space) -> None:
    other = make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    credit = give(spaces=[other])

    with pytest.raises(CreditsUnusable):
        book()
    booked = book(space=other)

    assert (booked.total_minor, left(credit)) == (0, 540)


def test_nobody_uses_the_credits_of_another(give, book, other_customer, left) -> None:
    credit = give(customer=other_customer)

    with pytest.raises(CreditsUnusable):
        book()
    with pytest.raises(CreditsUnusable):
        book(visitor=Visitor(name="Rita", email="rita@rivale.test"))

    assert left(credit) == 600


def test_what_is_free_of_charge_needs_none(give, book, space) -> None:
    give()

    with pytest.raises(CreditsUnusable):
        book(space=space)


def test_without_the_wish_nothing_is_taken(give, book, left) -> None:
    credit = give()

    assert book(with_credits=False).total_minor == 1_000
    assert left(credit) == 600


def test_staff_books_with_the_credits_of_a_customer(
    give, room, stay, visitor, owner_actor, now, left
) -> None:
    credit = give()

    booked = book_space(
        room,
        stay=stay,
        booker=booker_of(owner_actor),
        visitor=visitor,
        actor=owner_actor,
        now=now,
        with_credits=True,
    )

    assert (booked.state, left(credit)) == (ReservationState.CONFIRMED, 540)


def test_a_stay_is_paid_with_credits_or_a_voucher(
    give, hold, put, book, booker, owner_actor, now, left
) -> None:
    credit = give(30)
    create_voucher(actor=owner_actor, code="ESTATE", percent=25)
    held = put(hold())

    with pytest.raises(CreditsWithVoucher):
        put_voucher_on_hold(held, code="ESTATE", booker=booker, now=now)
    with pytest.raises(CreditsWithVoucher):
        book(held, voucher="ESTATE")
    held = put(held, use=False)
    put_voucher_on_hold(held, code="ESTATE", booker=booker, now=now)
    with pytest.raises(CreditsWithVoucher) as refused:
        put(access_hold(booker, held.public_id))

    assert (refused.value.field, left(credit)) == ("pay_with_credits", 30)


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


def test_what_is_not_paid_in_time_gives_them_back(give, book, owner_actor, left) -> None:
    credit = give(30)
    booked = book()
    assert left(credit) == 0

    expire_payment(booked)
    assert left(credit) == 30
    expire_reservation(booked, actor=owner_actor)

    assert (left(credit), entries(booked)) == (30, [])


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
    assert entries(late) == ([] if is_gone else [("USED", -30)])
    assert left(credit) == 0


def test_money_in_time_keeps_them(give, book, owner_actor, left) -> None:
    credit = give(30)
    booked = book()

    assert confirm_reservation(booked, actor=owner_actor) == Outcome.KEPT
    assert (entries(booked), left(credit)) == ([("USED", -30)], 0)


@pytest.mark.parametrize(
    ("hours_before", "back"), [(24, 60), (12, 60), (11.9, 30), (-0.1, 0)], ids=str
)
def test_cancelling_gives_them_back_by_the_terms(
    give, book, owner_actor, left, hours_before, back
) -> None:
    credit, booked = give(), book()

    at = booked.starts_at - timedelta(hours=hours_before)
    cancel_reservation(booked, actor=owner_actor, now=at)

    assert left(credit) == 540 + back
    assert entries(booked)[1:] == ([("RETURNED", back)] if back else [])


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

    assert (left(credit), entries(booked)) == (30, [])


def test_without_credits_the_book_stays_closed(book, owner_actor, now) -> None:
    booked = book(with_credits=False)
    cancel_reservation(booked, actor=owner_actor, now=now)

    assert not CreditEntry.objects.exists()


@pytest.mark.parametrize(
    ("hours", "change"), [(2, [("USED", -60)]), (0.5, [("RETURNED", 30)]), (1, [])], ids=str
)
def test_moving_takes_or_gives_the_difference(
    give, book, booker, contact_actor, make_stay, now, left, hours, change
) -> None:
    credit, booked = give(), book()

    moved = move_reservation(
        booked, stay=make_stay(14, hours=hours), booker=booker, actor=contact_actor, now=now
    )

    assert (moved.total_minor, moved.payment_rule) == (0, PaymentRule.FREE)
    assert entries(booked) == [("USED", -60), *change]
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
    booked = book()

    with pytest.raises(CreditsUnusable), transaction.atomic():
        move_reservation(
            booked, stay=make_stay(10, day=6), booker=booker, actor=contact_actor, now=now
        )

    assert (left(credit), entries(booked)) == (540, [("USED", -60)])


def test_moving_to_what_they_do_not_pay_is_refused_where_one_pays_when_booking(
    give, book, booker, contact_actor, make_stay, now, left
) -> None:
    credit = give(60)
    booked = book()

    with pytest.raises(PriceDiffers), transaction.atomic():
        move_reservation(
            booked, stay=make_stay(14, hours=2), booker=booker, actor=contact_actor, now=now
        )

    assert (left(credit), entries(booked)) == (0, [("USED", -60)])


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


def test_a_series_is_not_paid_with_credits(
    give, hold, put, stay, booker, visitor, contact_actor, make_space, now
) -> None:
    later = make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=500)
    give()
    held = put(hold(space=later))
    wanted = SeriesPlan(
        space=later,
        stay=stay,
        pattern=Pattern(frequency=Frequency.DAILY, every=1, count=2),
        hold=access_hold(booker, held.public_id),
    )

    with pytest.raises(CreditsNotRepeated):
        book_series(wanted, booker=booker, visitor=visitor, actor=contact_actor, now=now)


def test_a_draw_is_for_something_and_has_time(give, hold) -> None:
    credit = give()

    with pytest.raises(IntegrityError), transaction.atomic():
        CreditDraw.objects.create(credit=credit, minutes=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditDraw.objects.create(credit=credit, hold=hold(), minutes=0)


def test_what_waits_for_a_yes_keeps_them_until_it_is_given(
    give, book, room, owner_actor, now, left
) -> None:
    asked = change_space(room, actor=owner_actor, needs_approval=True)
    credit, booked = give(60), book(space=asked)
    assert (booked.state, left(credit), entries(booked)) == ("PENDING_APPROVAL", 0, [])

    approved = approve_request(booked, actor=owner_actor, now=now)

    assert (approved.state, approved.total_minor) == (ReservationState.CONFIRMED, 0)
    assert (left(credit), entries(booked)) == (0, [("USED", -60)])


def test_a_no_gives_them_back(give, book, room, owner_actor, now, left) -> None:
    asked = change_space(room, actor=owner_actor, needs_approval=True)
    credit, booked = give(60), book(space=asked)

    decline_request(booked, actor=owner_actor, now=now)

    assert (left(credit), entries(booked)) == (60, [])


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
    assert (entries(booked), left(credit)) == ([("USED", -60)], 540)
