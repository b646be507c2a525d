"""Money in trouble: refused, let go too late, taken in another amount, given up on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import stripe
from django.db import connection
from django.db.models.signals import post_save
from django.utils import translation

from spotex.kernel.locks import Busy
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.billing.due_handlers import carry_out, carry_refund_out, follow_payment
from tenants.billing.failures import describe_failure, describe_refund_failure
from tenants.billing.gateways.base import ProviderRefused
from tenants.billing.gateways.stripe_answers import translating
from tenants.billing.models import Payment, Refund, SandboxIntent
from tenants.billing.services.decisions import carry_out_decision, decide_payment
from tenants.billing.services.payments import (
    Bill,
    PaymentNotOpen,
    pay,
    place_payment,
    request_payment,
    settle_payment,
)
from tenants.billing.services.refunds import request_refund
from tenants.billing.states import Decision, PaymentState, RefundState, SubjectKind
from tenants.models import DueWork

CARD, BAD_CARD = "pm_card_visa", "pm_card_chargeDeclined"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def ask(in_agency, owner_actor, now):
    """Return ``ask()``: ask for money of which no provider has heard yet."""

    def make(*, amount: int = 1_500) -> Payment:
        bill = Bill(
            subject_kind=SubjectKind.RESERVATION,
            subject="res_1",
            description="Sala Blu",
            amount_minor=amount,
            currency="EUR",
            expires_at=now,
        )
        return request_payment(bill, actor=owner_actor, now=now)

    return make


@pytest.fixture
def at_stripe(ask, stripe_account, double, owner_actor):
    """A payment that is open at Stripe, and what Stripe has of it."""
    payment = place_payment(ask(), actor=owner_actor)[0]
    return payment, double.books.things[payment.reference]


@pytest.fixture
def approved(at_stripe, double, owner_actor):
    """The same when the bank has approved it."""
    payment, thing = at_stripe
    double.books.confirm(thing, {"payment_method": CARD})
    return settle_payment(payment, actor=owner_actor), thing


@pytest.fixture
def decide(owner_actor, now):
    def make(payment: Payment, decision: Decision) -> Payment:
        return decide_payment(payment, decision=decision, actor=owner_actor, now=now)

    return make


def run(handler, key: str, *, agency, at) -> datetime | None:
    with agency_scope(PUBLIC_SCHEMA):
        return handler(key=key, agency_id=agency.pk, at=at)


def read(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def test_a_bank_that_is_still_at_it_is_asked_again_to_let_go(
    at_stripe, double, decide, agency, now
) -> None:
    payment, thing = at_stripe
    thing["status"] = "processing"
    decide(payment, Decision.RELEASE)

    again = run(carry_out, payment.public_id, agency=agency, at=now)
    waiting = read(payment).state
    thing["status"] = "requires_capture"
    after = run(carry_out, payment.public_id, agency=agency, at=now + timedelta(minutes=2))

    assert again == now + timedelta(minutes=2)
    assert waiting == PaymentState.PROCESSING
    assert after is None
    assert (read(payment).state, thing["status"]) == (PaymentState.CANCELLED, "canceled")


def test_money_that_cannot_be_taken_for_a_moment_is_taken_later(
    approved, double, decide, agency, now
) -> None:
    payment, _thing = approved
    decide(payment, Decision.CAPTURE)
    double.books.refuses_captures = True

    again = run(carry_out, payment.public_id, agency=agency, at=now)
    refused = read(payment)
    double.books.refuses_captures = False
    after = run(carry_out, payment.public_id, agency=agency, at=now + timedelta(minutes=2))

    assert again is not None
    assert (refused.state, refused.failure_code) == (PaymentState.AUTHORISED, "payment_refused")
    assert "live charges" in describe_failure(refused)
    assert after is None
    assert (read(payment).state, read(payment).failure) == (PaymentState.CAPTURED, "")


def test_money_that_cannot_be_taken_for_an_hour_is_let_go_everywhere(
    approved, double, decide, agency
) -> None:
    payment, thing = approved
    decide(payment, Decision.CAPTURE)
    double.books.refuses_captures = True
    late = payment.authorised_at + timedelta(hours=1)

    again = run(carry_out, payment.public_id, agency=agency, at=late)
    failed = read(payment).state
    after = run(carry_out, payment.public_id, agency=agency, at=late + timedelta(minutes=2))

    assert again is not None
    assert after is None
    assert failed == read(payment).state == PaymentState.FAILED
    assert thing["status"] == "canceled"


def test_other_money_that_was_taken_goes_back_once(
    at_stripe, double, agency, owner_actor, now
) -> None:
    payment, thing = at_stripe
    double.books.confirm(thing, {"payment_method": CARD})
    double.books.capture(thing, {"amount_to_capture": "400"})
    settle_payment(payment, actor=owner_actor)

    for _time in range(2):
        run(carry_out, payment.public_id, agency=agency, at=now)
    refund = Refund.objects.get()
    for _time in range(2):
        after = run(carry_refund_out, refund.public_id, agency=agency, at=now)

    refund.refresh_from_db()
    charge = double.books.things[thing["latest_charge"]]
    assert (read(payment).state, read(payment).failure) == (PaymentState.FAILED, "4.00 EUR")
    assert (refund.amount_minor, refund.state, after) == (400, RefundState.SUCCEEDED, None)
    assert charge["amount_refunded"] == 400


def test_what_went_back_elsewhere_does_not_go_back_again(
    at_stripe, double, agency, owner_actor, now
) -> None:
    payment, thing = at_stripe
    double.books.confirm(thing, {"payment_method": CARD})
    double.books.capture(thing, {"amount_to_capture": "400"})
    payment = settle_payment(payment, actor=owner_actor)
    Refund.objects.create(payment=payment, cause="provider:re_1", amount_minor=400)

    run(carry_out, payment.public_id, agency=agency, at=now)

    assert Refund.objects.count() == 1


def test_a_part_taken_of_what_was_decided_stays(approved, double, decide, agency, now) -> None:
    payment, thing = approved
    decide(payment, Decision.CAPTURE)
    double.books.capture(thing, {"amount_to_capture": "400"})

    for _time in range(2):
        run(carry_out, payment.public_id, agency=agency, at=now)

    payment = read(payment)
    assert (payment.state, payment.decision) == (PaymentState.CAPTURED, Decision.CAPTURE)
    assert (payment.amount_minor, payment.failure_code) == (400, "amount_differs")
    assert not Refund.objects.exists()


def test_a_refund_of_money_that_never_came_ends(
    approved, double, decide, agency, owner_actor, now
) -> None:
    payment, thing = approved
    decide(payment, Decision.CAPTURE)
    refund = request_refund(payment, amount_minor=500, cause="x", actor=owner_actor, now=now)
    double.books.refuses_captures = True
    waiting = run(carry_refund_out, refund.public_id, agency=agency, at=now)
    double.books.cancel(thing, {})

    for _time in range(2):
        after = run(carry_refund_out, refund.public_id, agency=agency, at=now)

    refund.refresh_from_db()
    assert waiting is not None
    assert after is None
    assert refund.state == RefundState.FAILED
    assert describe_refund_failure(refund) == "Nothing had been taken, so nothing has to go back."
    assert ActivityEntry.objects.filter(event="billing.refund.dropped").count() == 1


@pytest.mark.parametrize("handler", [carry_out, follow_payment])
def test_what_was_let_go_before_it_was_placed_is_never_placed(
    ask, stripe_account, double, decide, agency, now, handler
) -> None:
    payment = decide(ask(), Decision.RELEASE)

    after = run(handler, payment.public_id, agency=agency, at=now)

    assert after is None
    assert read(payment).state == PaymentState.CANCELLED
    assert not double.books.list_of("payment_intent", account=stripe_account)


def test_what_the_provider_refused_to_open_is_not_opened_again(
    ask, stripe_account, double, agency, owner_actor, now
) -> None:
    payment = ask(amount=1)
    with pytest.raises(ProviderRefused):
        place_payment(payment, actor=owner_actor)

    after = run(follow_payment, payment.public_id, agency=agency, at=now)

    assert after is None
    assert read(payment).state == PaymentState.FAILED
    assert "50 cents" in read(payment).failure


def test_nobody_places_what_was_let_go(ask, decide, owner_actor) -> None:
    payment = decide(ask(), Decision.RELEASE)

    with pytest.raises(PaymentNotOpen):
        place_payment(payment, actor=owner_actor)

    assert not SandboxIntent.objects.exists()


def during_placing(rival):
    """Let something happen while the trial provider opens a payment."""

    def happen(*, created: bool, **_given) -> None:
        if created:
            rival()

    return happen


def test_what_is_let_go_while_it_is_placed_is_ended_at_the_provider(
    ask, decide, agency, owner_actor, now
) -> None:
    payment = ask()

    def let_go() -> None:
        decide(payment, Decision.RELEASE)
        carry_out_decision(read(payment), actor=owner_actor, now=now)
        DueWork.objects.filter(kind="billing.carry_out_decision").delete()

    receiver = during_placing(let_go)
    post_save.connect(receiver, sender=SandboxIntent)
    try:
        with pytest.raises(PaymentNotOpen):
            place_payment(payment, actor=owner_actor)
    finally:
        post_save.disconnect(receiver, sender=SandboxIntent)
    work = DueWork.objects.get(kind="billing.carry_out_decision")
    after = run(carry_out, work.key, agency=agency, at=now)

    assert after is None
    assert read(payment).state == PaymentState.CANCELLED
    assert SandboxIntent.objects.get().state == PaymentState.CANCELLED


def test_two_that_place_at_once_open_one(ask, owner_actor) -> None:
    payment = ask()
    stale = read(payment)
    receiver = during_placing(lambda: place_payment(read(payment), actor=owner_actor))
    post_save.connect(receiver, sender=SandboxIntent)
    try:
        first = place_payment(payment, actor=owner_actor)[0]
    finally:
        post_save.disconnect(receiver, sender=SandboxIntent)

    second = place_payment(stale, actor=owner_actor)[0]

    assert first.reference == second.reference == SandboxIntent.objects.get().reference


def test_a_third_card_is_tried_after_two_that_were_declined_alike(at_stripe, owner_actor) -> None:
    payment, _thing = at_stripe

    for card in (BAD_CARD, BAD_CARD, CARD):
        payment = pay(payment, method=card, actor=owner_actor)

    assert payment.state == PaymentState.AUTHORISED
    assert ActivityEntry.objects.filter(event="billing.payment.declined").count() == 2


def test_looking_at_a_declined_payment_declines_nothing_again(at_stripe, owner_actor) -> None:
    payment = pay(at_stripe[0], method=BAD_CARD, actor=owner_actor)

    settle_payment(payment, actor=owner_actor)

    assert ActivityEntry.objects.filter(event="billing.payment.declined").count() == 1


def test_a_rival_that_is_gone_again_is_no_error_of_ours(ask) -> None:
    table = Payment._meta.db_table
    with connection.cursor() as cursor:  # as if somebody else had been first, and gave up
        cursor.execute(
            "CREATE FUNCTION refuse_payment() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE unique_violation; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refuse_payment BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_payment()"
        )

    with pytest.raises(Busy):
        ask()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The provider has another amount than was asked for: 4.00 EUR."),
        ("it", "Dal fornitore risulta un altro importo rispetto a quello richiesto: 4.00 EUR."),
    ],
)
def test_a_failure_speaks_the_language_of_who_reads_it(language, sentence) -> None:
    payment = Payment(failure_code="amount_differs", failure="4.00 EUR")

    with translation.override(language):
        assert describe_failure(payment) == sentence


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        ("", "", ""),
        ("odd", "Odd things.", "Odd things."),
        ("odd", "", "The payment provider refused this."),
        ("insufficient_funds", "Your card …", "There is not enough money on the card."),
    ],
)
def test_a_failure_is_told_in_our_words_or_in_those_of_the_provider(code, said, words) -> None:
    assert describe_failure(Payment(failure_code=code, failure=said)) == words


def test_a_refund_that_did_not_fail_has_no_failure() -> None:
    assert describe_refund_failure(Refund(state=RefundState.PENDING)) == ""


@pytest.mark.parametrize(
    ("message", "code", "text", "said"),
    [
        ("No such thing.", "x", "Stripe refused: No such thing.", "No such thing."),
        (None, "x", "Stripe refused: x", "x"),
        (None, None, "Stripe refused.", ""),
    ],
)
def test_stripe_refuses_with_words_or_without(message, code, text, said) -> None:
    with pytest.raises(ProviderRefused) as refusal, translating():
        raise stripe.InvalidRequestError(message, None, code=code)

    assert (refusal.value.message, refusal.value.said) == (text, said)
