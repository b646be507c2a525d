"""The till: whoever has its signed address pays, signed in or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from booking.bookers import Booker, booker_of
from booking.models import Reservation, Space
from booking.opening import Hours
from booking.periods import Period
from booking.services.locations import create_location
from booking.services.payments import open_reservation_payment
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import create_space
from booking.states import PaymentRule, ReservationState
from portals.shared.booking.paying import PAYMENTS_PER_HOUR
from portals.shared.payments import link_to_payment
from portals.shared.views.payments import LOOKS_PER_MINUTE
from spotex.kernel.limits import HOUR, require_within
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.billing.models import Payment, Refund
from tenants.billing.services.refunds import carry_out_refund
from tenants.billing.states import Decision, PaymentState
from tenants.hosts import snapshot_of
from tenants.models import Agency, PaymentAccount
from tenants.payment_providers import PaymentProvider
from tenants.states import PortalName

WEEK = [Hours(weekday=day, opens=8 * 60, closes=20 * 60) for day in range(7)]


@pytest.fixture
def guest_client(client_for) -> Client:
    return client_for(portal=PortalName.CUSTOMER)


def make_space(agency: Agency, owner_actor, *, payment: PaymentRule) -> Space:
    location = create_location(
        actor=owner_actor,
        name="Casa",
        time_zone="Etc/UTC",
        opening_hours=WEEK,
        keeps_holidays=False,
    )
    return create_space(
        actor=owner_actor, location=location, name="Sala Blu", payment=payment, hourly_minor=1_500
    )


@pytest.fixture
def ask(agency, owner_actor):
    """Return ``ask()``: book an hour of tomorrow as a guest and open its payment."""

    def make(*, rule: PaymentRule = PaymentRule.PREPAID, after: str = "") -> str:
        now = datetime.now(UTC)
        start = now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
        with agency_scope(agency):
            reservation = book_space(
                make_space(agency, owner_actor, payment=rule),
                stay=Period(start=start, end=start + timedelta(hours=1)),
                booker=Booker(key="guest_1", is_guest=True),
                visitor=Visitor(name="Rita", email="rita@rivale.test"),
                actor=system_actor(agency),
                now=now,
            )
            payment = open_reservation_payment(reservation, actor=system_actor(agency), now=now)[0]
        return link_to_payment(payment, agency=snapshot_of(agency), after=after)

    return make


def read(agency: Agency) -> tuple[str, str]:
    with agency_scope(agency):
        return Payment.objects.get().state, Reservation.objects.get().state


def test_a_guest_pays_and_the_reservation_is_confirmed(ask, guest_client, agency) -> None:
    link = ask(after="/reservations/x/")

    page = guest_client.get(link).content.decode()
    answer = guest_client.post(link, {"outcome": "succeed"}, follow=True).content.decode()

    assert "€15.00" in page
    assert "trial till" in page
    assert "Thank you." in answer
    assert "/reservations/x/" in answer
    assert read(agency) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)


def test_a_decline_asks_for_another_card(ask, guest_client, agency) -> None:
    link = ask()

    answer = guest_client.post(link, {"outcome": "decline"}, follow=True).content.decode()

    assert "Your bank said no" in answer
    assert 'value="succeed"' in answer
    assert read(agency) == (PaymentState.REQUIRES_PAYMENT, ReservationState.PENDING_PAYMENT)


def test_the_bank_asks_for_approval(ask, guest_client, agency) -> None:
    link = ask()

    asked = guest_client.post(link, {"outcome": "require_action"}, follow=True).content.decode()
    guest_client.post(link, {"outcome": "approve"})

    assert "You are at the trial bank" in asked
    assert read(agency) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)


def test_a_slow_bank_answers_later(ask, guest_client, agency) -> None:
    link = ask()

    slow = guest_client.post(link, {"outcome": "delay"}, follow=True).content.decode()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=11)):
        fast = guest_client.get(link, headers={"hx-request": "true", "hx-target": "payment"})

    assert "every 3s" in slow
    assert "app.js" in slow  # what carries that out
    assert "Thank you." in fast.content.decode()
    assert "<html" not in fast.content.decode()
    assert read(agency) == (PaymentState.CAPTURED, ReservationState.CONFIRMED)


def test_the_till_counts_down_and_says_when_the_term_is_over(ask, guest_client, agency) -> None:
    link = ask()
    in_time = guest_client.get(link).content.decode()
    with agency_scope(agency):
        Payment.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))

    late = guest_client.get(link).content.decode()

    assert "data-countdown=" in in_time
    assert "data-countdown=" not in late
    assert "The time to pay is over" in late
    assert 'value="succeed"' in late


def test_paying_twice_says_that_it_is_paid(ask, guest_client) -> None:
    link = ask()
    guest_client.post(link, {"outcome": "succeed"})

    again = guest_client.post(link, {"outcome": "succeed"})

    assert again.status_code == 422
    assert "This payment is not open." in again.content.decode()


def test_an_outcome_that_nobody_knows_changes_nothing(ask, guest_client, agency) -> None:
    guest_client.post(ask(), {"outcome": "give_me_everything"})

    assert read(agency) == (PaymentState.REQUIRES_PAYMENT, ReservationState.PENDING_PAYMENT)


@pytest.mark.parametrize("change", [lambda link: link[:-3] + "x/", lambda _link: "/pay/nothing/"])
def test_a_forged_link_leads_nowhere(ask, guest_client, change) -> None:
    assert guest_client.get(change(ask())).status_code == 404


def test_a_link_works_only_at_its_agency(ask, client_for, other_agency) -> None:
    stranger = client_for(portal=PortalName.CUSTOMER, agency=other_agency)

    assert stranger.get(ask()).status_code == 404


def test_a_transfer_shows_what_to_write(ask, guest_client, agency) -> None:
    PaymentAccount.objects.create(
        agency=agency,
        provider=PaymentProvider.BANK_TRANSFER,
        holder="Studio Acme srl",
        iban="IT60X0542811101000000123456",
    )
    link = ask(rule=PaymentRule.PAY_LATER)

    page = guest_client.get(link).content.decode()
    guest_client.post(link, {"outcome": "succeed"})

    assert "IT60X0542811101000000123456" in page
    assert "SPX " in page
    assert read(agency) == (PaymentState.REQUIRES_PAYMENT, ReservationState.CONFIRMED)


@pytest.fixture
def bruna(client_for, contact):
    return client_for(contact.user, portal=PortalName.CUSTOMER)


@pytest.fixture
def book_later(agency, owner_actor, contact_actor, customer):
    """Return ``book_later()``: a company's reservation of tomorrow that is paid later."""

    def make() -> Reservation:
        now = datetime.now(UTC)
        start = now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
        with agency_scope(agency):
            return book_space(
                make_space(agency, owner_actor, payment=PaymentRule.PAY_LATER),
                stay=Period(start=start, end=start + timedelta(hours=1)),
                booker=booker_of(contact_actor),
                visitor=Visitor(name="Gino", email="gino@trattoria.test", customer=customer),
                actor=contact_actor,
                now=now,
            )

    return make


