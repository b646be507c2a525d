"""Vouchers in the agency portal, and their codes on the pages of who books."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Hold, Reservation, Voucher
from booking.services.holds import hold_space
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from portals.conftest import stay_in
from portals.shared.booking.vouchers import TRIES_PER_HOUR
from spotex.kernel.versions import version_of
from tenants.states import PortalName

FORM = {
    "code": "estate20",
    "note": "Per la fiera",
    "percent": "20",
    "amount": "",
    "first_day": "",
    "last_day": "",
    "most_uses": "5",
    "most_per_person": "1",
}


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def visitor(client_for, contact, in_agency):
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def paid(space, owner_actor):
    return change_space(space, actor=owner_actor, payment="PAY_LATER", hourly_minor=1_000)


@pytest.fixture
def voucher(in_agency, owner_actor) -> Voucher:
    return create_voucher(actor=owner_actor, code="ESTATE", percent=25)


@pytest.fixture
def hold(paid, stay, booker, contact_actor, now) -> Hold:
    return hold_space(paid, stay=stay, booker=booker, actor=contact_actor, now=now)


def page_of(voucher: Voucher, tail: str = "") -> str:
    return f"/spaces/vouchers/{voucher.public_id}/{tail}"


def test_a_voucher_is_made_listed_changed_and_ended(client, paid) -> None:
    made = client.post("/spaces/vouchers/new/", {**FORM, "spaces": [paid.public_id]})

    voucher = Voucher.objects.get()
    assert made["Location"] == page_of(voucher)
    assert (voucher.code, voucher.percent, voucher.most_uses) == ("ESTATE20", 20, 5)
    assert list(voucher.spaces.all()) == [paid]
    listed = client.get("/spaces/vouchers/").content.decode()
    assert "ESTATE20" in listed
    assert "0 / 5" in listed
    changes = {**FORM, "percent": "", "amount": "7.50", "version": version_of(voucher)}
    assert client.post(page_of(voucher, "edit/"), changes).status_code == 302
    voucher.refresh_from_db()
    assert (voucher.code, voucher.percent, voucher.amount_minor) == ("ESTATE20", None, 750)
    assert "€7.50" in client.get(page_of(voucher)).content.decode()
    assert client.get(page_of(voucher, "end/")).status_code == 200
    assert client.post(page_of(voucher, "end/")).status_code == 302
    assert "Ended" in client.get(page_of(voucher)).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "A"}, "A code has 4 to 20"),
        ({"code": ""}, "This field is required"),
        ({"percent": ""}, "Give either a share"),
        ({"amount": "5"}, "Give either a share"),
        ({"percent": "101"}, "less than or equal to 100"),
        ({"percent": "", "amount": "0"}, "Give an amount"),
        ({"first_day": "2030-02-01", "last_day": "2030-01-01"}, "cannot be before"),
        ({"spaces": ["spc_other"]}, "Select a valid choice"),
        ({"most_uses": "-1"}, "greater than or equal to 0"),
    ],
)
def test_a_voucher_that_cannot_be_is_refused_at_its_field(client, in_agency, changes, said) -> None:
    answer = client.post("/spaces/vouchers/new/", {**FORM, **changes})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Voucher.objects.exists()


def test_who_was_slower_keeps_the_text(client, voucher) -> None:
    answer = client.post(page_of(voucher, "edit/"), {**FORM, "version": version_of(voucher) - 1})

    assert answer.status_code == 409
    assert 'value="Per la fiera"' in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "Counts"),
        ({"last_day": -2}, "Over"),
        ({"first_day": 2}, "To come"),
    ],
)
def test_the_list_says_whether_it_counts(
    client, owner_actor, in_agency, now, changes, word
) -> None:
    days = {name: (now + timedelta(days=number)).date() for name, number in changes.items()}
    create_voucher(actor=owner_actor, code="ESTATE", percent=25, **days)

    assert word in client.get("/spaces/vouchers/?search=est").content.decode()
    assert "No voucher found" in client.get("/spaces/vouchers/?search=neve").content.decode()


def test_the_list_needs_as_many_queries_for_three_as_for_one(client, owner_actor, voucher) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/spaces/vouchers/").status_code == 200
        return len(queries)

    count()
    one = count()
    for code in ("PRIMAVERA", "AUTUNNO"):
        create_voucher(actor=owner_actor, code=code, amount_minor=500)

    assert count() == one


def test_a_customer_uses_a_code_and_takes_it_off(visitor, hold, voucher) -> None:
    page = f"/holds/{hold.public_id}/"
    assert 'name="voucher"' in visitor.get(page).content.decode()

    answer = visitor.post(f"{page}voucher/", {"voucher": "estate"})

    assert answer["Location"] == page
    shown = visitor.get(page).content.decode()
    assert "Voucher ESTATE" in shown
    assert "€7.50" in shown
    visitor.post(f"{page}voucher/", {"voucher": ""})
    assert "€7.50" not in visitor.get(page).content.decode()
    visitor.post(f"{page}voucher/", {"voucher": "estate"})
    visitor.post(page, {"notes": ""})
    assert Reservation.objects.get().total_minor == 750


def test_a_code_that_does_not_count_is_told(visitor, hold, voucher) -> None:
    page = f"/holds/{hold.public_id}/"

    answer = visitor.post(f"{page}voucher/", {"voucher": "x" * 500})

    assert answer.status_code == 422
    assert "does not count here" in answer.content.decode()
    assert Hold.objects.get().total_minor == 1_000


def test_nobody_tries_codes_for_ever(visitor, hold, voucher) -> None:
    page = f"/holds/{hold.public_id}/voucher/"
    with time_machine.travel(timezone.now(), tick=False):
        for _number in range(TRIES_PER_HOUR):
            visitor.post(page, {"voucher": "ALTRO"})

        assert visitor.post(page, {"voucher": "ESTATE"}).status_code == 429


def test_where_there_are_no_vouchers_nobody_is_asked(visitor, hold) -> None:
    assert 'name="voucher"' not in visitor.get(f"/holds/{hold.public_id}/").content.decode()


def test_the_agency_books_with_a_code(client, paid, voucher, make_stay) -> None:
    stay = make_stay()
    form = {
        "day": stay.start.date().isoformat(),
        "starts": f"{stay.start:%H:%M}",
        "ends": f"{stay.end:%H:%M}",
        "name": "Gino",
        "email": "gino@guest.test",
        "voucher": "ALTRO",
    }
    refused = client.post(f"/calendar/{paid.public_id}/book/", form)
    assert refused.status_code == 422
    assert "does not count here" in refused.content.decode()

    client.post(f"/calendar/{paid.public_id}/book/", {**form, "voucher": "estate"})

    assert Reservation.objects.get().total_minor == 750
    page = client.get(page_of(voucher)).content.decode()
    assert "Gino" in page
