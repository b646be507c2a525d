"""Other equipment for a reservation: the pages of agency, customer and guest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking.guest_links import sign_reservation
from booking.models import Equipment, Reservation, Space
from booking.selectors.equipment import list_uses
from booking.services.equipment import create_equipment
from booking.services.equipment_prices import Choice
from booking.services.reservation_equipment import change_reservation_equipment
from booking.services.reservations import Visitor, book_space
from booking.states import EquipmentPricing, PaymentRule
from portals.conftest import stay_in
from portals.shared.booking import equipping
from spotex.kernel.versions import version_of
from tenants.states import PortalName


@pytest.fixture
def room(make_space) -> Space:
    return make_space(payment=PaymentRule.PAY_LATER, hourly_minor=2_000)


@pytest.fixture
def make(location, owner_actor):
    def call(name: str = "Proiettore", **fields) -> Equipment:
        given = {"pricing": EquipmentPricing.PER_BOOKING, "price_minor": 1_500, "stock": 3}
        return create_equipment(location, actor=owner_actor, name=name, **{**given, **fields})

    return call


@pytest.fixture
def item(make) -> Equipment:
    return make()


@pytest.fixture
def reservation(room, stay, booker, contact, contact_actor, now) -> Reservation:
    visitor = Visitor(name="Carla", email="carla@company.test", customer=contact.customer)
    return book_space(room, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now)


@pytest.fixture
def client(client_for, contact, in_agency):
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def agency_client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def guest_client(client_for, in_agency):
    return stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))


def url(name: str, reservation: Reservation) -> str:
    return reverse(
        f"customer:{name}", args=[reservation.public_id], urlconf="portals.customer.urls"
    )


def pieces(reservation) -> list[tuple[str, int]]:
    return [(use.equipment.name, use.quantity) for use in list_uses(reservation)]


def test_more_is_lent_after_its_price_was_agreed_to(client, reservation, item) -> None:
    form = url("reservation-equipment", reservation)
    body = {item.public_id: "2", "version": str(version_of(reservation))}

    linked = client.get(url("reservation-detail", reservation)).content.decode()
    empty = client.get(form).content.decode()
    asked = client.post(form, body)
    before = pieces(reservation)
    answer = client.post(form, {**body, "most_minor": "5000"}, follow=True).content.decode()
    less = client.post(form, {item.public_id: ""}, follow=True).content.decode()

    assert f'href="{form}"' in linked
    assert "3 left at that time" in empty
    assert "€20.00" in empty
    page = asked.content.decode()
    assert (asked.status_code, before) == (422, [])
    assert "With this it costs €50.00 instead of €20.00." in page
    assert 'name="most_minor" value="5000"' in page
    assert "2 × Proiettore" in page
    assert "All in all it costs €50.00 now." in answer
    assert "2 × Proiettore" in answer
    assert "All in all it costs €20.00 now." in less
    assert pieces(reservation) == []


def test_what_costs_nothing_is_lent_at_once(agency_client, reservation, make) -> None:
    item = make("Lavagna", pricing=EquipmentPricing.FREE, price_minor=0, stock=None)
    page = f"/reservations/{reservation.public_id}/"

    linked = agency_client.get(page).content.decode()
    answer = agency_client.post(f"{page}equipment/", {item.public_id: "20"}, follow=True)

    assert f'href="{page}equipment/"' in linked
    assert "The equipment is changed." in answer.content.decode()
    assert pieces(reservation) == [("Lavagna", 20)]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("4", "At most 3 pieces."),
        ("-1", "greater than or equal to 0"),
        ("due", "Enter a whole number."),
        ("9" * 30, "At most 3 pieces."),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    client, reservation, item, number, words
) -> None:
    answer = client.post(url("reservation-equipment", reservation), {item.public_id: number})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.partition(f'id="id_{item.public_id}_error"')[2][:300]
    assert pieces(reservation) == []


def test_who_was_overtaken_reads_it_and_saves_once_more(
    client, agency_client, reservation, item
) -> None:
    form = url("reservation-equipment", reservation)
    body = {item.public_id: "1", "version": str(version_of(reservation)), "most_minor": "9000"}
    agency_client.post(
        f"/reservations/{reservation.public_id}/equipment/",
        {item.public_id: "3", "most_minor": "9000"},
    )

    stale = client.post(form, body)
    reservation.refresh_from_db()
    again = client.post(form, {**body, "version": str(version_of(reservation))})

    assert stale.status_code == 409
    assert f'value="{version_of(reservation)}"' in stale.content.decode()
    assert again.status_code == 302
    assert pieces(reservation) == [("Proiettore", 1)]


def test_pieces_that_go_in_this_moment_are_missing_beside_the_field(
    client, reservation, item, make_space, stay, rival, contact_actor, now, monkeypatch
) -> None:
    other = make_space(name="Altra")

    def overtake(*args, **kwargs):
        wanted = [Choice(equipment=item, quantity=2)]
        visitor = Visitor(name="Rita", email="rita@rivale.test")
        given = {"stay": stay, "booker": rival, "visitor": visitor, "actor": contact_actor}
        book_space(other, **given, now=now, equipment=wanted)
        return change_reservation_equipment(*args, **kwargs)

    monkeypatch.setattr(equipping, "change_reservation_equipment", overtake)
    body = {item.public_id: "2", "most_minor": "9000"}
    answer = client.post(url("reservation-equipment", reservation), body)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Proiettore: only 1 piece is left at that time." in page
    assert "At most 1 piece." in page


def test_what_others_have_is_shown_and_cannot_be_chosen(
    client, reservation, item, make, make_space, stay, rival, contact_actor, now
) -> None:
    microphone = make("Microfono", stock=1)
    given = {"stay": stay, "booker": rival, "actor": contact_actor, "now": now}
    taken = [Choice(equipment=microphone, quantity=1)]
    visitor = Visitor(name="Rita", email="rita@rivale.test")
    book_space(make_space(name="Altra"), visitor=visitor, equipment=taken, **given)

    page = client.get(url("reservation-equipment", reservation)).content.decode()

    assert "None left at that time" in page
    assert f'name="{microphone.public_id}"' not in page
    assert f'name="{item.public_id}"' in page


def test_a_guest_changes_it_by_the_signed_link(guest_client, reservation, item) -> None:
    page = f"/book/reservations/{sign_reservation(reservation.public_id)}/"

    linked = guest_client.get(page).content.decode()
    shown = guest_client.get(f"{page}equipment/")
    guest_client.post(f"{page}equipment/", {item.public_id: "1", "most_minor": "3500"})

    assert f"{page}equipment/" in linked
    assert shown.status_code == 200
    assert pieces(reservation) == [("Proiettore", 1)]
    assert guest_client.get("/book/reservations/x.y/equipment/").status_code == 404


@pytest.mark.parametrize("why", ["began", "nothing to lend"])
def test_where_nothing_can_be_changed_nothing_is_offered(client, reservation, make, why) -> None:
    if why == "began":
        make()
        Reservation.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    form = url("reservation-equipment", reservation)

    page = client.get(url("reservation-detail", reservation)).content.decode()
    late = client.get(form, follow=True).content.decode()

    assert form not in page
    assert "The equipment cannot be changed here any more." in late


def test_where_the_agency_agrees_first_only_its_people_change_it(
    client, agency_client, reservation, item, room
) -> None:
    room.needs_approval = True
    room.save()
    form = f"/reservations/{reservation.public_id}/equipment/"

    mine = client.get(url("reservation-equipment", reservation))
    theirs = agency_client.get(form)

    assert (mine.status_code, theirs.status_code) == (302, 200)
