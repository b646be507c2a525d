"""Stays whose money fell through after they were confirmed, or came in the last seconds."""

from __future__ import annotations

import pytest

from booking.models import Reservation
from booking.services.payments import (
    answer_payment,
    count_due,
    open_reservation_payment,
    proceed_with_payment,
    request_reservation_payment,
)
from booking.services.reservations import Visitor, book_space
from booking.states import PaymentRule, ReservationState
from booking.tests.expired import let_claim_end
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.billing.models import Payment, SandboxIntent
from tenants.billing.services.decisions import carry_out_decision
from tenants.billing.services.payments import pay
from tenants.billing.states import Decision, PaymentState
from tenants.due import list_due_handlers
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider


@pytest.fixture
def reservation(make_space, stay, booker, contact_actor, now) -> Reservation:
    """An hour that is paid first and waits for its money."""
    return book_space(
        make_space(payment=PaymentRule.PREPAID, hourly_minor=1_500),
        stay=stay,
        booker=booker,
        visitor=Visitor(name="Gino", email="gino@trattoria.test"),
        actor=contact_actor,
        now=now,
    )


@pytest.fixture
def payment(reservation, contact_actor, now) -> Payment:
    return open_reservation_payment(reservation, actor=contact_actor, now=now)[0]


@pytest.fixture
def fallen_through(reservation, payment, contact_actor, now) -> Reservation:
    """The stay was confirmed, and then its money was no longer there."""
    payment = pay(payment, method="succeed", actor=contact_actor)
    answer_payment(payment, actor=contact_actor, now=now)
    SandboxIntent.objects.update(state=PaymentState.CANCELLED)
    carry_out_decision(payment, actor=contact_actor, now=now)
    return Reservation.objects.select_related("space__location", "customer").get()


@pytest.mark.parametrize("state", [ReservationState.CONFIRMED, ReservationState.COMPLETED])
def test_a_stay_whose_money_fell_through_is_paid_once_more(
    fallen_through, payment, contact_actor, now, state
) -> None:
    Reservation.objects.update(state=state)
    fallen_through.refresh_from_db()
    payment.refresh_from_db()

    was_payable = count_due(fallen_through, payments=[payment])
    again = open_reservation_payment(fallen_through, actor=contact_actor, now=now)[0]
    again = pay(again, method="succeed", actor=contact_actor)
    again = proceed_with_payment(again, actor=contact_actor, now=now)

    assert (payment.state, was_payable) == (PaymentState.CANCELLED, fallen_through.total_minor)
    assert (again.state, again.decision) == (PaymentState.CAPTURED, Decision.CAPTURE)
    assert again.expires_at is None
    assert not count_due(fallen_through, payments=[again])
    assert Reservation.objects.get().state == state


def test_what_is_confirmed_may_be_paid_by_transfer_then(
    fallen_through, agency, contact_actor, now
) -> None:
    PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)

    payment = request_reservation_payment(fallen_through, actor=contact_actor, now=now)

    assert payment.provider == PaymentProvider.BANK_TRANSFER


def end_term(reservation: Reservation, *, agency, now) -> None:
    let_claim_end(reservation)
    handler = list_due_handlers()["booking.expire_reservation"]
    with agency_scope(PUBLIC_SCHEMA):
        handler(key=reservation.public_id, agency_id=agency.pk, at=now)


def count(event: str) -> int:
    return ActivityEntry.objects.filter(event=event).count()


def test_money_of_the_last_seconds_is_asked_for_before_a_stay_expires(
    reservation, payment, agency, now
) -> None:
    SandboxIntent.objects.update(state=PaymentState.AUTHORISED)  # and nobody told us

    end_term(reservation, agency=agency, now=now)

    payment.refresh_from_db()
    assert Reservation.objects.get().state == ReservationState.CONFIRMED
    assert payment.state == PaymentState.CAPTURED
    assert count("booking.reservation.expired") == 0


def test_a_provider_that_says_nothing_keeps_no_stay_open(reservation, payment, agency, now) -> None:
    SandboxIntent.objects.all().delete()

    end_term(reservation, agency=agency, now=now)

    assert Reservation.objects.get().state == ReservationState.EXPIRED
    assert count("booking.reservation.expired") == 1


def test_a_stay_that_nobody_began_to_pay_expires(reservation, agency, now) -> None:
    end_term(reservation, agency=agency, now=now)

    assert Reservation.objects.get().state == ReservationState.EXPIRED
