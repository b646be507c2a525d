"""``payments`` over HTTP: whoever may pay pays, once, and the amount is never the caller's."""

# ruff: noqa: F811  fixtures of another app

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from booking.bookers import booker_of
from booking.models import Reservation
from booking.opening import Hours
from booking.periods import Period
from booking.services.cancelling import cancel_reservation
from booking.services.locations import create_location
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import create_space
from booking.states import PaymentRule, ReservationState
from portals.api.tokens import issue_tokens
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.access import system_actor
from tenants.billing.conftest import double, platform, stripe_account  # noqa: F401  fixtures
from tenants.billing.due_handlers import carry_refund_out
from tenants.billing.models import Payment, Refund, SandboxIntent
from tenants.services.accounts import mark_email_verified
from tenants.tests.factories import ApiKeyFactory
from tenants.tokens import new_api_key

WEEK = [Hours(weekday=day, opens=8 * 60, closes=20 * 60) for day in range(7)]
CREATE, CONFIRM, REFUND = (
    f"/api/v1/payments/{name}" for name in ("create-payment-intent", "confirm", "refund")
)


@pytest.fixture
def call(owner, owner_actor):
    mark_email_verified(owner)
    token = issue_tokens(owner, actor=owner_actor)["access"]
    client = Client(HTTP_HOST="api.localhost", headers={"authorization": f"Bearer {token}"})

    def send(path, body=None, *, key=""):
        headers = {"idempotency-key": key} if key else {}
        if body is None:
            return client.get(path, headers=headers).json()
        answer = client.post(path, body, content_type="application/json", headers=headers)
        return {**answer.json(), "status": answer.status_code}

    return send


@pytest.fixture
def book(agency, owner_actor, customer):
    def make(hour: int = 10, *, rule: PaymentRule = PaymentRule.PREPAID) -> Reservation:
        now = datetime.now(UTC)
        start = now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=3)
        with agency_scope(agency):
            location = create_location(
                actor=owner_actor,
                name="Casa",
                time_zone="Etc/UTC",
                opening_hours=WEEK,
                keeps_holidays=False,
            )
            space = create_space(
                actor=owner_actor,
                location=location,
                name="Sala",
                payment=rule,
                hourly_minor=1_500,
            )
            return book_space(
                space,
                stay=Period(start=start, end=start + timedelta(hours=1)),
                booker=booker_of(owner_actor),
                visitor=Visitor(name="Gino", email="gino@trattoria.test", customer=customer),
                actor=owner_actor,
                now=now,
            )

    return make


@pytest.fixture
def opened(book, call):
    return call(CREATE, {"reservation": book().public_id})["data"]


def count(agency, model) -> int:
    with agency_scope(agency):
        return model.objects.count()


def test_a_payment_is_opened_and_paid(book, call, agency) -> None:
    reservation = book()

    opened = call(CREATE, {"reservation": reservation.public_id})
    paid = call(CONFIRM, {"payment": opened["data"]["id"], "outcome": "succeed"})

    assert (opened["status"], opened["data"]["state"]) == (201, "REQUIRES_PAYMENT")
    assert opened["data"]["amount"] == {"amount_minor": 1_500, "currency": "EUR"}
    assert opened["data"]["provider"] == "SANDBOX"
    assert opened["data"]["client_secret"]
    assert (paid["status"], paid["data"]["state"]) == (200, "CAPTURED")
    with agency_scope(agency):
        assert Reservation.objects.get().state == ReservationState.CONFIRMED


def test_a_repeated_call_opens_nothing_twice(book, call, agency) -> None:
    body = {"reservation": book().public_id}

    first, again = call(CREATE, body, key="k1"), call(CREATE, body, key="k1")

    assert first["data"] == again["data"]
    assert count(agency, Payment) == count(agency, SandboxIntent) == 1


