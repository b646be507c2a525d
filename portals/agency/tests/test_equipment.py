"""Equipment in the agency portal, and on the pages of who books."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Equipment, Hold, Reservation
from booking.selectors.equipment import list_uses
from booking.services.equipment import change_equipment, create_equipment
from booking.services.hold_equipment import put_equipment_on_hold
from booking.services.holds import hold_space
from booking.services.spaces import change_space
from booking.states import EquipmentPricing
from portals.conftest import stay_in
from spotex.kernel.versions import version_of
from tenants.models import MailMessage
from tenants.states import PortalName

FORM = {
    "name": "Proiettore",
    "description": "Con cavo HDMI",
    "pricing": "PER_HOUR",
    "price": "5.50",
    "stock": "2",
    "most_per_booking": "",
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
def item(location, owner_actor) -> Equipment:
    given = {"pricing": EquipmentPricing.PER_BOOKING, "price_minor": 1_500, "stock": 2}
    return create_equipment(location, actor=owner_actor, name="Proiettore", **given)


@pytest.fixture
def hold(paid, stay, booker, contact_actor, now) -> Hold:
    return hold_space(paid, stay=stay, booker=booker, actor=contact_actor, now=now)


def page_of(item: Equipment, tail: str = "") -> str:
    return f"/spaces/equipment/{item.public_id}/{tail}"


def read(client, address: str, **options) -> str:
    return client.get(address, **options).content.decode()


# --- the agency's own pages


def test_it_is_made_shown_changed_and_archived(client, location, paid) -> None:
    house = f"/spaces/locations/{location.public_id}/"
    assert "Nothing to lend yet" in read(client, house)
    made = client.post(f"{house}equipment/", {**FORM, "spaces": [paid.public_id]})

    item = Equipment.objects.get()
    assert made["Location"] == page_of(item)
    assert (item.name, item.price_minor, item.stock) == ("Proiettore", 550, 2)
    assert list(item.spaces.all()) == [paid]
    assert "€5.50 an hour" in read(client, house)
    changes = {**FORM, "pricing": "FREE", "stock": "", "version": version_of(item)}
    assert client.post(page_of(item, "edit/"), changes).status_code == 302
    item.refresh_from_db()
    assert (item.price_minor, item.stock, item.spaces.count()) == (0, None, 0)
    assert "as many as anybody wants" in read(client, page_of(item))
    assert client.get(page_of(item, "archive/")).status_code == 200
    assert client.post(page_of(item, "archive/")).status_code == 302
    assert "Nothing to lend yet" in read(client, house)
    assert client.get(page_of(item)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"price": ""}, "Give a price, or say that it is free of charge."),
        ({"stock": "1001"}, "less than or equal to 1000"),
        ({"most_per_booking": "0"}, "greater than or equal to 1"),
        ({"pricing": "PER_PIECE"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(client, location, changes, said) -> None:
    answer = client.post(f"/spaces/locations/{location.public_id}/equipment/", {**FORM, **changes})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Equipment.objects.exists()


def test_who_was_slower_sees_it(client, item, owner_actor) -> None:
    seen = version_of(item)
    change_equipment(item, actor=owner_actor, stock=9)

    answer = client.post(page_of(item, "edit/"), {**FORM, "stock": "3", "version": seen})

    item.refresh_from_db()
    assert (answer.status_code, item.stock) == (409, 9)
    assert 'value="3"' in answer.content.decode()


def test_its_page_says_who_has_it(client, hold, item, booker, now) -> None:
    assert "Nobody yet" in read(client, page_of(item))

    put_equipment_on_hold(hold, wanted={item.public_id: 2}, booker=booker, now=now)

    assert "2 × Somebody is booking" in read(client, page_of(item))


def test_the_page_of_a_house_costs_the_same_for_one_and_for_three(
    client, item, location, owner_actor
) -> None:
    page = f"/spaces/locations/{location.public_id}/"
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for name in ("Lavagna", "Caffè"):
        create_equipment(location, actor=owner_actor, name=name)

    with CaptureQueriesContext(connection) as three:
        client.get(page)

    assert len(three) == len(one)


def test_the_desk_books_with_it(client, paid, item, stay) -> None:
    at = stay.start.isoformat().replace("+", "%2B")
    address = f"/calendar/{paid.public_id}/book/?at={at}"
    form = {
        "day": stay.start.date().isoformat(),
        "starts": "10:00",
        "ends": "11:00",
        "name": "Gino",
        "email": "gino@guest.test",
        item.public_id: "3",
    }
    assert "€15.00 each · 2 left at that time" in read(client, address)

    refused = client.post(address, form)
    made = client.post(address, {**form, item.public_id: "2"})

    assert refused.status_code == 409
    assert "only 2 pieces are left at that time" in refused.content.decode()
    reservation = Reservation.objects.get()
    assert (made.status_code, reservation.total_minor) == (302, 4_000)
    assert "2 × Proiettore" in read(client, made["Location"])
    day = f"/calendar/?day={stay.start.date()}"
    assert "2 × Proiettore" in read(client, day)
    mail = MailMessage.objects.get(subject__contains="confirmed")
    assert "Equipment: 2 × Proiettore" in mail.text
    listed = client.get("/reservations/export/?state=ALL&columns=equipment&layout=plain")
    assert "2 × Proiettore" in b"".join(listed).decode()


# --- who books


def test_a_customer_chooses_it_and_sees_the_price(visitor, hold, item) -> None:
    page = f"/holds/{hold.public_id}/"
    assert "€15.00 each · 2 left at that time" in read(visitor, page)

    done = visitor.post(f"{page}equipment/", {item.public_id: "2"})

    text = read(visitor, page)
    assert done["Location"] == page
    assert "2 × Proiettore at €15.00" in text
    assert "Book for €40.00" in text
    assert visitor.post(page, {"notes": ""}).status_code == 302
    reservation = Reservation.objects.get()
    assert [str(use) for use in list_uses(reservation)] == ["2 × Proiettore"]
    assert "2 × Proiettore" in read(visitor, f"/reservations/{reservation.public_id}/")


def test_with_scripts_the_page_comes_at_once(visitor, hold, item) -> None:
    headers = {"HX-Request": "true", "HX-Target": "stay-sum"}
    page = f"/holds/{hold.public_id}/equipment/"

    answer = visitor.post(page, {item.public_id: "1"}, headers=headers)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Book for €25.00" in text
    assert 'id="stay-total" hx-swap-oob="true"' in text
    assert "<h1" not in text


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("3", "only 2 pieces are left at that time"),
        ("x", "Say how many pieces as a number."),
        ("٣", "Say how many pieces as a number."),
        ("99999", "Say how many pieces as a number."),
        ("1001", "At most 1000 pieces."),
    ],
)
def test_what_is_refused_is_said_where_one_chose(visitor, hold, item, number, said) -> None:
    answer = visitor.post(f"/holds/{hold.public_id}/equipment/", {item.public_id: number})

    text = answer.content.decode()
    assert answer.status_code == 409
    assert said in text
    assert "Book for €10.00" in text


def test_who_is_too_late_chooses_the_time_again(visitor, hold, item, now) -> None:
    Hold.objects.update(expires_at=now)

    answer = visitor.post(f"/holds/{hold.public_id}/equipment/", {item.public_id: "1"})

    assert answer["Location"] == f"/holds/{hold.public_id}/"
    assert not list_uses(hold).exists()


def test_many_pieces_are_typed(visitor, hold, item, owner_actor) -> None:
    change_equipment(item, actor=owner_actor, stock=None)

    assert 'type="number"' in read(visitor, f"/holds/{hold.public_id}/")


def test_where_none_is_left_nothing_can_be_chosen(visitor, hold, item, owner_actor) -> None:
    change_equipment(item, actor=owner_actor, stock=0)

    text = read(visitor, f"/holds/{hold.public_id}/")

    assert "None left at that time" in text
    assert f'name="{item.public_id}"' not in text


def test_where_nothing_is_lent_nothing_is_asked(visitor, hold) -> None:
    assert "Equipment" not in read(visitor, f"/holds/{hold.public_id}/")
