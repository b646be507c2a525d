"""Transfers that come after nobody awaited them any more, as the agency notes them."""

from __future__ import annotations

import pytest

from booking.bookers import booker_of
from booking.models import Reservation
from booking.services.cancelling import cancel_reservation
from booking.services.payments import open_reservation_payment
from booking.services.reservations import Visitor, book_space
from booking.states import PaymentRule
from portals.conftest import stay_in
from tenants.billing.models import Payment
from tenants.billing.services.decisions import carry_out_decision, decide_payment
from tenants.billing.states import Decision, PaymentState
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def payment(agency, make_space, owner_actor, now, stay) -> Payment:
    """Fifteen euros for an hour, not awaited any more."""
    PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)
    reservation = book_space(
        make_space(payment=PaymentRule.PAY_LATER, hourly_minor=1_500),
        stay=stay,
        booker=booker_of(owner_actor),
        visitor=Visitor(name="Gino", email="gino@guest.test"),
        actor=owner_actor,
        now=now,
    )
    payment = open_reservation_payment(reservation, actor=owner_actor, now=now)[0]
    decide_payment(payment, decision=Decision.RELEASE, actor=owner_actor, now=now)
    return carry_out_decision(payment, actor=owner_actor, now=now)


def test_it_pays_for_what_still_stands(client, payment) -> None:
    page = f"/payments/{payment.public_id}/"
    before = client.get(page).content.decode()

    after = client.post(f"{page}received/", follow=True).content.decode()

    payment.refresh_from_db()
    assert "The transfer has come after all" in before
    assert "Noted: the transfer has come." in after
    assert "received/" not in after
    assert payment.state == PaymentState.CAPTURED


def test_it_is_listed_to_be_sent_back_when_there_is_nothing_to_pay(
    client, payment, owner_actor, now
) -> None:
    reservation = Reservation.objects.select_related("space__location", "customer").get()
    cancel_reservation(reservation, actor=owner_actor, now=now)
    page = f"/payments/{payment.public_id}/"

    after = client.post(f"{page}received/", follow=True).content.decode()
    waiting = client.get("/payments/?view=SEND").content.decode()

    assert "send €15.00 back from your bank" in after
    assert "I have sent it" in after
    assert f'href="{page}"' in waiting