def test_confirming_twice_pays_once(opened, call) -> None:
    body = {"payment": opened["id"], "outcome": "succeed"}

    first, again = call(CONFIRM, body, key="k"), call(CONFIRM, body, key="k")
    third = call(CONFIRM, body)

    assert first["data"] == again["data"] == third["data"]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("decline", "REQUIRES_PAYMENT"),
        ("require_action", "REQUIRES_ACTION"),
        ("delay", "PROCESSING"),
    ],
)
def test_the_sandbox_does_what_it_is_told(opened, call, outcome, state) -> None:
    answer = call(CONFIRM, {"payment": opened["id"], "outcome": outcome})

    assert answer["data"]["state"] == state
    assert answer["data"]["failure_code"] == ("card_declined" if outcome == "decline" else "")


def test_a_part_and_then_the_rest_goes_back(opened, call, agency) -> None:
    call(CONFIRM, {"payment": opened["id"], "outcome": "succeed"})

    part = call(
        REFUND,
        {"payment": opened["id"], "amount": {"amount_minor": 500, "currency": "EUR"}},
        key="r",
    )
    repeated = call(
        REFUND,
        {"payment": opened["id"], "amount": {"amount_minor": 500, "currency": "EUR"}},
        key="r",
    )
    rest = call(REFUND, {"payment": opened["id"]})
    more = call(REFUND, {"payment": opened["id"]})
    after = call(f"/api/v1/payments/{opened['id']}")["data"]

    assert (part["status"], part["data"]["state"]) == (201, "SUCCEEDED")
    assert repeated["data"] == part["data"]
    assert rest["data"]["amount"]["amount_minor"] == 1_000
    assert (more["status"], more["code"]) == (422, "refund_too_low")
    assert (after["state"], after["refunded"]["amount_minor"]) == ("REFUNDED", 1_500)
    assert count(agency, Refund) == 2


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        (CREATE, {"amount": {"amount_minor": 1, "currency": "EUR"}}, 400),
        (CREATE, {"reservation": "res_00000000000000000000000000"}, 404),
        (CREATE, {"reservation": "pay_1"}, 400),
        (CONFIRM, {"payment": "pay_00000000000000000000000000"}, 404),
        (CONFIRM, {"outcome": "give"}, 400),
        (REFUND, {"amount": {"amount_minor": 1, "currency": "USD"}}, 400),
        (REFUND, {"amount": {"amount_minor": -1, "currency": "EUR"}}, 400),
        (REFUND, {"amount": {"amount_minor": 1.5, "currency": "EUR"}}, 400),
        (REFUND, {"amount": {"amount_minor": 99_999, "currency": "EUR"}}, 409),
        (REFUND, {}, 409),
    ],
)
def test_bad_input_is_refused_with_a_reason(opened, call, path, change, status) -> None:
    body = {"payment": opened["id"]} if path != CREATE else {"reservation": opened["reservation"]}

    answer = call(path, {**body, **change})

    assert answer["status"] == status, answer
    assert answer["message"]


