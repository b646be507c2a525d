"""Messages of Stripe: ten times each, shuffled, late, forged, unknown, tampered (R6).

The official library's calls go over HTTP to the double, whose signed messages are received as the
endpoint receives them.
"""

# ruff: noqa: F811  fixtures of another app

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest

from booking.models import Reservation
from booking.services.payments import open_reservation_payment, request_reservation_payment
from booking.services.reservations import Visitor, book_space, expire_reservation
from booking.states import PaymentRule, ReservationState
from booking.tests.expired import let_claim_end
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.billing.conftest import double, platform, stripe_account  # noqa: F401  fixtures
from tenants.billing.gateways.stripe_double.messages import sign
from tenants.billing.models import Payment, Refund
from tenants.billing.services.inbox import (
    MessageForged,
    MessageUnreadable,
    apply_provider_event,
    receive_stripe_event,
)
from tenants.billing.services.payments import pay, place_payment
from tenants.billing.states import PaymentState, RefundState
from tenants.billing.tests.test_hosted_pages import visit
from tenants.due import list_due_handlers
from tenants.models import DueWork, PaymentAccount, ProviderEvent

SECRET = "whsec_of_the_platform"
CARD = "pm_card_visa"


@pytest.fixture(autouse=True)
def _secret(settings) -> None:
    settings.SPOTEX_STRIPE_WEBHOOK_SECRET = SECRET


@pytest.fixture
def open_payment(make_space, booker, contact_actor, customer, now, stripe_account):
    space = make_space(payment=PaymentRule.PREPAID, hourly_minor=1_500)

    def make(stay, *, booker=booker) -> Payment:
        visitor = Visitor(name="Gino", email="gino@trattoria.test", customer=customer)
        reservation = book_space(
            space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
        )
        return open_reservation_payment(reservation, actor=contact_actor, now=now)[0]

    return make


def receive(event: dict, *, now, secret: str = SECRET) -> ProviderEvent:
    body = json.dumps(event).encode()
    with agency_scope(PUBLIC_SCHEMA):
        return receive_stripe_event(body, signature=sign(body, secret=secret), at=now)


def work_off(now) -> None:
    """Do all due work of payments until there is none, as the periodic task does."""
    kinds = (
        "billing.apply_provider_event",
        "booking.answer_payment",
        "billing.carry_out_decision",
        "billing.carry_out_refund",
    )
    for kind in kinds:
        for work in list(DueWork.objects.filter(kind=kind)):
            with agency_scope(PUBLIC_SCHEMA):
                list_due_handlers()[kind](key=work.key, agency_id=work.agency_id, at=now)
            work.delete()


def pay_at_stripe(double, payment: Payment, *, card: str = CARD) -> None:
    """Let the payer pay in Stripe's own form, of which we hear only by messages."""
    double.books.confirm(double.books.things[payment.reference], {"payment_method": card})


def state_of(payment: Payment) -> tuple[str, str]:
    payment.refresh_from_db()
    return payment.state, Reservation.objects.get(public_id=payment.subject).state


@pytest.mark.parametrize("seed", range(3))
def test_every_message_ten_times_and_shuffled_has_the_effect_of_one(
    open_payment,
    double,
    stay,
    now,
    seed,
) -> None:
    payment = open_payment(stay)
    pay_at_stripe(double, payment)
    order = random.Random(seed)

    for _round in range(2):
        messages = double.books.events * 10
        order.shuffle(messages)
        for event in messages:
            receive(event, now=now)
        work_off(now)

    assert state_of(payment) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)
    assert ProviderEvent.objects.count() == len(double.books.events) == 4
    assert not Refund.objects.exists()
    charges = double.books.list_of("charge", account=payment.account)
    assert [charge["amount_captured"] for charge in charges] == [1_500]


def test_a_late_message_is_honoured_while_the_space_is_free(
    open_payment,
    double,
    stay,
    contact_actor,
    now,
) -> None:
    payment = open_payment(stay)
    reservation = Reservation.objects.select_related("space", "customer").get()
    let_claim_end(reservation)
    expire_reservation(reservation, actor=contact_actor)
    pay_at_stripe(double, payment)

    receive(double.books.events[-1], now=now)
    work_off(now)

    assert state_of(payment) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)


