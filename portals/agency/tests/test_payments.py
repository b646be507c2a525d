"""Payments in the agency portal: the list, one with its history, refunds, transfers, the choice."""

# ruff: noqa: F811  fixtures of another app

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.bookers import booker_of
from booking.models import Reservation
from booking.services.payments import open_reservation_payment, proceed_with_payment
from booking.services.reservations import Visitor, book_space, confirm_reservation
from booking.states import PaymentRule, ReservationState
from portals.conftest import stay_in
from spotex.kernel.ids import new_public_id
from tenants.billing.conftest import double  # noqa: F401  a fixture
from tenants.billing.models import Payment, Refund
from tenants.billing.services.payments import pay
from tenants.billing.states import PaymentState, RefundState
from tenants.billing.tests.test_hosted_pages import visit
from tenants.models import MailMessage, Membership, PaymentAccount
from tenants.payment_providers import PaymentProvider
from tenants.states import Role

IBAN = "IT60X0542811101000000123456"


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def ask(make_space, owner_actor, now, make_stay):
    """Return ``ask(hour)``: book an hour of tomorrow and open its payment."""
    spaces = {}

    def make(hour: float = 10, *, rule: PaymentRule = PaymentRule.PREPAID) -> Payment:
        if rule not in spaces:
            spaces[rule] = make_space(name=f"Sala {rule}", payment=rule, hourly_minor=1_500)
        reservation = book_space(
            spaces[rule],
            stay=make_stay(hour),
            booker=booker_of(owner_actor),
            visitor=Visitor(name="Gino Guest", email="gino@guest.test"),
            actor=owner_actor,
            now=now,
        )
        return open_reservation_payment(reservation, actor=owner_actor, now=now)[0]

    return make


@pytest.fixture
def paid(ask, owner_actor, now) -> Payment:
    payment = pay(ask(), method="succeed", actor=owner_actor)
    return proceed_with_payment(payment, actor=owner_actor, now=now)


@pytest.fixture
def by_transfer(agency) -> PaymentAccount:
    return PaymentAccount.objects.create(
        agency=agency, provider=PaymentProvider.BANK_TRANSFER, holder="Acme srl", iban=IBAN
    )


def count_queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def give_back(client, payment: Payment, **fields):
    body = {"amount": "5.00", "reason": "Pioggia", "ask": new_public_id("ask"), **fields}
    return client.post(f"/payments/{payment.public_id}/refund/", body)


def test_the_list_shows_who_paid_what_and_what_is_open(client, ask, paid) -> None:
    ask(12)

    shown = client.get("/payments/").content.decode()
    is_open = client.get("/payments/?view=OPEN").content.decode()
    is_paid = client.get("/payments/?view=PAID").content.decode()

    assert shown.count("gino@guest.test") == 2
    assert is_open.count("gino@guest.test") == is_paid.count("gino@guest.test") == 1
    assert "€15.00" in is_paid


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("search=gino", 1),
        ("search=nobody", 0),
        ("provider=SANDBOX", 1),
        ("provider=STRIPE", 0),
        ("provider=%00", 1),
        ("since=2000-01-01&until=2999-01-01", 1),
        ("since=2999-01-01", 0),
        ("until=2000-01-01", 0),
        ("since=never&until=0000-99-99", 1),
        ("view=BACK", 0),
        ("view=NONSENSE", 1),
    ],
)
def test_the_list_is_narrowed_by_its_address(client, paid, query, count) -> None:
    shown = client.get(f"/payments/?{query}").content.decode()

    assert shown.count(f"/payments/{paid.public_id}/") == count


def test_an_empty_list_leads_to_the_choice(client) -> None:
    assert "/settings/payments/" in client.get("/payments/").content.decode()


def test_the_list_costs_the_same_for_one_and_three(client, ask) -> None:
    ask(10)
    count_queries(client, "/payments/")
    one = count_queries(client, "/payments/")
    for hour in (11, 12):
        ask(hour)

    assert count_queries(client, "/payments/") == one


def test_the_list_is_sent_as_a_file(client, ask, paid) -> None:
    ask(12)
    give_back(client, paid)

    chosen = "columns=id&columns=state&columns=amount&columns=refunded&columns=provider"
    file = client.get(f"/payments/export/?view=PAID&layout=plain&{chosen}")

    lines = b"".join(file.streaming_content).decode().splitlines()
    assert lines[1:] == [f'{paid.public_id},"Trial run, without money",Paid,15.00,5.00']


