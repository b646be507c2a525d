"""The life of a payment: followed by due work, decided once, given back never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.billing.due_handlers import carry_out, carry_refund_out, follow_payment
from tenants.billing.gateways.base import ProviderRefused
from tenants.billing.models import Payment, Refund, SandboxIntent
from tenants.billing.selectors import is_transfer_expected, is_transfer_late
from tenants.billing.services.books import fail_payment
from tenants.billing.services.decisions import carry_out_decision, decide_payment
from tenants.billing.services.payments import (
    AmountDiffers,
    Bill,
    PaymentNotOpen,
    open_payment,
    pay,
    request_payment,
)
from tenants.billing.services.refunds import (
    NothingToRefund,
    RefundTooHigh,
    RefundTooLow,
    record_refund_transfer,
    request_refund,
)
from tenants.billing.services.transfers import record_transfer
from tenants.billing.states import Decision, PaymentState, RefundState, SubjectKind, may_follow

NOTHING = "pay_00000000000000000000000000"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def open_one(in_agency, owner_actor, now):
    def make(*, amount: int = 1_500, by_transfer: bool = False, term: bool = True) -> Payment:
        bill = Bill(
            subject_kind=SubjectKind.RESERVATION,
            subject="res_1",
            description="Sala Blu",
            amount_minor=amount,
            currency="EUR",
            expires_at=now if term else None,
            by_transfer=by_transfer,
        )
        return open_payment(bill, actor=owner_actor, now=now)[0]

    return make


def run(handler, key: str, *, agency, at) -> datetime | None:
    with agency_scope(PUBLIC_SCHEMA):
        return handler(key=key, agency_id=agency.pk, at=at)


@pytest.fixture
def paid(open_one, owner_actor, now) -> Payment:
    payment = pay(open_one(), method="succeed", actor=owner_actor)
    decide_payment(payment, decision=Decision.CAPTURE, actor=owner_actor, now=now)
    return carry_out_decision(payment, actor=owner_actor, now=now)


@pytest.mark.parametrize("state", PaymentState.values)
@pytest.mark.parametrize("following", PaymentState.values)
def test_what_is_final_stays(state, following) -> None:
    final = {PaymentState.CAPTURED, PaymentState.CANCELLED, PaymentState.FAILED}
    after_approval = {*final}
    allowed = (
        state not in final
        and state != following
        and (state != PaymentState.AUTHORISED or following in after_approval)
    )

    assert may_follow(state, following) == allowed


def test_another_amount_for_the_same_thing_is_refused(open_one) -> None:
    open_one()

    with pytest.raises(AmountDiffers):
        open_one(amount=1)
    with pytest.raises(AmountDiffers):
        open_one(amount=0)


def test_an_open_payment_is_looked_at_until_its_term_and_then_let_go(open_one, agency, now) -> None:
    payment = open_one()

    early = run(follow_payment, payment.public_id, agency=agency, at=now)
    late = run(follow_payment, payment.public_id, agency=agency, at=now + timedelta(minutes=31))
    run(carry_out, payment.public_id, agency=agency, at=now)

    payment.refresh_from_db()
    assert early is not None
    assert late is None
    assert payment.state == PaymentState.CANCELLED


def test_one_without_a_term_is_looked_at_less_and_less(open_one, agency, now) -> None:
    payment = open_one(term=False)
    later = now + timedelta(days=3)

    assert run(follow_payment, payment.public_id, agency=agency, at=later) > later + timedelta(
        hours=1
    )


def test_money_that_nobody_answered_is_looked_at_again(open_one, agency, owner_actor, now) -> None:
    payment = pay(open_one(), method="succeed", actor=owner_actor)

    assert run(follow_payment, payment.public_id, agency=agency, at=now) is not None


def test_what_is_over_is_left_alone(paid, agency, now) -> None:
    assert run(follow_payment, paid.public_id, agency=agency, at=now) is None
    assert run(carry_out, paid.public_id, agency=agency, at=now) is None


@pytest.mark.parametrize("handler", [follow_payment, carry_out, carry_refund_out])
def test_work_about_nothing_ends(handler, agency, now) -> None:
    assert run(handler, NOTHING, agency=agency, at=now) is None


def test_a_transfer_waits_for_a_person(open_one, agency, owner_actor, now) -> None:
    payment = open_one(by_transfer=True)
    with pytest.raises(ProviderRefused):
        pay(payment, method="succeed", actor=owner_actor)

    looked = run(follow_payment, payment.public_id, agency=agency, at=now)
    arrived = record_transfer(payment, actor=owner_actor)
    again = record_transfer(payment, actor=owner_actor)
    refund = request_refund(arrived, amount_minor=500, cause="x", actor=owner_actor, now=now)
    run(carry_refund_out, refund.public_id, agency=agency, at=now)
    sent = record_refund_transfer(refund, actor=owner_actor)

    assert looked is None
    assert arrived.state == again.state == PaymentState.CAPTURED
    assert sent.state == RefundState.SUCCEEDED


def test_a_transfer_that_is_let_go_is_no_longer_expected(open_one, owner_actor, now) -> None:
    payment = open_one(by_transfer=True)
    decide_payment(payment, decision=Decision.RELEASE, actor=owner_actor, now=now)

    payment = carry_out_decision(payment, actor=owner_actor, now=now)

    late = record_transfer(payment, actor=owner_actor)
    assert payment.state == PaymentState.CANCELLED
    assert (is_transfer_expected(payment), is_transfer_late(payment)) == (False, True)
    assert (late.state, late.decision) == (PaymentState.CAPTURED, Decision.NONE)


def test_a_transfer_that_failed_is_not_noted(open_one, owner_actor) -> None:
    payment = open_one(by_transfer=True)
    fail_payment(payment, code="x", reason="", actor=owner_actor)

    with pytest.raises(PaymentNotOpen):
        record_transfer(payment, actor=owner_actor)


def test_a_transfer_of_which_nobody_was_told_is_not_noted(open_one, owner_actor, now) -> None:
    payment = open_one(by_transfer=True)
    payment.reference = ""
    payment.save()
    decide_payment(payment, decision=Decision.RELEASE, actor=owner_actor, now=now)
    payment = carry_out_decision(payment, actor=owner_actor, now=now)

    with pytest.raises(PaymentNotOpen):
        record_transfer(payment, actor=owner_actor)
    assert not is_transfer_late(payment)


def test_a_card_is_no_transfer(open_one, paid, owner_actor, now) -> None:
    with pytest.raises(PaymentNotOpen):
        record_transfer(paid, actor=owner_actor)
    refund = request_refund(paid, amount_minor=1, cause="x", actor=owner_actor, now=now)
    with pytest.raises(NothingToRefund):
        record_refund_transfer(refund, actor=owner_actor)


def test_the_first_decision_counts(open_one, owner_actor, now) -> None:
    payment = open_one()

    decide_payment(payment, decision=Decision.RELEASE, actor=owner_actor, now=now)
    row = decide_payment(payment, decision=Decision.CAPTURE, actor=owner_actor, now=now)

    assert row.decision == Decision.RELEASE


def test_without_a_decision_nothing_is_carried_out(open_one, owner_actor, now) -> None:
    payment = carry_out_decision(open_one(), actor=owner_actor, now=now)

    assert payment.state == PaymentState.REQUIRES_PAYMENT


def test_a_failed_payment_stays_failed_and_another_one_may_follow(open_one, owner_actor) -> None:
    failed = fail_payment(open_one(), code="x", reason="y", actor=owner_actor)
    again = fail_payment(failed, code="z", reason="z", actor=owner_actor)

    assert (again.state, again.failure_code) == (PaymentState.FAILED, "x")
    assert may_follow(failed.state, PaymentState.CAPTURED) is False


def test_the_same_cause_gives_back_once_and_never_too_much(paid, owner_actor, agency, now) -> None:
    first = request_refund(paid, amount_minor=900, cause="a", actor=owner_actor, now=now)
    again = request_refund(paid, amount_minor=900, cause="a", actor=owner_actor, now=now)

    assert first == again
    for amount, refusal in ((601, RefundTooHigh), (0, RefundTooLow)):
        with pytest.raises(refusal):
            request_refund(paid, amount_minor=amount, cause="b", actor=owner_actor, now=now)
    run(carry_refund_out, first.public_id, agency=agency, at=now)
    run(carry_refund_out, first.public_id, agency=agency, at=now)
    assert SandboxIntent.objects.get().refunded_minor == 900


def test_a_refund_that_the_provider_refuses_fails_visibly(paid, owner_actor, agency, now) -> None:
    refund = request_refund(paid, amount_minor=1_500, cause="a", actor=owner_actor, now=now)
    SandboxIntent.objects.update(refunded_minor=1_500)

    run(carry_refund_out, refund.public_id, agency=agency, at=now)

    refund = Refund.objects.get()
    assert refund.state == RefundState.FAILED
    assert refund.failure
    assert str(refund) == refund.public_id


def test_nothing_goes_back_of_what_was_not_taken(open_one, owner_actor, now) -> None:
    with pytest.raises(NothingToRefund):
        request_refund(open_one(), amount_minor=1, cause="a", actor=owner_actor, now=now)


def test_nobody_without_an_agency_asks_for_money(open_one, now) -> None:
    from spotex.kernel.actor import ANONYMOUS
    from spotex.kernel.errors import Missing

    bill = Bill(
        subject_kind=SubjectKind.RESERVATION,
        subject="res_2",
        description="x",
        amount_minor=1,
        currency="EUR",
    )
    with pytest.raises(Missing):
        request_payment(bill, actor=ANONYMOUS, now=now)


def test_an_approval_that_cannot_be_taken_fails_visibly(open_one, owner_actor) -> None:
    approved = pay(open_one(), method="succeed", actor=owner_actor)

    failed = fail_payment(approved, code="payment_refused", reason="expired", actor=owner_actor)

    assert (failed.state, failed.failure) == (PaymentState.FAILED, "expired")