def test_late_money_for_a_time_that_is_gone_is_never_taken(
    open_payment,
    double,
    stay,
    rival,
    now,
) -> None:
    late = open_payment(stay)
    let_claim_end(Reservation.objects.get())
    fast = open_payment(stay, booker=rival)
    pay_at_stripe(double, fast)
    pay_at_stripe(double, late)

    for event in double.books.events:
        receive(event, now=now)
    work_off(now)

    assert state_of(fast) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)
    assert state_of(late) == (PaymentState.CANCELLED, ReservationState.EXPIRED)
    taken = [c["amount_captured"] for c in double.books.list_of("charge", account=late.account)]
    assert sorted(taken) == [0, 1_500]


def test_a_forged_message_is_refused_and_not_stored(open_payment, double, stay, now) -> None:
    open_payment(stay)

    with pytest.raises(MessageForged):
        receive(double.books.events[-1], now=now, secret="whsec_of_somebody")
    body = json.dumps(double.books.events[-1]).encode()
    old = sign(body, secret=SECRET, at=int(now.timestamp()) - 3_600)
    for signature, content in ((old, body), (sign(body, secret=SECRET), body + b" "), ("", body)):
        with pytest.raises(MessageForged):
            receive_stripe_event(content, signature=signature, at=now)

    assert not ProviderEvent.objects.exists()


def test_without_a_secret_nothing_is_believed(open_payment, double, stay, now, settings) -> None:
    open_payment(stay)
    settings.SPOTEX_STRIPE_WEBHOOK_SECRET = ""

    with pytest.raises(MessageForged):
        receive(double.books.events[-1], now=now, secret="")


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b'{"id": "", "type": "x", "data": {"object": {}}}']
)
def test_a_signed_message_that_is_no_event_is_refused(body, agency, now) -> None:
    with pytest.raises(MessageUnreadable):
        receive_stripe_event(body, signature=sign(body, secret=SECRET), at=now)


def test_an_unknown_payment_is_stored_and_stays_visible(
    open_payment,
    double,
    stay,
    now,
) -> None:
    payment = open_payment(stay)
    other = double.books.create_intent(
        {"amount": "100", "currency": "eur"}, account=payment.account
    )

    row = receive(double.books.events[-1], now=now)
    early = apply_provider_event(row, at=now)
    late = apply_provider_event(row, at=now + timedelta(hours=2))

    assert (row.subject, row.trouble, row.applied_at) == (other["id"], "unknown payment", None)
    assert early is not None
    assert late is None


def test_an_account_that_nobody_has_is_stored_and_stays_visible(
    open_payment,
    double,
    stay,
    now,
) -> None:
    open_payment(stay)
    event = {**double.books.events[-1], "account": "acct_of_nobody"}

    row = receive(event, now=now)
    apply_provider_event(row, at=now)

    assert row.trouble == "unknown account"


def test_a_message_that_names_another_agency_changes_nothing(
    open_payment,
    double,
    stay,
    now,
) -> None:
    payment = open_payment(stay)
    pay_at_stripe(double, payment)
    event = json.loads(json.dumps(double.books.events[-1]))
    event["data"]["object"]["metadata"]["agency"] = "agency_of_somebody"

    row = receive(event, now=now)
    apply_provider_event(row, at=now)

    assert row.trouble == "names another agency"
    assert state_of(payment)[0] == PaymentState.REQUIRES_PAYMENT


@pytest.mark.parametrize("change", [{"amount": 1}, {"currency": "usd"}])
def test_other_money_than_was_asked_for_confirms_nothing_and_is_let_go(
    open_payment,
    double,
    stay,
    now,
    change,
) -> None:
    payment = open_payment(stay)
    double.books.things[payment.reference].update(change)
    pay_at_stripe(double, payment)

    for event in double.books.events:
        receive(event, now=now)
    work_off(now)

    assert state_of(payment) == (PaymentState.FAILED, ReservationState.PENDING_PAYMENT)
    assert payment.failure_code == "amount_differs"
    assert double.books.things[payment.reference]["status"] == "canceled"