def test_a_payment_is_shown_with_its_history(client, paid) -> None:
    page = client.get(f"/payments/{paid.public_id}/").content.decode()

    assert f"/reservations/{paid.subject}/" in page
    assert "was paid" in page
    assert paid.reference in page


def test_a_reservation_leads_to_its_payment(client, paid) -> None:
    page = client.get(f"/reservations/{paid.subject}/").content.decode()

    assert f"/payments/{paid.public_id}/" in page


def test_a_part_goes_back_with_its_reason(client, paid) -> None:
    response = give_back(client, paid)

    refund = Refund.objects.get()
    assert response["Location"] == f"/payments/{paid.public_id}/"
    assert (refund.amount_minor, refund.state) == (500, RefundState.SUCCEEDED)
    page = client.get(response["Location"]).content.decode()
    assert "Pioggia" in page
    assert "€5.00" in page
    sent = MailMessage.objects.filter(recipient="gino@guest.test").latest("pk")
    assert "5,00" in sent.subject
    assert "Pioggia" in sent.text


def test_the_form_offers_all_that_is_left(client, paid) -> None:
    give_back(client, paid)

    form = client.get(f"/payments/{paid.public_id}/refund/").content.decode()

    assert 'value="10.00"' in form


def test_a_second_click_gives_nothing_back_twice(client, paid) -> None:
    ask = new_public_id("ask")

    for _click in range(3):
        assert give_back(client, paid, ask=ask).status_code == 302

    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "15.01"}, "more than what is left"),
        ({"amount": "0"}, "id_amount_error"),
        ({"amount": "-5"}, "id_amount_error"),
        ({"amount": "5.001"}, "id_amount_error"),
        ({"amount": "NaN"}, "id_amount_error"),
        ({"amount": "1e30"}, "id_amount_error"),
        ({"amount": ""}, "id_amount_error"),
        ({"reason": "x" * 201}, "id_reason_error"),
        ({"ask": "cancelled"}, "role="),
    ],
)
def test_bad_refunds_are_refused_with_a_reason(client, paid, change, said) -> None:
    response = give_back(client, paid, **change)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Refund.objects.exists()


def test_what_was_not_paid_does_not_go_back(client, ask) -> None:
    payment = ask()

    response = give_back(client, payment)

    assert response.status_code == 302
    assert not Refund.objects.exists()
    assert "/refund/" not in client.get(f"/payments/{payment.public_id}/").content.decode()


def test_after_a_part_was_given_back_a_cancellation_gives_the_rest(client, paid) -> None:
    give_back(client, paid)

    client.post(f"/reservations/{paid.subject}/cancel/", {"reason": "", "in_full": "on"})

    amounts = sorted(Refund.objects.values_list("amount_minor", flat=True))
    assert amounts == [500, 1_000]
    assert Reservation.objects.get().state == ReservationState.CANCELLED


def test_who_gives_no_money_back_follows_the_policy(
    client, client_for, viewer, in_agency, paid
) -> None:
    Membership.objects.filter(user=viewer).update(role=Role.MEMBER)
    member = stay_in(in_agency, client_for(viewer))
    Reservation.objects.update(free_cancel_hours=72)  # it is too late for all of it
    page = f"/reservations/{paid.subject}/cancel/"

    asked = [one.get(page).content.decode() for one in (client, member)]
    member.post(page, {"reason": "", "in_full": "on"})

    assert ['name="in_full"' in text for text in asked] == [True, False]
    reservation = Reservation.objects.get()
    assert reservation.state == ReservationState.CANCELLED
    assert reservation.refund_minor < paid.amount_minor


def test_nothing_is_given_back_of_what_nobody_paid(client, ask, owner_actor) -> None:
    payment = ask()
    confirm_reservation(Reservation.objects.get(), actor=owner_actor)

    page = client.get(f"/reservations/{payment.subject}/cancel/").content.decode()

    assert "Nothing was paid, so nothing goes back." in page
    assert 'name="in_full"' not in page


def test_a_transfer_is_awaited_and_noted_once(client, ask, by_transfer) -> None:
    payment = ask(rule=PaymentRule.PAY_LATER)
    page = f"/payments/{payment.public_id}/"
    before = client.get(page).content.decode()

    for _click in range(2):
        client.post(f"{page}received/")

    payment.refresh_from_db()
    assert "A bank transfer is awaited" in before
    assert payment.state == PaymentState.CAPTURED
    assert "/received/" not in client.get(page).content.decode()
    mails = MailMessage.objects.filter(recipient="gino@guest.test")
    assert ["SPX" in one.text for one in mails if "IT60 X054" in one.text] == [True]


