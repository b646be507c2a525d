"""Stays that the agency agrees to one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from booking.bookers import Booker, booker_of
from booking.due_handlers import note_that_term_is_over
from booking.hold_terms import answer_time
from booking.models import Claim, Reservation, VoucherUse
from booking.recurrence import Pattern
from booking.selectors.calendar import list_own_subjects
from booking.selectors.vouchers import list_counting_uses
from booking.services.cancelling import cancel_reservation
from booking.services.changing import NotMovable
from booking.services.holds import SlotTaken, hold_space
from booking.services.moving import move_reservation
from booking.services.payments import NothingToPay, request_reservation_payment
from booking.services.requests import (
    ANSWER_MAX_LENGTH,
    AnswerTooLate,
    AnswerTooLong,
    TooManyRequests,
    approve_request,
    decline_request,
)
from booking.services.reservations import Visitor, book_space
from booking.services.series import SeriesNotAsked, SeriesPlan, book_series
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from booking.states import Frequency, ReservationState
from booking.tests.expired import let_claim_end
from booking.tests.paid import pay_for
from booking.tests.test_reservations import events
from spotex.kernel.machine import IllegalMove
from tenants.customers.services.contacts import CustomerIsArchived
from tenants.customers.services.customers import archive_customer
from tenants.models import DueWork

S = ReservationState
HOUR = timedelta(hours=1)
VISITOR = Visitor(name="Gino Bianchi", email="gino@trattoria.test")
GUEST = Booker(key="guest_1", name="Rita", email="rita@rivale.test", is_guest=True)


@pytest.fixture
def hall(make_space):
    return make_space(name="Sala grande", needs_approval=True)


@pytest.fixture
def paid_hall(make_space):
    return make_space(name="Sala oro", needs_approval=True, payment="PREPAID", hourly_minor=2_000)


@pytest.fixture
def ask(hall, booker, contact_actor, now):
    def make(stay, *, space=hall, booker=booker, visitor=VISITOR, **more) -> Reservation:
        return book_space(
            space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now, **more
        )

    return make


def test_who_asks_waits_and_nobody_else_gets_the_time(ask, make_stay, rival, now) -> None:
    stay = make_stay(day=5)

    request = ask(stay)

    assert request.state == S.PENDING_APPROVAL
    assert abs(request.answer_by - now - timedelta(hours=48)) < HOUR / 60
    assert events() == ["booking.reservation.asked"]
    assert DueWork.objects.get(key=request.public_id).due_at == request.answer_by
    with pytest.raises(SlotTaken):
        ask(stay, booker=rival)
    assert request.public_id in list_own_subjects(request.space, stay, booker=request.booker)


def test_the_hold_of_who_asks_goes_on_until_the_answer(
    ask, hall, make_stay, booker, contact_actor, now
) -> None:
    stay = make_stay(day=5)
    hold = hold_space(hall, stay=stay, booker=booker, actor=contact_actor, now=now)

    request = ask(stay, hold=hold)

    assert request.claim == hold.claim
    assert Claim.objects.get(pk=hold.claim).valid.upper == request.answer_by


def test_an_answer_is_awaited_until_the_stay_and_never_shorter_than_a_hold(now) -> None:
    soon = answer_time(starts_at=now + HOUR, now=now)
    at_once = answer_time(starts_at=now + HOUR / 60, now=now)

    assert (soon, at_once) == (HOUR, HOUR / 4)


def test_the_agencys_own_people_need_no_yes(ask, stay, owner_actor) -> None:
    assert ask(stay, booker=booker_of(owner_actor)).state == S.CONFIRMED


def test_a_yes_confirms_what_is_not_paid_first(ask, stay, owner_actor, now) -> None:
    request = ask(stay)

    done = approve_request(request, actor=owner_actor, now=now, words=" Volentieri ")

    assert (done.state, done.answer, done.answered_at) == (S.CONFIRMED, "Volentieri", now)
    assert Claim.objects.get(pk=done.claim).valid.upper is None
    assert events()[1:] == ["booking.reservation.approved", "booking.reservation.confirmed"]
    kinds = DueWork.objects.filter(key=done.public_id).values_list("kind", flat=True)
    assert "booking.expire_reservation" not in kinds
    assert "booking.complete_reservation" in kinds
    with pytest.raises(IllegalMove):
        approve_request(done, actor=owner_actor, now=now)


def test_a_yes_waits_for_the_money_of_what_is_paid_first(
    ask, paid_hall, make_stay, owner_actor, contact_actor, now
) -> None:
    request = ask(make_stay(day=5), space=paid_hall)
    with pytest.raises(NothingToPay):
        request_reservation_payment(request, actor=contact_actor, now=now)

    approved = approve_request(request, actor=owner_actor, now=now)
    state, term = approved.state, approved.pay_by
    pay_for(approved, actor=contact_actor, now=now)

    assert state == S.PENDING_PAYMENT
    assert abs(term - now - timedelta(hours=24)) < HOUR / 60
    assert approved.state == S.CONFIRMED


def test_an_approved_request_that_nobody_pays_expires(
    ask, paid_hall, stay, owner_actor, agency, now, rival
) -> None:
    approved = approve_request(ask(stay, space=paid_hall), actor=owner_actor, now=now)
    due = {"key": approved.public_id, "agency_id": agency.pk, "at": now}

    # The work that was due for the answer runs while the yes is written: it looks again later.
    assert note_that_term_is_over(**due) == approved.pay_by
    let_claim_end(approved)
    assert note_that_term_is_over(**due) is None

    approved.refresh_from_db()
    assert approved.state == S.EXPIRED
    assert events()[-1] == "booking.reservation.expired"
    assert ask(stay, space=paid_hall, booker=rival)


@pytest.mark.parametrize("payment", ["FREE", "PREPAID"])
def test_a_yes_that_comes_too_late_sells_nothing(
    ask, make_space, stay, owner_actor, now, rival, payment
) -> None:
    space = make_space(name="Sala", needs_approval=True, payment=payment, hourly_minor=1_000)
    request = ask(stay, space=space)
    let_claim_end(request)
    if payment == "FREE":
        ask(stay, space=space, booker=rival)

    with pytest.raises(AnswerTooLate):
        approve_request(request, actor=owner_actor, now=now)

    request.refresh_from_db()
    assert request.state == S.PENDING_APPROVAL
    assert Claim.objects.filter(subject=request.public_id).count() == 1


def test_a_late_yes_is_refused_even_if_nobody_took_the_time(ask, stay, owner_actor, now) -> None:
    request = ask(stay)
    let_claim_end(request)

    with pytest.raises(AnswerTooLate):
        approve_request(request, actor=owner_actor, now=now)

    assert Claim.objects.filter(subject=request.public_id).count() == 1


def test_what_nobody_answers_lapses(ask, stay, agency, now, rival) -> None:
    request = ask(stay)
    let_claim_end(request)

    note_that_term_is_over(key=request.public_id, agency_id=agency.pk, at=now)

    request.refresh_from_db()
    assert (request.state, request.pay_by) == (S.EXPIRED, None)
    assert events()[-1] == "booking.reservation.lapsed"
    assert ask(stay, booker=rival)


def test_a_no_frees_the_time_and_says_why(ask, stay, owner_actor, now, rival) -> None:
    request = ask(stay)

    declined = decline_request(request, actor=owner_actor, now=now, words="Lavori in sala")
    again = decline_request(request, actor=owner_actor, now=now, words="Altro")

    assert (declined.state, again.answer) == (S.DECLINED, "Lavori in sala")
    assert events() == ["booking.reservation.asked", "booking.reservation.declined"]
    assert ask(stay, booker=rival)
    with pytest.raises(IllegalMove):
        approve_request(request, actor=owner_actor, now=now)


def test_words_have_an_end(ask, stay, owner_actor, now) -> None:
    request = ask(stay)

    with pytest.raises(AnswerTooLong):
        decline_request(request, actor=owner_actor, now=now, words="x" * (ANSWER_MAX_LENGTH + 1))

    assert Reservation.objects.get().state == S.PENDING_APPROVAL


def test_a_request_is_withdrawn(ask, stay, contact_actor, now, rival) -> None:
    gone = cancel_reservation(ask(stay), actor=contact_actor, now=now)

    assert (gone.state, gone.refund_minor) == (S.CANCELLED, 0)
    assert ask(stay, booker=rival)


def test_a_person_waits_for_some_answers_at_a_time(
    ask, make_stay, settings, booker, contact_actor, now
) -> None:
    settings.SPOTEX_REQUESTS_PER_PERSON = 2
    first = ask(make_stay(8))
    ask(make_stay(9))

    with pytest.raises(TooManyRequests):
        ask(make_stay(10))
    cancel_reservation(first, actor=contact_actor, now=now)

    assert ask(make_stay(10)).state == S.PENDING_APPROVAL


def test_a_guest_is_known_by_the_address(ask, make_stay, settings) -> None:
    settings.SPOTEX_REQUESTS_PER_PERSON = 1
    rita = Visitor(name="Rita", email="Rita@Rivale.test")
    ask(make_stay(8), booker=GUEST, visitor=rita)

    other = Booker(key="guest_2", is_guest=True)
    with pytest.raises(TooManyRequests):
        ask(make_stay(9), booker=other, visitor=rita)

    assert ask(make_stay(9), booker=other, visitor=VISITOR)


def test_requests_do_not_count_as_holds(
    ask, make_stay, settings, space, booker, contact_actor, now
):
    settings.SPOTEX_HOLDS_PER_PERSON = 1
    ask(make_stay(8))

    assert hold_space(space, stay=make_stay(8), booker=booker, actor=contact_actor, now=now)


def test_what_was_agreed_to_does_not_count_as_a_hold_either(
    ask, paid_hall, make_stay, settings, space, booker, owner_actor, contact_actor, now
) -> None:
    settings.SPOTEX_HOLDS_PER_PERSON = 1
    approved = approve_request(ask(make_stay(8), space=paid_hall), actor=owner_actor, now=now)

    assert approved.state == S.PENDING_PAYMENT
    assert hold_space(space, stay=make_stay(8), booker=booker, actor=contact_actor, now=now)


def test_nobody_agrees_to_what_a_former_customer_asked(
    ask, stay, customer, owner_actor, now
) -> None:
    request = ask(stay, visitor=replace(VISITOR, customer=customer))
    archive_customer(customer, actor=owner_actor)
    request = Reservation.objects.select_related("space__location", "customer").get(pk=request.pk)

    with pytest.raises(CustomerIsArchived):
        approve_request(request, actor=owner_actor, now=now)

    request.refresh_from_db()
    assert request.state == S.PENDING_APPROVAL


def test_a_voucher_counts_while_the_answer_is_awaited(
    ask, paid_hall, stay, owner_actor, now
) -> None:
    voucher = create_voucher(actor=owner_actor, code="SOLO-UNO", percent=50, most_uses=1)

    request = ask(stay, space=paid_hall, voucher="SOLO-UNO")
    counts = list_counting_uses(voucher).count()
    decline_request(request, actor=owner_actor, now=now)

    assert (request.total_minor, counts) == (1_000, 1)
    assert VoucherUse.objects.count() == 1
    assert not list_counting_uses(voucher).exists()


def test_who_needs_a_yes_does_not_move_by_themselves(
    ask, hall, space, stay, make_stay, booker, owner_actor, contact_actor, now
) -> None:
    agreed = approve_request(ask(stay), actor=owner_actor, now=now)
    elsewhere = ask(stay, space=space)

    def move(reservation, *, space, by=booker):
        return move_reservation(
            reservation, stay=make_stay(14), booker=by, actor=contact_actor, now=now, space=space
        )

    with pytest.raises(NotMovable, match="agreed to first"):
        move(agreed, space=space)
    with pytest.raises(NotMovable, match="agreed to first"):
        move(elsewhere, space=hall)
    assert move(agreed, space=hall, by=booker_of(owner_actor)).starts_at == make_stay(14).start


def test_a_series_is_not_asked_for(hall, stay, booker, contact_actor, owner_actor, now) -> None:
    plan = SeriesPlan(
        space=hall, stay=stay, pattern=Pattern(frequency=Frequency.WEEKLY, every=1, count=2)
    )
    given = {"visitor": VISITOR, "actor": contact_actor, "now": now}

    with pytest.raises(SeriesNotAsked):
        book_series(plan, booker=booker, **given)

    assert book_series(plan, booker=booker_of(owner_actor), **given)


def test_who_asked_before_waits_even_if_the_space_needs_no_yes_any_more(
    ask, hall, stay, owner_actor
) -> None:
    request = ask(stay)

    change_space(hall, actor=owner_actor, needs_approval=False)

    request.refresh_from_db()
    assert request.state == S.PENDING_APPROVAL
    assert request.answer_by > timezone.now()