def test_a_customer_pays_later_and_cancels_and_all_comes_back(bruna, book_later, agency) -> None:
    page = f"/reservations/{book_later().public_id}/"
    before = bruna.get(page).content.decode()

    till = bruna.post(f"{page}pay/")["Location"]
    shown = bruna.get(till).content.decode()
    bruna.post(till, {"outcome": "succeed"})
    after = bruna.get(page).content.decode()
    asked = bruna.get(f"{page}cancel/").content.decode()
    bruna.post(f"{page}cancel/", {"reason": "Pioggia"})
    with agency_scope(agency):
        refund = Refund.objects.get()

    assert f"{page}pay/" in before
    assert "confirmed already" in shown
    assert f"{page}pay/" not in after
    assert "Paid" in after
    assert "€15.00" in asked
    assert (refund.amount_minor, refund.reason) == (1_500, "Pioggia")
    assert read(agency) == (PaymentState.CAPTURED, ReservationState.CANCELLED)


def test_what_is_paid_is_not_paid_again(bruna, book_later, agency) -> None:
    page = f"/reservations/{book_later().public_id}/"
    till = bruna.post(f"{page}pay/")["Location"]
    bruna.post(till, {"outcome": "succeed"})

    again = bruna.post(f"{page}pay/")["Location"]

    assert "Thank you." in bruna.get(again).content.decode()
    with agency_scope(agency):
        assert Payment.objects.count() == 1


