"""Stripe's messages over HTTP (R6): whatever happens to them on the way, each effect happens once.

The official library speaks with the double; people pay on the double's pages; the double sends its
signed messages to the running product, several times, in a strange order, late, forged or never.
"""

# ruff: noqa: F811  fixtures of other apps

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from booking.bookers import Booker
from booking.conftest import location, make_space, make_stay, now, stay  # noqa: F401  fixtures
from booking.models import Claim, Reservation
from booking.services.payments import request_reservation_payment
from booking.services.reservations import Visitor, book_space
from booking.states import PaymentRule, ReservationState
from booking.tests.test_stripe_messages import work_off
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.access import system_actor
from tenants.billing.conftest import double, platform, stripe_account  # noqa: F401  fixtures
from tenants.billing.due_handlers import follow_payment
from tenants.billing.gateways.stripe_double.messages import deliver
from tenants.billing.gateways.stripe_double.server import StripeDouble
from tenants.billing.models import Payment, Refund
from tenants.billing.services.payments import place_payment
from tenants.billing.states import PaymentState
from tenants.billing.tests.test_hosted_pages import visit
from tenants.models import Agency, MailMessage, ProviderEvent

pytestmark = pytest.mark.django_db(transaction=True)

GOOD, BAD = "4242 4242 4242 4242", "4000 0000 0000 0002"
GINO = "gino@guest.test"


@pytest.fixture
def stripe(double, live_server, platform, settings) -> StripeDouble:
    """The double, whose messages go to the product that runs here."""
    url = live_server.url.replace("//localhost", "//api.localhost") + "/webhooks/stripe"
    settings.ALLOWED_HOSTS = ["*"]
    endpoint = platform.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    settings.SPOTEX_STRIPE_WEBHOOK_SECRET = endpoint.secret
    return double


@pytest.fixture
def ask(make_space, stay, in_agency, stripe_account, now) -> Callable[..., tuple[Payment, str]]:
    """Return ``ask(who)``: book the one room for the one hour; the payment and its page."""
    space = make_space(payment=PaymentRule.PREPAID, hourly_minor=1_500)
    actor = system_actor(in_agency)

    def make(who: str = "gino") -> tuple[Payment, str]:
        reservation = book_space(
            space,
            stay=stay,
            booker=Booker(key=f"guest_{who}", is_guest=True),
            visitor=Visitor(name=who, email=f"{who}@guest.test"),
            actor=actor,
            now=now,
        )
        payment = request_reservation_payment(reservation, actor=actor, now=now)
        payment, intent = place_payment(payment, actor=actor, return_url="https://back.test/")
        return payment, intent.action_url

    return make


def states_of(payment: Payment) -> tuple[str, str]:
    payment.refresh_from_db()
    return payment.state, Reservation.objects.get(public_id=payment.subject).state


def end_holds() -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    Claim.objects.update(valid=(past, past + timedelta(minutes=15)))


def amounts_taken(stripe: StripeDouble, account: str) -> list[int]:
    charges = stripe.books.list_of("charge", account=account)
    return sorted(charge["amount_captured"] for charge in charges)


@pytest.mark.parametrize("seed", range(3))
def test_ten_times_each_in_any_order(ask, stripe, now, seed) -> None:
    payment, page = ask()
    visit(page, number=BAD)
    visit(page, number=GOOD)

    statuses = stripe.deliver(repeat=10, seed=seed)
    work_off(now)
    statuses += stripe.deliver(repeat=10, seed=seed)
    work_off(now)

    assert set(statuses) == {200}
    assert states_of(payment) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)
    assert amounts_taken(stripe, payment.account) == [1_500]
    assert ProviderEvent.objects.count() == len(stripe.books.events)
    assert not ProviderEvent.objects.exclude(trouble="").exists()
    assert not Refund.objects.exists()
    captured = ActivityEntry.objects.filter(event="billing.payment.captured")
    assert captured.count() == 1
    subjects = MailMessage.objects.filter(recipient=GINO).values_list("subject", flat=True)
    assert sum("Abbiamo ricevuto" in one for one in subjects) == 1
    assert sum("confermata" in one for one in subjects) == 1


