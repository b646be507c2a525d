"""Cards: the till leads to Stripe's page, and knows what came of it."""

# ruff: noqa: F811  fixtures of another app

from __future__ import annotations

import re

import pytest

from booking.models import Reservation
from booking.services.payments import open_reservation_payment
from portals.customer.tests.test_paying import book_later, bruna  # noqa: F401  fixtures
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.billing.conftest import double, platform, stripe_account  # noqa: F401  fixtures
from tenants.billing.models import Payment
from tenants.billing.tests.test_hosted_pages import BAD, GOOD, visit

CHECKOUT = re.compile(r'href="(http://127\.0\.0\.1:\d+/checkout/cs_[^"]+)"')


@pytest.fixture
def till(bruna, book_later, stripe_account) -> str:
    """The address of the till of a reservation that is paid by card."""
    return bruna.post(f"/reservations/{book_later().public_id}/pay/")["Location"]


def page_of(client, till: str) -> str:
    found = CHECKOUT.search(client.get(till).content.decode())
    assert found is not None
    return found[1]


def test_a_card_is_paid_at_stripe_and_the_till_knows(bruna, till, agency) -> None:
    page = page_of(bruna, till)
    visit(page, number=BAD)
    declined = bruna.get(till).content.decode()

    status, back = visit(page, number=GOOD)
    paid = bruna.get(till).content.decode()

    assert "Your bank said no" in declined
    assert (status, "/pay/" in back) == (303, True)
    assert "Thank you." in paid
    assert "/checkout/" not in paid
    with agency_scope(agency):
        payment = Payment.objects.get()
    assert (payment.state, payment.reference[:3]) == ("CAPTURED", "pi_")


def test_a_payment_begun_in_somebodys_own_form_is_begun_anew(
    bruna, book_later, stripe_account, agency
) -> None:
    public_id = book_later().public_id
    with agency_scope(agency):
        reservation = Reservation.objects.select_related("space", "customer").get()
        actor = system_actor(agency)
        open_reservation_payment(reservation, actor=actor, now=reservation.created_at)

    till = bruna.post(f"/reservations/{public_id}/pay/")["Location"]

    assert page_of(bruna, till)
    with agency_scope(agency):
        states = Payment.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["CANCELLED", "REQUIRES_PAYMENT"]


def test_a_till_says_when_stripe_is_away(bruna, till, double) -> None:
    double.fail_next(2)

    away = bruna.get(till)
    again = bruna.get(till)

    assert away.status_code == 422
    assert "cannot be reached" in away.content.decode()
    assert again.status_code == 200
