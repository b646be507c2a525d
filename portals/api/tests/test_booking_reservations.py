"""``reservations`` through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Reservation
from booking.services.vouchers import create_voucher
from booking.tests.paid import pay_for
from portals.api.tests.bookings import PAID, at, make_house, make_room, slot_of, stay
from portals.api.tests.conftest import Caller
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.tests.factories import CustomerFactory
from tenants.models import Plan
from tenants.tests.factories import ApiKeyFactory
from tenants.tokens import new_api_key

GUEST = {"name": "Anna Verdi", "email": "Anna@Verdi.example"}


@pytest.fixture(autouse=True)
def many_calls(db: None) -> None:
    """Room for any number of calls."""
    Plan.objects.update(spaces=-1, api_requests_per_minute=-1)


@pytest.fixture
def room(owner_calls) -> str:
    return make_room(owner_calls)


@pytest.fixture
def key_calls(agency):
    """A program that may book, and nothing more."""

    def make(*scopes: str) -> Caller:
        secret = new_api_key()
        ApiKeyFactory(agency=agency, secret=secret, scopes=list(scopes))
        calls = Caller()
        calls.headers["x-api-key"] = secret
        return calls

    return make


def book(calls, room: str, *, hour: int = 10, status: int = 201, **more) -> dict:
    """Book an hour of tomorrow."""
    answer = calls("POST", "reservations", {"space": room, **stay(at(hour)), **more}, status=status)
    return answer["data"] or answer


def test_a_reservation_says_everything(owner_calls, owner) -> None:
    room = make_room(owner_calls, **{**PAID, "payment": "PAY_LATER"})

    made = book(owner_calls, room, notes="Proiettore")
    assert made.pop("occurrences") is None

    assert (made["state"], made["payment_rule"]) == ("CONFIRMED", "PAY_LATER")
    assert (made["name"], made["email"], made["customer"]) == (owner.full_name, owner.email, None)
    assert (made["total"], made["vat"]) == (
        {"amount_minor": 1000, "currency": "EUR"},
        {"amount_minor": 180, "currency": "EUR"},
    )
    assert made["price_lines"] == [
        {
            "kind": "HOUR",
            "label": "",
            "quantity": 60,
            "unit_price": made["total"],
            "amount": made["total"],
        }
    ]
    assert (made["notes"], made["refund"], made["pay_by"]) == ("Proiettore", None, None)
    assert len(made["code"]) == 8
    assert owner_calls("GET", f"reservations/{made['id']}", status=200)["data"] == made


def test_what_is_paid_first_waits_for_the_money(owner_calls) -> None:
    room = make_room(owner_calls, **PAID)

    made = book(owner_calls, room)

    assert made["state"] == "PENDING_PAYMENT"
    assert made["pay_by"]


def test_staff_book_for_customers_and_guests(owner_calls, customer, room) -> None:
    theirs = book(owner_calls, room, hour=8, customer=customer.public_id)
    guest = book(owner_calls, room, hour=9, guest=GUEST)
    both = book(owner_calls, room, hour=10, guest=GUEST, customer=customer.public_id)

    assert (theirs["name"], theirs["customer"]) == (customer.name, customer.public_id)
    assert (guest["name"], guest["email"], guest["customer"]) == (
        "Anna Verdi",
        "anna@verdi.example",
        None,
    )
    assert (both["name"], both["customer"]) == ("Anna Verdi", customer.public_id)


def test_a_contact_books_for_the_own_company_only(contact_calls, customer, agency, room) -> None:
    with agency_scope(agency):
        other = CustomerFactory()

    made = book(contact_calls, room, hour=8)
    same = book(contact_calls, room, hour=9, customer=customer.public_id)
    foreign = book(contact_calls, room, customer=other.public_id, status=422)
    guest = book(contact_calls, room, guest=GUEST, status=403)

    assert made["customer"] == same["customer"] == customer.public_id
    assert (foreign["code"], guest["code"]) == ("customer_unknown", "not_allowed")


def test_a_key_books_for_somebody_whom_it_names(key_calls, customer, room) -> None:
    calls = key_calls("spaces:read", "customers:read", "reservations:book")

    nobody = book(calls, room, status=422)
    guest = book(calls, room, hour=8, guest=GUEST)
    theirs = book(calls, room, hour=9, customer=customer.public_id)

    assert (nobody["code"], list(nobody["errors"])) == ("guest_missing", ["guest"])
    assert (guest["name"], theirs["customer"]) == ("Anna Verdi", customer.public_id)
    assert calls("DELETE", f"reservations/{guest['id']}", status=404)["code"] == "not_found"
    assert calls("POST", f"reservations/{guest['id']}/check-in")["code"] == "scope_missing"


def test_a_viewer_books_nothing(viewer_calls, room) -> None:
    assert book(viewer_calls, room, status=403)["code"] == "not_allowed"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (stay(at(10), hours=-1), 422, "end_before_start"),
        (stay(at(10), hours=0), 422, "end_before_start"),
        (stay(at(10), hours=0.05), 422, "stay_too_short"),
        (stay(at(10), hours=20), 422, "stay_too_long"),
        (stay(at(10, day=-1)), 422, "stay_in_past"),
        (stay(at(10, minute=30)), 422, "stay_off_grid"),
        ({"starts_at": "2030-01-01T10:00:00"}, 400, "invalid_input"),
        ({"starts_at": 0}, 400, "invalid_input"),
        ({"guest": {"name": "Anna"}}, 400, "invalid_input"),
        ({"guest": {**GUEST, "email": "anna"}}, 400, "invalid_input"),
        ({"guest": {**GUEST, "phone": "1"}}, 400, "invalid_input"),
        ({"guest": None}, 400, "invalid_input"),
        ({"notes": "x" * 1_001}, 400, "invalid_input"),
        ({"total": {"amount_minor": 0, "currency": "EUR"}}, 400, "invalid_input"),
        ({"space": f"spc_{'0' * 26}"}, 404, "not_found"),
        ({"hold": f"hold_{'0' * 26}"}, 404, "not_found"),
        ({"customer": f"cus_{'0' * 26}"}, 422, "customer_unknown"),
    ],
)
def test_wrong_input_books_nothing(owner_calls, agency, room, change, status, code) -> None:
    body = {"space": room, **stay(at(10)), **change}

    assert owner_calls("POST", "reservations", body, status=status)["code"] == code

    with agency_scope(agency):
        assert not Reservation.objects.exists()


def test_outside_the_hours_nothing_is_booked(owner_calls) -> None:
    hours = [{"weekday": day, "opens": "08:00", "closes": "20:00"} for day in range(7)]
    room = make_room(owner_calls, location=make_house(owner_calls, opening_hours=hours))

    assert book(owner_calls, room, hour=7, status=422)["code"] == "outside_opening_hours"
    assert book(owner_calls, room, hour=20, status=422)["code"] == "outside_opening_hours"


def test_a_whole_and_its_parts_exclude_each_other(owner_calls) -> None:
    house = make_house(owner_calls)
    hall = make_room(owner_calls, location=house)
    half = make_room(owner_calls, location=house, parent=hall)
    book(owner_calls, half)

    assert book(owner_calls, hall, status=409)["code"] == "slot_taken"


def test_booking_twice_with_one_key_books_once(owner_calls, agency, room) -> None:
    body = {"space": room, **stay(at(10))}

    first = owner_calls("POST", "reservations", body, status=201, idempotency_key="k")
    second = owner_calls("POST", "reservations", body, status=201, idempotency_key="k")

    assert first["data"] == second["data"]
    slot = slot_of(room, at(11))
    one = owner_calls("POST", f"slots/{slot}/book", {}, status=201, idempotency_key="s")
    two = owner_calls("POST", f"slots/{slot}/book", {}, status=201, idempotency_key="s")
    assert one["data"] == two["data"]
    with agency_scope(agency):
        assert Reservation.objects.count() == 2


@pytest.mark.parametrize(("free_hours", "refund"), [(1, 1000), (200, 300)])
def test_cancelling_says_what_comes_back(owner_calls, agency, free_hours, refund) -> None:
    policy = {"free_cancel_hours": free_hours, "late_refund_percent": 30}
    room = make_room(owner_calls, **PAID, **policy)
    made = book(owner_calls, room)
    with agency_scope(agency):
        found = Reservation.objects.select_related("space__location", "customer").get()
        pay_for(found, actor=system_actor(agency), now=timezone.now())
    path = f"reservations/{made['id']}"

    gone = owner_calls("DELETE", f"{path}?reason=Malattia", status=200)["data"]
    again = owner_calls("DELETE", path, status=200)["data"]

    assert (gone["state"], gone["cancel_reason"]) == ("CANCELLED", "Malattia")
    assert gone["refund"] == {"amount_minor": refund, "currency": "EUR"}
    assert again == gone
    book(owner_calls, room)


def test_nobody_cancels_what_belongs_to_others(
    owner_calls, contact_calls, other_calls, viewer_calls, room
) -> None:
    path = f"reservations/{book(owner_calls, room)['id']}"

    contact_calls("DELETE", path, status=404)
    other_calls("DELETE", path, status=404)
    viewer_calls("DELETE", path, status=403)
    assert owner_calls("GET", path, status=200)["data"]["state"] == "CONFIRMED"


def test_people_check_in_or_do_not_come(owner_calls, agency, room) -> None:
    came, missed = book(owner_calls, room, hour=8), book(owner_calls, room, hour=9)
    here_path, gone_path = (f"reservations/{one['id']}" for one in (came, missed))
    early = [
        owner_calls("POST", path, status=409)["code"]
        for path in (f"{here_path}/check-in", f"{gone_path}/no-show")
    ]
    with agency_scope(agency):
        Reservation.objects.update(starts_at=timezone.now() - timedelta(hours=1))

    here = owner_calls("POST", f"{here_path}/check-in", status=200)["data"]
    gone = owner_calls("POST", f"{gone_path}/no-show", status=200)["data"]

    assert early == ["too_early", "too_early"]
    assert (here["state"], gone["state"]) == ("CHECKED_IN", "NO_SHOW")
    assert here["checked_in_at"]
    wrong = owner_calls("POST", f"{here_path}/no-show", status=409)
    assert wrong["code"] == "illegal_move"
    not_yet = owner_calls("POST", f"{here_path}/check-in/undo", status=200)["data"]
    assert (not_yet["state"], not_yet["checked_in_at"]) == ("CONFIRMED", None)
    owner_calls("DELETE", here_path, status=200)  # they had the same time since the update
    after_all = owner_calls("POST", f"{gone_path}/no-show/undo", status=200)["data"]
    assert after_all["state"] == "CONFIRMED"


def test_reservations_are_found(owner_calls, contact_calls, customer, room) -> None:
    other = make_room(owner_calls, name="Sala Rossa")
    first = book(owner_calls, room, hour=8, guest=GUEST)
    second = book(owner_calls, other, hour=9, customer=customer.public_id)
    owner_calls("DELETE", f"reservations/{first['id']}", status=200)

    def ids(query: str, calls=owner_calls) -> list[str]:
        found = calls("GET", f"reservations?{query}", status=200)["data"]
        return [one["id"] for one in found]

    both = [second["id"], first["id"]]
    assert ids("") == both
    assert ids("ordering=starts_at") == both[::-1]
    assert ids("state=CANCELLED") == ids(f"space={room}") == ids("search=verdi") == both[1:]
    assert (
        ids(f"customer={customer.public_id}") == ids(f"location={second['location']}") == both[:1]
    )
    assert ids(f"search={second['code'].lower()}") == both[:1]
    assert ids(f"from={at(9):%Y-%m-%dT%H:%M:%SZ}") == both[:1]
    assert ids(f"to={at(9):%Y-%m-%dT%H:%M:%SZ}") == both[1:]
    assert ids("", calls=contact_calls) == both[:1]
    contact_calls("GET", f"reservations/{first['id']}", status=404)
    owner_calls("GET", "reservations?from=yesterday", status=400)


def test_the_list_costs_the_same_for_any_number_of_rows(owner_calls, customer, room) -> None:
    book(owner_calls, room, hour=8, customer=customer.public_id)
    owner_calls("GET", "reservations", status=200)
    with CaptureQueriesContext(connection) as one:
        owner_calls("GET", "reservations", status=200)
    for hour in (9, 10):
        book(owner_calls, room, hour=hour, customer=customer.public_id)

    with CaptureQueriesContext(connection) as three:
        assert len(owner_calls("GET", "reservations", status=200)["data"]) == 3
    assert len(one) == len(three)


def test_a_reservation_moves_unless_somebody_is_there(owner_calls, contact_calls, room) -> None:
    made = book(contact_calls, room, hour=8)
    seen = contact_calls.response["ETag"]
    book(owner_calls, room, hour=9)
    path = f"reservations/{made['id']}"

    taken = contact_calls("PATCH", path, stay(at(9)), status=409)
    moved = contact_calls("PATCH", path, stay(at(11), hours=2), status=200, if_match=seen)
    stale = contact_calls("PATCH", path, stay(at(13)), status=409, if_match=seen)
    elsewhere = make_room(owner_calls, name="Sala Rossa")
    away = contact_calls("PATCH", path, {"space": elsewhere}, status=200)["data"]

    assert (taken["code"], stale["code"]) == ("slot_taken", "stale")
    assert moved["data"]["starts_at"] == f"{at(11):%Y-%m-%dT%H:%M:%SZ}"
    assert (away["space"], away["starts_at"]) == (elsewhere, moved["data"]["starts_at"])
    assert contact_calls("PATCH", path, {}, status=200)["data"] == away
    wrong = contact_calls("PATCH", path, {"ends_at": at(11).isoformat()}, status=422)
    assert wrong["code"] == "end_before_start"
    contact_calls("PATCH", path, {"state": "CONFIRMED"}, status=400)
    contact_calls("PATCH", path, {"space": f"spc_{'0' * 26}"}, status=404)


@pytest.mark.parametrize("year", ["0001", "1999", "2300", "9999"])
def test_the_end_of_calendars_is_no_fault(owner_calls, room, year) -> None:
    ends = {"starts_at": f"{year}-12-31T22:00:00Z", "ends_at": f"{year}-12-31T23:00:00Z"}
    span = f"from={year}-12-31T22:00:00Z&to={year}-12-31T23:00:00Z"

    owner_calls("POST", "reservations", {"space": room, **ends}, status=422)
    owner_calls("POST", f"slots/slot_{room[4:]}_{year}1231t2200z_60/hold", status=422)
    for day in (f"{year}-01-01", f"{year}-12-31"):
        assert owner_calls("GET", f"spaces/{room}/slots?date={day}", status=200)["data"] == []
    assert owner_calls("GET", f"spaces/{room}/availability?{span}", status=200)["data"] == []
    owner_calls("GET", f"reservations?{span}", status=200)


def test_a_voucher_makes_it_cheaper(owner_calls, agency, owner_actor) -> None:
    room = make_room(owner_calls, **PAID)
    with agency_scope(agency):
        create_voucher(actor=owner_actor, code="ESTATE", percent=10, most_uses=1)

    made = book(owner_calls, room, voucher="estate")

    assert made["total"] == {"amount_minor": 900, "currency": "EUR"}
    assert made["price_lines"][1] | {"unit_price": None} == {
        "kind": "VOUCHER",
        "label": "ESTATE",
        "quantity": 10,
        "unit_price": None,
        "amount": {"amount_minor": -100, "currency": "EUR"},
    }
    body = {"space": room, **stay(at(14)), "voucher": "ESTATE"}
    answer = owner_calls("POST", "reservations", body, status=422)
    assert (answer["code"], list(answer["errors"])) == ("voucher_used_up", ["voucher"])


def test_who_asks_gets_an_answer(owner_calls, contact_calls) -> None:
    room = make_room(owner_calls, needs_approval=True)
    asked = book(contact_calls, room)
    path = f"reservations/{asked['id']}"

    contact_calls("POST", f"{path}/approve", {}, status=403)
    said = owner_calls("POST", f"{path}/approve", {"words": "Volentieri"}, status=200)["data"]
    again = owner_calls("POST", f"{path}/decline", {}, status=409)

    assert (asked["state"], asked["answered_at"]) == ("PENDING_APPROVAL", None)
    assert asked["answer_by"]
    assert (said["state"], said["answer"]) == ("CONFIRMED", "Volentieri")
    assert said["answered_at"]
    assert again["code"] == "illegal_move"
    assert book(owner_calls, room, hour=14)["state"] == "CONFIRMED"


def test_a_no_is_said_in_words(owner_calls, contact_calls) -> None:
    room = make_room(owner_calls, needs_approval=True, **PAID)
    asked = book(contact_calls, room)
    path = f"reservations/{asked['id']}"

    long = owner_calls("POST", f"{path}/decline", {"words": "x" * 501}, status=400)
    said = owner_calls("POST", f"{path}/decline", {"words": "Lavori"}, status=200)["data"]

    assert long["code"] == "invalid_input"
    assert (said["state"], said["answer"]) == ("DECLINED", "Lavori")
    assert owner_calls("GET", f"spaces/{room}", status=200)["data"]["needs_approval"] is True


def test_a_deposit_and_the_rest_are_said(owner_calls, agency) -> None:
    room = make_room(owner_calls, **PAID, deposit_percent=30)
    made = book(owner_calls, room)
    before = (made["deposit"], made["paid"]["amount_minor"], made["due"]["amount_minor"])
    with agency_scope(agency):
        found = Reservation.objects.select_related("space__location", "customer").get()
        pay_for(found, actor=system_actor(agency), now=timezone.now())

    after = owner_calls("GET", f"reservations/{made['id']}", status=200)["data"]

    assert before == ({"amount_minor": 300, "currency": "EUR"}, 0, 300)
    assert (after["paid"]["amount_minor"], after["due"]["amount_minor"]) == (300, 700)
    assert owner_calls("GET", f"spaces/{room}", status=200)["data"]["deposit_percent"] == 30


def test_a_stay_that_runs_lasts_longer(owner_calls, agency, room) -> None:
    made = book(owner_calls, room)
    path = f"reservations/{made['id']}/extend"
    early = owner_calls("POST", path, stay(at(10)), status=400)
    now = timezone.now()
    begun = now.replace(minute=0, second=0, microsecond=0)
    not_yet = owner_calls("POST", path, {"ends_at": at(12).isoformat()}, status=409)
    with agency_scope(agency):
        Reservation.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=2))

    end = begun + timedelta(hours=3)
    longer = owner_calls("POST", path, {"ends_at": end.isoformat()}, status=200)["data"]
    again = owner_calls("POST", path, {"ends_at": end.isoformat()}, status=422)

    assert (early["code"], not_yet["code"]) == ("invalid_input", "not_extendable")
    assert longer["ends_at"] == f"{end:%Y-%m-%dT%H:%M:%SZ}"
    assert again["code"] == "end_before_start"


def test_notes_are_replaced(owner_calls, contact_calls, room) -> None:
    made = book(contact_calls, room, notes="Proiettore")
    path = f"reservations/{made['id']}"

    said = contact_calls("PUT", f"{path}/notes", {"notes": "Lavagna"}, status=200)["data"]
    own = owner_calls("PUT", f"{path}/internal-notes", {"notes": "Tardi"}, status=200)["data"]

    contact_calls("GET", f"{path}/internal-notes", status=403)
    seen = contact_calls("GET", path, status=200)["data"]
    assert (said["notes"], own) == ("Lavagna", {"notes": "Tardi"})
    assert owner_calls("GET", f"{path}/internal-notes", status=200)["data"] == own
    assert "Tardi" not in str(seen)