def test_a_message_about_nothing_of_ours_is_done(agency, now) -> None:
    event = {"id": "evt_1", "type": "account.updated", "data": {"object": {"object": "account"}}}

    row = receive(event, now=now)
    apply_provider_event(row, at=now)
    apply_provider_event(row, at=now)

    assert (row.applied_at, row.trouble) == (now, "")


def test_a_refund_made_at_stripe_is_noticed_once(
    open_payment,
    double,
    stay,
    contact_actor,
    now,
) -> None:
    payment = open_payment(stay)
    pay_at_stripe(double, payment)
    for event in double.books.events:
        receive(event, now=now)
    work_off(now)
    double.books.refund(
        {"payment_intent": payment.reference, "amount": "400"}, account=payment.account
    )

    for event in double.books.events * 3:
        receive(event, now=now)
    work_off(now)

    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.state) == (400, RefundState.SUCCEEDED)


def test_a_declined_card_leaves_the_payment_open(open_payment, stay, contact_actor) -> None:
    payment = open_payment(stay)

    payment = pay(payment, method="pm_card_chargeDeclined", actor=contact_actor)

    assert (payment.state, payment.failure_code) == (
        PaymentState.REQUIRES_PAYMENT,
        "generic_decline",
    )


@pytest.fixture
def open_page(make_space, booker, contact_actor, customer, now, stripe_account):
    """Return ``open_page(stay)``: a payment on Stripe's own page, and where that page is."""
    space = make_space(payment=PaymentRule.PREPAID, hourly_minor=1_500)

    def make(stay, *, booker=booker) -> tuple[Payment, str]:
        visitor = Visitor(name="Gino", email="gino@trattoria.test", customer=customer)
        reservation = book_space(
            space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
        )
        payment = request_reservation_payment(reservation, actor=contact_actor, now=now)
        payment, intent = place_payment(
            payment, actor=contact_actor, return_url="https://back.test/"
        )
        return payment, intent.action_url

    return make


@pytest.mark.parametrize("seed", range(3))
def test_messages_of_a_page_ten_times_and_shuffled_have_the_effect_of_one(
    open_page, double, stay, now, seed
) -> None:
    payment, page = open_page(stay)
    visit(page, number="4000 0000 0000 0002")
    visit(page, number="4242 4242 4242 4242")
    order = random.Random(seed)

    for _round in range(2):
        messages = double.books.events * 10
        order.shuffle(messages)
        for event in messages:
            receive(event, now=now)
        work_off(now)

    assert state_of(payment) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)
    assert payment.reference.startswith("pi_")
    assert not ProviderEvent.objects.exclude(trouble="").exists()
    assert not Refund.objects.exists()
    charges = double.books.list_of("charge", account=payment.account)
    assert [charge["amount_captured"] for charge in charges] == [1_500]


def test_late_money_of_a_page_for_a_time_that_is_gone_is_never_taken(
    open_page, open_payment, double, stay, rival, now
) -> None:
    late, page = open_page(stay)
    let_claim_end(Reservation.objects.get())
    fast, _page = open_page(stay, booker=rival)
    visit(_page, number="4242 4242 4242 4242")
    visit(page, number="4242 4242 4242 4242")

    for event in double.books.events[::-1]:
        receive(event, now=now)
    work_off(now)

    assert sorted([state_of(fast)[0], state_of(late)[0]]) == ["CANCELLED", "CAPTURED"]
    taken = [c["amount_captured"] for c in double.books.list_of("charge", account=late.account)]
    assert sorted(taken) == [0, 1_500]


def test_an_account_that_is_ready_now_is_noticed(agency, stripe_account, double, now) -> None:
    double.books.answer_questions(double.books.things[stripe_account])

    row = receive(double.books.events[-1], now=now)
    work_off(now)

    row.refresh_from_db()
    assert (row.kind, row.applied_at) == ("account.updated", now)
    assert PaymentAccount.objects.get().is_ready


def test_a_refund_is_heard_of_after_the_agency_chose_another_provider(
    open_payment, double, stay, now
) -> None:
    payment = open_payment(stay)
    pay_at_stripe(double, payment)
    PaymentAccount.objects.update(provider="BANK_TRANSFER")

    for event in double.books.events:
        receive(event, now=now)
    work_off(now)

    assert state_of(payment) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)