def test_a_list_costs_the_same_for_one_and_three(book, call, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def measure() -> int:
        with CaptureQueriesContext(connection) as queries:
            call("/api/v1/payments")
        return len(queries)

    call(CREATE, {"reservation": book(10).public_id})
    measure()
    one = measure()
    for hour in (11, 12):
        call(CREATE, {"reservation": book(hour).public_id})

    assert measure() == one
    assert call("/api/v1/payments?search=sala&state=REQUIRES_PAYMENT")["pagination"]["total"] == 3


def test_a_list_can_be_narrowed_to_a_reservation(book, call, opened) -> None:
    call(CREATE, {"reservation": book(12).public_id})

    found = call(f"/api/v1/payments?reservation={opened['reservation']}")["data"]

    assert [one["id"] for one in found] == [opened["id"]]


def test_a_reservation_says_where_its_payment_stands(book, call, opened) -> None:
    path = f"/api/v1/reservations/{opened['reservation']}"
    waiting = call(path)["data"]["payment"]
    call(CONFIRM, {"payment": opened["id"], "outcome": "succeed"})
    paid = call(path)["data"]["payment"]
    call(REFUND, {"payment": opened["id"]})
    (listed,) = call("/api/v1/reservations")["data"]

    amount = {"amount_minor": 1_500, "currency": "EUR"}
    assert waiting == {
        "id": opened["id"],
        "provider": "SANDBOX",
        "state": "REQUIRES_PAYMENT",
        "amount": amount,
    }
    assert paid["state"] == "CAPTURED"
    assert listed["payment"] == {**waiting, "state": "REFUNDED"}


def test_a_reservation_without_a_payment_says_so(book, call) -> None:
    reservation = book()

    assert call(f"/api/v1/reservations/{reservation.public_id}")["data"]["payment"] is None


def test_reservations_with_payments_cost_the_same_for_one_and_three(book, call) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def measure() -> int:
        with CaptureQueriesContext(connection) as queries:
            call("/api/v1/reservations")
        return len(queries)

    call(CREATE, {"reservation": book(10).public_id})
    measure()
    one = measure()
    for hour in (11, 12):
        call(CREATE, {"reservation": book(hour).public_id})

    assert measure() == one


def test_what_is_paid_later_is_paid_through_the_api_and_comes_back(book, call, agency) -> None:
    reservation = book(rule=PaymentRule.PAY_LATER)

    opened = call(CREATE, {"reservation": reservation.public_id})
    paid = call(CONFIRM, {"payment": opened["data"]["id"], "outcome": "succeed"})
    shown = call(f"/api/v1/reservations/{reservation.public_id}")["data"]
    with agency_scope(agency):
        row = Reservation.objects.select_related("space__location", "customer").get()
        cancel_reservation(row, actor=system_actor(agency), now=datetime.now(UTC))
        refund = Refund.objects.get()

    assert (opened["status"], paid["data"]["state"]) == (201, "CAPTURED")
    assert (shown["state"], shown["payment"]["state"]) == ("CONFIRMED", "CAPTURED")
    assert refund.amount_minor == 1_500


def test_a_refund_is_accepted_and_done_once_while_the_provider_is_away(
    book, call, agency, stripe_account, double
) -> None:
    opened = call(CREATE, {"reservation": book().public_id})["data"]
    thing = double.books.things[opened["reference"]]
    double.books.confirm(thing, {"payment_method": "pm_card_visa"})
    call(CONFIRM, {"payment": opened["id"]})
    part = {"payment": opened["id"], "amount": {"amount_minor": 500, "currency": "EUR"}}

    double.fail_next(100)
    accepted = call(REFUND, part)
    double.fail_next(0)
    with agency_scope(agency):
        refund = Refund.objects.get()
    with agency_scope(PUBLIC_SCHEMA):
        carry_refund_out(key=refund.public_id, agency_id=agency.pk, at=datetime.now(UTC))

    assert (accepted["status"], accepted["data"]["state"]) == (201, "PENDING")
    assert double.books.things[thing["latest_charge"]]["amount_refunded"] == 500


@pytest.fixture
def call_as_program(agency):
    """Return a caller with a key of some scopes."""

    def make(*scopes: str):
        secret = new_api_key()
        ApiKeyFactory(agency=agency, secret=secret, scopes=list(scopes))
        client = Client(HTTP_HOST="api.localhost", headers={"x-api-key": secret})

        def send(path, body):
            answer = client.post(path, body, content_type="application/json")
            return {**answer.json(), "status": answer.status_code}

        return send

    return make


def test_a_program_that_may_book_may_pay_without_reading_payments(book, call_as_program) -> None:
    reservation = book()
    program = call_as_program("reservations:book", "reservations:read")

    opened = program(CREATE, {"reservation": reservation.public_id})
    paid = program(CONFIRM, {"payment": opened["data"]["id"], "outcome": "succeed"})

    assert (opened["status"], paid["status"]) == (201, 200)
    assert paid["data"]["state"] == "CAPTURED"


def test_a_program_that_may_neither_book_nor_read_sees_no_payment(opened, call_as_program) -> None:
    program = call_as_program("customers:read")

    assert program(CONFIRM, {"payment": opened["id"]})["status"] in {403, 404}