def test_the_till_is_opened_only_so_often(bruna, book_later) -> None:
    reservation = book_later().public_id
    with time_machine.travel(timezone.now(), tick=False):
        for _time in range(PAYMENTS_PER_HOUR):
            require_within("pay", reservation, allowed=PAYMENTS_PER_HOUR, seconds=HOUR)

        assert bruna.post(f"/reservations/{reservation}/pay/").status_code == 429


def test_a_looker_of_the_company_is_not_asked_to_pay(
    client_for, contact, book_later, agency
) -> None:
    page = f"/reservations/{book_later().public_id}/"
    with agency_scope(agency):
        type(contact).objects.filter(pk=contact.pk).update(role="VIEWER")
    looker = client_for(contact.user, portal=PortalName.CUSTOMER)

    assert "/pay/" not in looker.get(page).content.decode()
    assert looker.post(f"{page}pay/").status_code == 403


def test_without_an_account_for_transfers_nobody_is_asked_to_pay(bruna, book_later, agency) -> None:
    account = PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)
    page = f"/reservations/{book_later().public_id}/"
    before = bruna.get(page).content.decode()
    account.iban = "IT60X0542811101000000123456"
    account.save()

    after = bruna.get(page).content.decode()

    assert f"{page}pay/" not in before
    assert f"{page}pay/" in after


def test_the_till_says_that_all_went_back(bruna, book_later, agency, owner_actor) -> None:
    page = f"/reservations/{book_later().public_id}/"
    till = bruna.post(f"{page}pay/")["Location"]
    bruna.post(till, {"outcome": "succeed"})
    bruna.post(f"{page}cancel/", {"reason": ""})
    with agency_scope(agency):
        refund = Refund.objects.select_related("payment__customer").get()
        carry_out_refund(refund, actor=owner_actor, now=datetime.now(UTC))

    assert "went back to you" in bruna.get(till).content.decode()


def test_a_till_asks_its_provider_only_so_often(ask, guest_client, agency) -> None:
    with time_machine.travel(datetime.now(UTC).replace(second=10, microsecond=0), tick=False):
        link = ask()
        with agency_scope(agency):
            payment = Payment.objects.get()
        for _look in range(LOOKS_PER_MINUTE - 1):
            require_within("till", payment.public_id, allowed=LOOKS_PER_MINUTE, seconds=60)

        answers = [guest_client.get(link).status_code for _look in range(2)]

    assert answers == [200, 429]


def test_a_till_says_that_a_confirmed_stay_is_to_be_paid_once_more(
    ask, guest_client, agency
) -> None:
    link = ask()
    with agency_scope(agency):
        Payment.objects.update(state=PaymentState.CANCELLED, decision=Decision.CAPTURE)

    page = guest_client.get(link).content.decode()

    assert "your reservation stays confirmed" in page


def test_a_till_of_what_was_let_go_opens_nothing(ask, guest_client, agency) -> None:
    link = ask()
    with agency_scope(agency):
        Payment.objects.update(decision=Decision.RELEASE, reference="")

    answer = guest_client.get(link)

    assert (answer.status_code, "Nothing was charged" in answer.content.decode()) == (200, True)
