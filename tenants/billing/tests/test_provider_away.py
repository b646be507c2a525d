"""A provider that is away while something is to be paid: nobody's money, and no failure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.billing.due_handlers import follow_payment
from tenants.billing.gateways.base import ProviderUnreachable
from tenants.billing.models import Payment
from tenants.billing.services.payments import Bill, place_payment, request_payment
from tenants.billing.states import Decision, PaymentState, SubjectKind

MINUTE = timedelta(minutes=1)
BACK = "https://portal.test/pay/token/"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def ask(in_agency, owner_actor, stripe_account, now):
    """Return ``ask(minutes)``: money was asked for so long ago, with a term of a quarter hour."""

    def make(minutes: float, *, term: timedelta | None = 15 * MINUTE) -> Payment:
        asked_at = now - minutes * MINUTE
        bill = Bill(
            subject_kind=SubjectKind.RESERVATION,
            subject="res_1",
            description="Sala Blu",
            amount_minor=1_500,
            currency="EUR",
            expires_at=None if term is None else asked_at + term,
        )
        payment = request_payment(bill, actor=owner_actor, now=asked_at)
        Payment.objects.update(created_at=asked_at)
        return Payment.objects.get(pk=payment.pk)

    return make


def follow(payment: Payment, *, agency, at: datetime) -> datetime | None:
    with agency_scope(PUBLIC_SCHEMA):
        return follow_payment(key=payment.public_id, agency_id=agency.pk, at=at)


@pytest.mark.parametrize("minutes", [0, 16, 44])
def test_a_page_is_opened_however_long_the_provider_was_away(ask, owner_actor, minutes) -> None:
    payment, intent = place_payment(ask(minutes), actor=owner_actor, return_url=BACK)

    assert (payment.state, bool(intent.action_url)) == (PaymentState.REQUIRES_PAYMENT, True)


@pytest.mark.parametrize("term", [None, timedelta(days=1)])
def test_so_is_one_for_which_there_is_more_time(ask, owner_actor, term) -> None:
    payment, intent = place_payment(
        ask(23 * 60 + 50, term=term), actor=owner_actor, return_url=BACK
    )

    assert (payment.state, bool(intent.action_url)) == (PaymentState.REQUIRES_PAYMENT, True)


def test_while_it_is_away_a_payment_waits_and_the_same_page_is_opened_then(
    ask, owner_actor, double, settings
) -> None:
    payment, there = ask(0), settings.SPOTEX_STRIPE_API
    settings.SPOTEX_STRIPE_API = "http://127.0.0.1:9"

    with pytest.raises(ProviderUnreachable):
        place_payment(payment, actor=owner_actor, return_url=BACK)

    payment.refresh_from_db()
    waiting = payment.state
    settings.SPOTEX_STRIPE_API = there
    Payment.objects.update(created_at=payment.created_at - 16 * MINUTE)
    placed = place_payment(Payment.objects.get(), actor=owner_actor, return_url=BACK)[0]
    assert (waiting, placed.state) == (PaymentState.REQUIRES_PAYMENT,) * 2
    assert placed.reference.startswith("cs_test_")


def test_what_nobody_could_open_in_time_is_called_off_and_not_opened(
    ask, agency, double, now
) -> None:
    payment = ask(50)
    Payment.objects.update(return_url=BACK)

    again = follow(payment, agency=agency, at=now)

    payment.refresh_from_db()
    assert (again, payment.state) == (None, PaymentState.REQUIRES_PAYMENT)
    assert payment.decision == Decision.RELEASE
    assert payment.reference == ""
