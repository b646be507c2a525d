"""What goes back when a stay is cancelled, and never twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from booking.services.cancelling import cancel_reservation
from booking.services.payments import (
    answer_payment,
    proceed_with_payment,
)
from booking.states import ReservationState
from booking.tests.paying.money import HOUR_PRICE, run_due, state_of
from spotex.kernel.errors import NotAllowed
from tenants.billing.models import Payment, Refund, SandboxIntent
from tenants.billing.services.books import fail_payment
from tenants.billing.services.payments import pay
from tenants.billing.services.refunds import request_refund
from tenants.billing.states import Decision, PaymentState, RefundState
from tenants.permissions import ROLE_PERMISSIONS
from tenants.states import Role


def test_cancelling_gives_back_what_the_policy_says(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    proceed_with_payment(payment, actor=contact_actor, now=now)

    reservation = cancel_reservation(reservation, actor=contact_actor, now=now)
    run_due(now)

    assert reservation.refund_minor == HOUR_PRICE // 2
    assert SandboxIntent.objects.get().refunded_minor == HOUR_PRICE // 2
    assert Refund.objects.get().state == RefundState.SUCCEEDED


def test_cancelling_before_the_money_is_taken_gives_back_what_will_be(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    answer_payment(payment, actor=contact_actor, now=now)

    cancel_reservation(reservation, actor=contact_actor, now=now)
    run_due(now, kinds=["billing.carry_out_refund", "billing.carry_out_decision"])

    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert SandboxIntent.objects.get().refunded_minor == HOUR_PRICE // 2


def test_cancelling_what_is_not_paid_lets_everything_go(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)

    cancel_reservation(reservation, actor=contact_actor, now=now)
    answer = answer_payment(payment, actor=contact_actor, now=now)
    run_due(now)

    payment.refresh_from_db()
    assert answer == Decision.RELEASE
    assert payment.state == PaymentState.CANCELLED


def test_cancelling_what_was_never_asked_for_moves_no_money(book, stay, contact_actor, now) -> None:
    cancel_reservation(book(stay), actor=contact_actor, now=now)

    assert not Payment.objects.exists()


def test_what_is_paid_later_comes_back_as_a_whole(
    book, open_for, later, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay, space=later)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    proceed_with_payment(payment, actor=contact_actor, now=now)

    cancelled = cancel_reservation(reservation, actor=owner_actor, now=now, in_full=True)

    assert cancelled.refund_minor == Refund.objects.get().amount_minor == HOUR_PRICE


def test_what_nobody_paid_does_not_come_back(
    book, open_for, later, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay, space=later)
    payment = open_for(reservation)

    cancelled = cancel_reservation(reservation, actor=owner_actor, now=now, in_full=True)

    payment.refresh_from_db()
    assert cancelled.refund_minor == 0
    assert payment.decision == Decision.RELEASE
    assert not Refund.objects.exists()


def test_a_part_that_went_back_before_is_not_given_twice(
    book, open_for, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)
    reservation.refresh_from_db()
    give = {"actor": owner_actor, "now": now}
    request_refund(payment, amount_minor=HOUR_PRICE - 100, cause="by hand", **give)

    cancelled = cancel_reservation(reservation, in_full=True, **give)

    assert cancelled.refund_minor == 100
    amounts = Refund.objects.order_by("pk").values_list("amount_minor", flat=True)
    assert list(amounts) == [HOUR_PRICE - 100, 100]


def test_after_all_went_back_a_cancellation_gives_nothing(
    book, open_for, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)
    reservation.refresh_from_db()
    give = {"actor": owner_actor, "now": now}
    request_refund(payment, amount_minor=HOUR_PRICE, cause="by hand", **give)

    cancelled = cancel_reservation(reservation, in_full=True, **give)

    assert cancelled.refund_minor == 0
    assert Refund.objects.count() == 1


def test_only_who_gives_payments_back_gives_more_than_the_policy(
    book, open_for, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    proceed_with_payment(payment, actor=contact_actor, now=now)

    member_actor = replace(owner_actor, permissions=ROLE_PERMISSIONS[Role.MEMBER])
    for actor in (contact_actor, member_actor):
        with pytest.raises(NotAllowed):
            cancel_reservation(reservation, actor=actor, now=now, in_full=True)

    assert state_of(reservation) == ReservationState.CONFIRMED


@pytest.mark.parametrize("in_full", [False, True])
def test_no_money_is_promised_that_was_never_taken(
    book, open_for, stay, contact_actor, owner_actor, now, in_full
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    answer_payment(payment, actor=contact_actor, now=now)
    fail_payment(payment, code="expired", reason="", actor=contact_actor)
    reservation.refresh_from_db()

    cancelled = cancel_reservation(reservation, actor=owner_actor, now=now, in_full=in_full)

    assert cancelled.refund_minor == 0
    assert not Refund.objects.exists()
