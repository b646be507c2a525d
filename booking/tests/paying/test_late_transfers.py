"""Money that comes for what is not asked for any more, and what is asked for instead of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import Reservation
from booking.services.cancelling import cancel_reservation
from booking.services.extending import extend_stay
from booking.services.moving import move_reservation
from booking.services.payments import (
    count_due,
    open_reservation_payment,
    proceed_with_payment,
)
from booking.services.reservations import Visitor, book_space
from booking.states import PaymentRule
from booking.tests.paid import pay_for
from tenants.billing.models import Payment, Refund
from tenants.billing.selectors import (
    is_transfer_expected,
    is_transfer_late,
    list_live_payments,
    list_payments_for,
)
from tenants.billing.services.decisions import carry_out_decision, decide_payment
from tenants.billing.services.transfers import record_transfer
from tenants.billing.states import OPEN, Decision, PaymentState, RefundState
from tenants.models import MailMessage, PaymentAccount
from tenants.payment_providers import PaymentProvider

HOUR = timedelta(hours=1)
GINO = "gino@trattoria.test"


@pytest.fixture
def by_transfer(agency) -> PaymentAccount:
    return PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)


@pytest.fixture
def reservation(make_space, stay, booker, contact_actor, now) -> Reservation:
    """An hour for 20.00, paid later."""
    return book_space(
        make_space(payment=PaymentRule.PAY_LATER, hourly_minor=2_000, name="Sala dopo"),
        stay=stay,
        booker=booker,
        visitor=Visitor(name="Gino", email=GINO),
        actor=contact_actor,
        now=now,
    )


@pytest.fixture
def ask(contact_actor, now):
    def call(reservation: Reservation) -> Payment:
        return open_reservation_payment(reservation, actor=contact_actor, now=now)[0]

    return call


@pytest.fixture
def call_off(owner_actor, now):
    def call(payment: Payment) -> Payment:
        decide_payment(payment, decision=Decision.RELEASE, actor=owner_actor, now=now)
        return carry_out_decision(payment, actor=owner_actor, now=now)

    return call


@pytest.fixture
def arrive(owner_actor, now):
    """Return ``arrive(payment)``: the agency notes that the transfer has come."""

    def call(payment: Payment) -> Payment:
        payment = record_transfer(payment, actor=owner_actor)
        return proceed_with_payment(payment, actor=owner_actor, now=now)

    return call


@pytest.fixture
def to_send(owner_actor):
    return lambda: list(list_payments_for(owner_actor).filter(is_to_send=True))


def due_of(reservation: Reservation) -> int:
    reservation.refresh_from_db()
    return count_due(reservation, payments=list_live_payments(reservation.public_id))


def test_a_transfer_that_comes_after_all_pays_for_what_still_stands(
    by_transfer, reservation, ask, call_off, arrive, to_send
) -> None:
    payment = call_off(ask(reservation))
    late = (is_transfer_expected(payment), is_transfer_late(payment))

    for _again in range(2):
        payment = arrive(payment)

    assert late == (False, True)
    assert (payment.state, payment.decision) == (PaymentState.CAPTURED, Decision.CAPTURE)
    assert (due_of(reservation), to_send()) == (0, [])


def test_one_that_comes_before_its_calling_off_was_carried_out_does_so_too(
    by_transfer, reservation, ask, arrive, owner_actor, now
) -> None:
    payment = ask(reservation)
    payment = decide_payment(payment, decision=Decision.RELEASE, actor=owner_actor, now=now)

    assert is_transfer_late(payment)
    assert arrive(payment).decision == Decision.CAPTURE


def test_for_what_was_cancelled_it_is_to_be_sent_back(
    by_transfer, reservation, ask, call_off, arrive, to_send, owner_actor, now
) -> None:
    payment = ask(reservation)
    cancel_reservation(reservation, actor=owner_actor, now=now)
    payment = call_off(payment)

    payment = arrive(payment)

    refund = Refund.objects.get()
    assert (payment.state, payment.decision) == (PaymentState.CAPTURED, Decision.RELEASE)
    assert (refund.amount_minor, refund.state) == (2_000, RefundState.PENDING)
    assert to_send() == [payment]


def test_a_transfer_of_the_former_price_counts_and_the_rest_is_asked_for(
    by_transfer, reservation, ask, call_off, arrive, to_send, booker, contact_actor
) -> None:
    former = ask(reservation)
    longer = extend_stay(
        reservation,
        ends_at=reservation.ends_at + HOUR,
        booker=booker,
        actor=contact_actor,
        now=reservation.starts_at,
    )
    current = ask(longer)
    call_off(former)

    former = arrive(former)

    current.refresh_from_db()
    assert (current.amount_minor, current.decision) == (4_000, Decision.RELEASE)
    assert (former.decision, due_of(longer)) == (Decision.CAPTURE, 2_000)
    assert ask(longer).amount_minor == 2_000


def test_what_is_not_owed_is_explained_and_not_thanked_for(
    by_transfer, reservation, ask, call_off, arrive
) -> None:
    late = call_off(ask(reservation))
    arrive(ask(reservation))
    MailMessage.objects.all().delete()

    arrive(late)

    (mail,) = MailMessage.objects.filter(recipient=GINO)
    assert mail.subject.endswith("Il tuo denaro torna indietro: Sala dopo")
    assert "non è dovuto" in mail.text


def test_one_that_comes_twice_is_sent_back_and_owes_nothing_new(
    by_transfer, reservation, ask, call_off, arrive, to_send
) -> None:
    first = call_off(ask(reservation))
    second = ask(reservation)
    arrive(second)

    first = arrive(first)

    assert (first.part, second.part) == (1, 0)
    assert (first.decision, to_send()) == (Decision.RELEASE, [first])
    assert due_of(reservation) == 0


def test_too_much_that_goes_back_leaves_what_is_due(
    by_transfer, reservation, ask, call_off, arrive, to_send
) -> None:
    payment = ask(reservation)
    Reservation.objects.update(total_minor=1_000)
    call_off(payment)

    payment = arrive(payment)

    assert to_send() == [payment]
    assert due_of(reservation) == 1_000


def test_after_a_move_the_right_amount_is_asked_for_at_once(
    reservation, ask, booker, contact_actor, make_space, make_stay, now
) -> None:
    former = ask(reservation)
    move_reservation(
        reservation, stay=make_stay(14, hours=2), booker=booker, actor=contact_actor, now=now
    )
    moved = Reservation.objects.select_related("space__location", "customer").get()

    current = ask(moved)

    former.refresh_from_db()
    assert (former.state in OPEN, former.decision) == (True, Decision.RELEASE)
    assert (current.amount_minor, current.part) == (4_000, 1)
    assert pay_for(moved, actor=contact_actor, now=now).pk == current.pk


def test_moved_there_and_back_it_is_asked_for_anew(
    reservation, ask, stay, booker, contact_actor, make_stay, now
) -> None:
    former = ask(reservation)
    found = reservation
    for wanted in (make_stay(14, hours=2), stay):
        found = move_reservation(found, stay=wanted, booker=booker, actor=contact_actor, now=now)

    current = ask(found)

    assert (current.amount_minor, current.part) == (2_000, former.part + 1)
    assert pay_for(found, actor=contact_actor, now=now).state == PaymentState.CAPTURED
