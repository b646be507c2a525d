"""One contract for every provider that takes cards: what holds for one holds for all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tenants.billing.gateways.base import (
    Gateway,
    IntentUnknown,
    Order,
    ProviderRefused,
    ProviderUnreachable,
)
from tenants.billing.gateways.choice import choose_gateway
from tenants.billing.states import PaymentState, RefundState
from tenants.payment_providers import PaymentProvider

ORDER = Order(
    payment="pay_1", agency="agency_1", amount_minor=1_500, currency="EUR", description="Sala Blu"
)


@dataclass(frozen=True)
class Driver:
    """A provider, and what its cards are called."""

    gateway: Gateway
    good: str
    bad: str
    asking: str


@pytest.fixture(params=["sandbox", "stripe"])
def driver(request, in_agency) -> Driver:
    if request.param == "sandbox":
        gateway = choose_gateway(PaymentProvider.SANDBOX, account="")
        return Driver(gateway, "succeed", "decline", "require_action")
    account = request.getfixturevalue("stripe_account")
    gateway = choose_gateway(PaymentProvider.STRIPE, account=account)
    return Driver(
        gateway, "pm_card_visa", "pm_card_chargeDeclined", "pm_card_threeDSecure2Required"
    )


def open_intent(driver: Driver, *, key: str = "k") -> str:
    return driver.gateway.create_intent(ORDER, key=key).reference


def test_a_payment_waits_for_a_card(driver) -> None:
    intent = driver.gateway.create_intent(ORDER, key="k")

    assert (intent.state, intent.amount_minor, intent.currency) == (
        PaymentState.REQUIRES_PAYMENT,
        1_500,
        "EUR",
    )
    assert intent.client_secret
    assert intent.client_secret not in repr(intent)
    assert driver.gateway.fetch_intent(intent.reference) == intent


def test_the_same_key_is_the_same_payment(driver) -> None:
    assert open_intent(driver) == open_intent(driver)
    assert open_intent(driver) != open_intent(driver, key="other")


def test_the_same_key_with_another_amount_is_refused(driver) -> None:
    open_intent(driver)
    other = Order(payment="pay_1", agency="a", amount_minor=99, currency="EUR", description="x")

    with pytest.raises(ProviderRefused):
        driver.gateway.create_intent(other, key="k")


def test_money_is_reserved_first_and_taken_once(driver) -> None:
    reference = open_intent(driver)

    paid = driver.gateway.confirm_intent(reference, method=driver.good, key="c")
    taken = driver.gateway.capture_intent(reference, key="t")
    again = driver.gateway.capture_intent(reference, key="t2")

    assert paid.state == PaymentState.AUTHORISED
    assert taken.state == again.state == PaymentState.CAPTURED
    assert taken.amount_minor == 1_500


def test_a_decline_is_an_answer_and_another_card_may_follow(driver) -> None:
    reference = open_intent(driver)

    declined = driver.gateway.confirm_intent(reference, method=driver.bad, key="c1")
    paid = driver.gateway.confirm_intent(reference, method=driver.good, key="c2")

    assert declined.state == PaymentState.REQUIRES_PAYMENT
    assert declined.failure_code
    assert declined.failure
    assert (paid.state, paid.failure_code) == (PaymentState.AUTHORISED, "")


def test_a_bank_that_asks_is_waited_for(driver) -> None:
    reference = open_intent(driver)

    asked = driver.gateway.confirm_intent(reference, method=driver.asking, key="c")

    assert asked.state == PaymentState.REQUIRES_ACTION


def test_reserved_money_is_let_go(driver) -> None:
    reference = open_intent(driver)
    driver.gateway.confirm_intent(reference, method=driver.good, key="c")

    gone = driver.gateway.cancel_intent(reference, key="x")
    again = driver.gateway.cancel_intent(reference, key="x2")

    assert gone.state == again.state == PaymentState.CANCELLED
    with pytest.raises(ProviderRefused):
        driver.gateway.capture_intent(reference, key="t")
    with pytest.raises(ProviderRefused):
        driver.gateway.confirm_intent(reference, method=driver.good, key="c9")


def test_taken_money_is_not_let_go_but_given_back(driver) -> None:
    reference = open_intent(driver)
    driver.gateway.confirm_intent(reference, method=driver.good, key="c")
    driver.gateway.capture_intent(reference, key="t")

    with pytest.raises(ProviderRefused):
        driver.gateway.cancel_intent(reference, key="x")
    first = driver.gateway.refund_intent(reference, amount_minor=500, key="r1")
    again = driver.gateway.refund_intent(reference, amount_minor=500, key="r1")
    rest = driver.gateway.refund_intent(reference, amount_minor=1_000, key="r2")

    assert first == again
    assert rest.state == RefundState.SUCCEEDED
    assert driver.gateway.fetch_refund(first.reference) == first
    with pytest.raises(ProviderRefused):
        driver.gateway.refund_intent(reference, amount_minor=1, key="r3")


def test_nothing_is_given_back_that_was_not_taken(driver) -> None:
    with pytest.raises(ProviderRefused):
        driver.gateway.refund_intent(open_intent(driver), amount_minor=1, key="r")


def test_what_nobody_opened_is_unknown(driver) -> None:
    with pytest.raises(IntentUnknown):
        driver.gateway.fetch_intent("pi_nothing")
    with pytest.raises(IntentUnknown):
        driver.gateway.fetch_refund("re_nothing")


def test_another_agencys_account_does_not_know_the_payment(stripe_account, platform) -> None:
    mine = choose_gateway(PaymentProvider.STRIPE, account=stripe_account)
    reference = mine.create_intent(ORDER, key="k").reference
    other = platform.v1.accounts.create({"type": "standard"})

    with pytest.raises(IntentUnknown):
        choose_gateway(PaymentProvider.STRIPE, account=other.id).fetch_intent(reference)


def test_a_provider_that_is_away_is_tried_once_more_and_then_later(double, stripe_account) -> None:
    gateway = choose_gateway(PaymentProvider.STRIPE, account=stripe_account)

    double.fail_next(1)
    opened = gateway.create_intent(ORDER, key="k")
    double.fail_next(2)
    with pytest.raises(ProviderUnreachable):
        gateway.fetch_intent(opened.reference)


def test_a_wrong_key_of_ours_blames_no_payer(double, stripe_account, settings) -> None:
    settings.SPOTEX_STRIPE_KEY = "wrong"

    with pytest.raises(ProviderUnreachable):
        choose_gateway(PaymentProvider.STRIPE, account=stripe_account).create_intent(ORDER, key="k")


def test_a_refund_may_come_back(double, stripe_account) -> None:
    gateway = choose_gateway(PaymentProvider.STRIPE, account=stripe_account)
    reference = gateway.create_intent(ORDER, key="k").reference
    gateway.confirm_intent(reference, method="pm_card_refundFail", key="c")
    gateway.capture_intent(reference, key="t")

    pending = gateway.refund_intent(reference, amount_minor=500, key="r")
    double.books.fail_refund(double.books.things[pending.reference])

    assert pending.state == RefundState.PENDING
    assert gateway.fetch_refund(pending.reference).state == RefundState.FAILED


def test_approval_at_the_bank_page_reserves_the_money(double, stripe_account) -> None:
    gateway = choose_gateway(PaymentProvider.STRIPE, account=stripe_account)
    reference = gateway.create_intent(ORDER, key="k").reference
    asked = gateway.confirm_intent(reference, method="pm_card_threeDSecure2Required", key="c")

    double.books.answer_approval(double.books.things[reference], approved=True)

    assert asked.action_url == f"{double.url}/approve/{reference}"
    assert gateway.fetch_intent(reference).state == PaymentState.AUTHORISED


def test_a_refused_approval_asks_for_another_card(double, stripe_account) -> None:
    gateway = choose_gateway(PaymentProvider.STRIPE, account=stripe_account)
    reference = gateway.create_intent(ORDER, key="k").reference
    gateway.confirm_intent(reference, method="pm_card_threeDSecure2Required", key="c")

    double.books.answer_approval(double.books.things[reference], approved=False)

    after = gateway.fetch_intent(reference)
    assert after.state == PaymentState.REQUIRES_PAYMENT
    assert after.failure_code == "payment_intent_authentication_failure"