def test_a_transfer_back_is_made_by_people(client, ask, by_transfer) -> None:
    payment = ask(rule=PaymentRule.PAY_LATER)
    client.post(f"/payments/{payment.public_id}/received/")

    give_back(client, payment)
    refund = Refund.objects.get()
    before = refund.state
    waiting = client.get("/payments/?view=SEND").content.decode()
    client.post(f"/payments/refunds/{refund.public_id}/sent/")
    done = client.get("/payments/?view=SEND").content.decode()

    refund.refresh_from_db()
    link = f'href="/payments/{payment.public_id}/"'
    assert "To send back" in waiting
    assert (link in waiting, link in done) == (True, False)
    assert (before, refund.state) == (RefundState.PENDING, RefundState.SUCCEEDED)


def test_a_payment_by_card_is_never_noted_by_hand(client, ask, paid) -> None:
    payment = ask(12)
    give_back(client, paid)
    refund = Refund.objects.get()

    client.post(f"/payments/{payment.public_id}/received/")
    client.post(f"/payments/refunds/{refund.public_id}/sent/")

    payment.refresh_from_db()
    assert payment.state == PaymentState.REQUIRES_PAYMENT


def test_a_viewer_sees_payments_and_changes_nothing(client_for, viewer, in_agency, paid) -> None:
    looker = stay_in(in_agency, client_for(viewer))
    page = f"/payments/{paid.public_id}/"

    assert looker.get("/payments/").status_code == 200
    assert "/refund/" not in looker.get(page).content.decode()
    for path in (f"{page}refund/", f"{page}received/", "/settings/payments/"):
        assert looker.post(path, {"amount": "5.00"}).status_code == 403
    assert not Refund.objects.exists()


def test_the_agency_chooses_transfers(client, owner) -> None:
    body = {
        "provider": "BANK_TRANSFER",
        "holder": "Acme srl",
        "iban": "IT60 X054 2811 1010 0000 0123 456",
    }

    response = client.post("/settings/payments/", body)

    account = PaymentAccount.objects.get()
    assert response["Location"] == "/settings/payments/"
    assert (account.provider, account.iban) == ("BANK_TRANSFER", IBAN)
    assert "IT60 X054" in client.get("/settings/payments/").content.decode()
    sent = MailMessage.objects.latest("pk")
    assert sent.recipient == owner.email
    assert "/settings/payments/" in sent.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"iban": "IT60X0542811101000000123457"}, "check digits differ"),
        ({"iban": ""}, "id_iban_error"),
        ({"holder": ""}, "id_holder_error"),
        ({"provider": "STRIPE"}, "id_provider"),
        ({"provider": "GOLD"}, "id_provider"),
    ],
)
def test_a_wrong_choice_is_refused_with_a_reason(client, change, said) -> None:
    body = {"provider": "BANK_TRANSFER", "holder": "Acme srl", "iban": IBAN, **change}

    response = client.post("/settings/payments/", body)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not PaymentAccount.objects.filter(iban=IBAN).exists()


def test_the_trial_run_is_not_offered_where_it_is_off(client, settings) -> None:
    offered = client.get("/settings/payments/").content.decode()
    settings.SPOTEX_PAYMENT_TRIALS = False

    hidden = client.get("/settings/payments/").content.decode()

    assert 'value="SANDBOX"' in offered
    assert 'value="SANDBOX"' not in hidden


def test_an_account_is_connected_and_its_questions_answered_at_stripe(client, double) -> None:
    client.post("/settings/payments/stripe/connect/")
    asked = client.get("/settings/payments/").content.decode()
    link = client.get("/settings/payments/stripe/")["Location"]
    visit(link, answer="submit")
    ready = client.get("/settings/payments/").content.decode()

    client.post("/settings/payments/", {"provider": "STRIPE", "holder": "", "iban": ""})

    assert "/settings/payments/stripe/" in asked
    assert 'value="STRIPE"' not in asked
    assert 'value="STRIPE"' in ready
    assert PaymentAccount.objects.get().provider == "STRIPE"


def test_when_stripe_is_away_the_page_says_so(client, double) -> None:
    double.fail_next(2)
    client.post("/settings/payments/stripe/connect/")
    failed = client.get("/settings/payments/").content.decode()
    without = client.get("/settings/payments/stripe/")["Location"]
    client.post("/settings/payments/stripe/connect/")
    double.fail_next(2)

    away = client.get("/settings/payments/")

    assert "cannot be reached" in failed
    assert without == "/settings/payments/"
    assert away.status_code == 200
    assert "cannot be reached" in away.content.decode()
