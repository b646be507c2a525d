"""Stripe's hosted page: the payer goes there with a card, and comes back to the till."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
import stripe

from tenants.billing.gateways.base import Intent, Order, ProviderRefused
from tenants.billing.gateways.choice import choose_gateway
from tenants.billing.states import PaymentState
from tenants.payment_providers import PaymentProvider

BACK = "https://portal.test/pay/token/"
GOOD, BAD, ASKING = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000000000003220"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


def visit(url: str, **fields: str) -> tuple[int, str]:
    """Look at a page, or send its form; return the status, and the content or where it leads."""
    data = urlencode(fields).encode() if fields else None
    try:
        with build_opener(_Stay).open(Request(url, data=data)) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.headers.get("Location", "")


@pytest.fixture
def order() -> Order:
    return Order(
        payment="pay_1",
        agency="agency_1",
        amount_minor=1_500,
        currency="EUR",
        description="Sala <Blu> & co",
        email="gino@trattoria.test",
        language="it",
        return_url=BACK,
        closes_at=datetime.now(UTC) + timedelta(minutes=45),
    )


@pytest.fixture
def gateway(stripe_account):
    return choose_gateway(PaymentProvider.STRIPE, account=stripe_account)


@pytest.fixture
def page(gateway, order) -> Intent:
    return gateway.create_intent(order, key="k")


def test_a_page_waits_for_a_card(gateway, page) -> None:
    status, content = visit(page.action_url)

    assert page.reference.startswith("cs_test_")
    assert (page.state, page.amount_minor, page.currency) == ("REQUIRES_PAYMENT", 1_500, "EUR")
    assert gateway.fetch_intent(page.reference) == page
    assert status == 200
    assert "15.00 EUR" in content
    assert BACK in content


def test_the_same_order_is_the_same_page(gateway, order, page) -> None:
    assert gateway.create_intent(order, key="k").reference == page.reference
    with pytest.raises(ProviderRefused):
        gateway.create_intent(replace(order, amount_minor=99), key="k")


def test_money_is_reserved_on_the_page_and_taken_under_the_payments_own_id(gateway, page) -> None:
    assert visit(page.action_url, number=GOOD) == (303, BACK)

    paid = gateway.fetch_intent(page.reference)
    taken = gateway.capture_intent(paid.reference, key="take")

    assert (paid.state, paid.follows) == (PaymentState.AUTHORISED, page.reference)
    assert paid.reference.startswith("pi_")
    assert taken.state == PaymentState.CAPTURED
    assert visit(page.action_url) == (303, BACK)


@pytest.mark.parametrize(
    ("number", "said"), [(BAD, "Your card was declined."), ("12", "card number is invalid")]
)
def test_a_card_that_is_refused_leaves_the_page_open(gateway, page, number, said) -> None:
    status, content = visit(page.action_url, number=number)

    found = gateway.fetch_intent(page.reference)
    assert (status, said in content) == (200, True)
    assert (found.reference, found.state) == (page.reference, PaymentState.REQUIRES_PAYMENT)
    assert found.failure_code == ("generic_decline" if number == BAD else "")
    assert found.action_url == page.action_url
    assert visit(page.action_url, number=GOOD) == (303, BACK)


def test_the_bank_asks_and_is_answered(gateway, page) -> None:
    _status, question = visit(page.action_url, number=ASKING)
    asked = gateway.fetch_intent(page.reference)
    _status, again = visit(question, answer="refuse")
    refused = gateway.fetch_intent(page.reference)
    _status, question = visit(page.action_url, number=ASKING)
    done = visit(question, answer="approve")

    assert asked.state == PaymentState.REQUIRES_ACTION
    assert again == page.action_url
    assert refused.failure_code == "payment_intent_authentication_failure"
    assert done == (303, BACK)
    assert gateway.fetch_intent(page.reference).state == PaymentState.AUTHORISED


@pytest.mark.parametrize("number", ["", BAD])
def test_a_page_that_is_closed_takes_nothing(gateway, page, number) -> None:
    if number:
        visit(page.action_url, number=number)

    for _time in range(2):
        closed = gateway.cancel_intent(page.reference, key="cancel")

    assert closed.state == PaymentState.CANCELLED
    assert visit(page.action_url, number=GOOD) == (303, BACK)
    assert gateway.fetch_intent(page.reference).state == PaymentState.CANCELLED


def test_who_pays_while_the_page_is_being_closed_gets_the_money_back(gateway, page) -> None:
    visit(page.action_url, number=GOOD)

    let_go = gateway.cancel_intent(page.reference, key="cancel")

    assert (let_go.state, let_go.follows) == (PaymentState.CANCELLED, page.reference)


def test_taken_money_is_not_let_go_with_its_page(gateway, page) -> None:
    visit(page.action_url, number=GOOD)
    gateway.capture_intent(gateway.fetch_intent(page.reference).reference, key="take")

    with pytest.raises(ProviderRefused):
        gateway.cancel_intent(page.reference, key="cancel")


def test_a_page_closes_by_itself(gateway, page, double) -> None:
    double.books.things[page.reference]["expires_at"] = 1

    assert gateway.fetch_intent(page.reference).state == PaymentState.CANCELLED


@pytest.mark.parametrize("minutes", [15, 25 * 60])
def test_stripe_opens_no_page_for_minutes_or_for_days(gateway, order, minutes) -> None:
    closes_at = datetime.now(UTC) + timedelta(minutes=minutes)

    with pytest.raises(ProviderRefused):
        gateway.create_intent(replace(order, closes_at=closes_at), key="k")


def test_a_page_without_a_mail_or_a_term_is_open_for_a_day(gateway, order, double) -> None:
    page = gateway.create_intent(replace(order, email="", closes_at=None, language=""), key="k")

    thing = double.books.things[page.reference]
    assert (thing["customer_email"], thing["locale"]) == (None, "auto")
    assert thing["expires_at"] - thing["created"] == 24 * 60 * 60


def test_another_account_does_not_know_the_page(platform, page) -> None:
    other = platform.v1.accounts.create({"type": "standard"}).id
    stranger = choose_gateway(PaymentProvider.STRIPE, account=other)

    with pytest.raises(ProviderRefused):
        stranger.fetch_intent(page.reference)


def test_messages_of_a_page_name_the_page_and_its_payment(page, double) -> None:
    visit(page.action_url, number=GOOD)

    done = double.books.events[-1]
    assert done["type"] == "checkout.session.completed"
    assert done["data"]["object"]["id"] == page.reference
    named = {"agency": "agency_1", "payment": "pay_1"}
    assert all(one["data"]["object"]["metadata"] == named for one in double.books.events)


def test_the_library_reads_the_doubles_session(platform, stripe_account, page) -> None:
    found = platform.v1.checkout.sessions.retrieve(
        page.reference, {}, {"stripe_account": stripe_account}
    )

    assert isinstance(found, stripe.checkout.Session)
    assert (found.mode, found.status, found.payment_status) == ("payment", "open", "unpaid")