def test_after_the_hold_is_over_and_the_space_sold_nobody_pays_for_nothing(
    ask, stripe, now
) -> None:
    late, page_of_late = ask("lia")
    end_holds()
    fast, page_of_fast = ask("fabio")
    visit(page_of_fast, number=GOOD)
    stripe.deliver()
    work_off(now)
    visit(page_of_late, number=GOOD)

    stripe.deliver(repeat=3, seed=1)
    work_off(now)

    assert states_of(fast) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)
    assert states_of(late)[0] == PaymentState.CANCELLED
    assert states_of(late)[1] != ReservationState.CONFIRMED
    assert amounts_taken(stripe, late.account) == [0, 1_500]
    told = MailMessage.objects.filter(recipient="lia@guest.test").latest("pk")
    assert "Il denaro resta a te" in told.subject


def test_after_the_hold_is_over_and_the_space_free_it_is_honoured(ask, stripe, now) -> None:
    payment, page = ask()
    end_holds()
    visit(page, number=GOOD)

    stripe.deliver(repeat=3, seed=2)
    work_off(now)

    assert states_of(payment) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)


def test_what_somebody_else_signed_is_refused(ask, stripe, now) -> None:
    payment, page = ask()
    visit(page, number=GOOD)
    (endpoint,) = stripe.books.list_of("webhook_endpoint", account="")

    statuses = deliver(stripe.books.events, url=endpoint["url"], secret="whsec_of_somebody")
    work_off(now)

    assert set(statuses) == {400}
    assert not ProviderEvent.objects.exists()
    assert states_of(payment)[0] == PaymentState.REQUIRES_PAYMENT


def test_what_nobody_asked_for_stays_visible_and_changes_nothing(ask, stripe, now) -> None:
    payment, _page = ask()
    stripe.books.create_intent({"amount": "100", "currency": "eur"}, account=payment.account)

    assert set(stripe.deliver()) == {200}
    work_off(now)

    assert ProviderEvent.objects.get().trouble == "unknown payment"
    assert states_of(payment)[0] == PaymentState.REQUIRES_PAYMENT


@pytest.mark.parametrize("change", [{"amount_total": 100}, {"currency": "usd"}])
def test_other_money_confirms_nothing_and_is_let_go(ask, stripe, now, change) -> None:
    payment, page = ask()
    stripe.books.things[payment.reference].update(change)
    visit(page, number=GOOD)

    for _round in range(2):
        stripe.deliver(repeat=2, seed=3)
        work_off(now)

    assert states_of(payment) == (PaymentState.FAILED, ReservationState.PENDING_PAYMENT)
    assert amounts_taken(stripe, payment.account) == [0]
    (intent,) = stripe.books.list_of("payment_intent", account=payment.account)
    assert intent["status"] == "canceled"


def test_when_every_message_is_lost_the_product_asks_by_itself(
    ask, stripe, agency: Agency, now
) -> None:
    payment, page = ask()
    visit(page, number=GOOD)

    with agency_scope(PUBLIC_SCHEMA):
        again = follow_payment(key=payment.public_id, agency_id=agency.pk, at=now)
    work_off(now)

    assert again is not None
    assert not ProviderEvent.objects.exists()
    assert states_of(payment) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)
    assert amounts_taken(stripe, payment.account) == [1_500]


def test_an_outage_while_a_message_is_applied_is_made_up_for(ask, stripe, now) -> None:
    payment, page = ask()
    visit(page, number=GOOD)
    stripe.deliver()
    stripe.fail_next(2)  # the first call, and the library's own second try

    with pytest.raises(Exception, match="Stripe"):
        work_off(now)
    work_off(now)

    assert states_of(payment) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)
