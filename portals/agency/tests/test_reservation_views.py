"""Saved views above the list of reservations."""

from __future__ import annotations

import pytest

from booking.bookers import booker_of
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from tenants.customers.models import SavedView
from tenants.customers.services.views import choose_default_view, save_view
from tenants.states import PortalName

LIST = "RESERVATIONS"


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def book(space, owner_actor, now, make_stay):
    def make(name: str, hour: float):
        return book_space(
            space,
            stay=make_stay(hour),
            booker=booker_of(owner_actor),
            visitor=Visitor(name=name, email="gino@guest.test"),
            actor=owner_actor,
            now=now,
        )

    return make


@pytest.fixture
def view(in_agency, owner_actor) -> SavedView:
    query = {"search": "rosa", "state": "ALL"}
    return save_view(actor=owner_actor, list_name=LIST, name="Di Rosa", query=query)


def test_a_list_as_it_is_shown_is_kept_under_a_name(client, book) -> None:
    book("Rosa Rossi", 10)

    plain = client.get("/reservations/").content.decode()
    page = client.get("/reservations/?search=rosa&state=ALL").content.decode()
    client.post("/views/new/", {"list": LIST, "name": "Di Rosa", "search": "rosa", "state": "ALL"})

    assert "Save as view" not in plain
    assert "list=RESERVATIONS&amp;search=rosa&amp;state=ALL" in page
    saved = SavedView.objects.get()
    assert (saved.list_name, saved.query) == (LIST, {"search": "rosa", "state": "ALL"})


def test_a_view_opens_the_list_as_it_was_and_can_be_left(client, book, view) -> None:
    book("Rosa Rossi", 10), book("Gino Verdi", 12)
    address = f"/reservations/?search=rosa&state=ALL&view={view.public_id}"

    plain = client.get("/reservations/").content.decode()
    page = client.get(address).content.decode()

    assert address.replace("&", "&amp;") in plain
    assert "Gino Verdi" in plain
    assert "Rosa Rossi" in page
    assert "Gino Verdi" not in page
    assert f'name="view" value="{view.public_id}"' in page
    assert 'href="/reservations/?view=none"' in page


def test_a_default_view_opens_first_and_not_in_the_export(client, book, view, owner_actor) -> None:
    book("Rosa Rossi", 10)
    choose_default_view(view, actor=owner_actor, is_default=True)

    first = client.get("/reservations/")
    badge = client.get("/reservations/?state=ASKED")
    live = client.get(
        "/reservations/", headers={"hx-request": "true", "hx-target": "reservation-rows"}
    )
    export = client.get("/reservations/export/?layout=plain&columns=name")

    assert first["Location"] == f"/reservations/?search=rosa&state=ALL&view={view.public_id}"
    assert [one.status_code for one in (badge, live, export)] == [200, 200, 200]


def test_customers_keep_no_views_of_reservations(client_for, contact, in_agency) -> None:
    portal = stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))

    assert portal.get("/views/new/?list=RESERVATIONS").status_code == 404
