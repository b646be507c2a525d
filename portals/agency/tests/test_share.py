"""Sharing a space: link, code, widget, and the websites that may show it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import WidgetSite
from booking.services.widgets import allow_widget_site
from portals.conftest import stay_in


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def page(space) -> str:
    return f"/spaces/{space.public_id}/share/"


def test_link_code_and_widget_lead_to_the_agencys_own_host(client, page, space) -> None:
    shown = client.get(page).content.decode()

    assert f"acme.customers.localhost:8000/book/{space.public_id}/" in shown or (
        f"acme.customers.localhost/book/{space.public_id}/" in shown
    )
    assert 'src="data:image/svg+xml;base64,' in shown
    assert "/book/widget.js" in shown
    assert "None yet" in shown


def test_a_website_is_allowed_and_removed(client, page) -> None:
    client.post(page, {"address": "www.hotel.example"})
    site = WidgetSite.objects.get()

    assert "https://www.hotel.example" in client.get(page).content.decode()
    client.post(f"/spaces/widget/{site.public_id}/remove/")
    assert not WidgetSite.objects.exists()


def test_nonsense_is_refused_beside_the_field(client, page) -> None:
    answer = client.post(page, {"address": "*.example"})

    assert answer.status_code == 422
    assert "id_address_error" in answer.content.decode()


def test_a_space_that_is_not_for_guests_says_so(client, make_space) -> None:
    private = make_space(name="Riservata", members_only=True)

    shown = client.get(f"/spaces/{private.public_id}/share/").content.decode()

    assert "Guests cannot book this space" in shown


def test_a_room_of_a_customer_says_so_too(client, client_for, space, location, customer) -> None:
    location.customer = customer
    location.save()
    shown = client.get(f"/spaces/{space.public_id}/share/").content.decode()

    assert client_for(portal="customer").get(f"/book/{space.public_id}/").status_code == 404
    assert "Guests cannot book this space" in shown


def test_the_page_asks_the_same_for_three_sites(client, page, owner_actor) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    allow_widget_site(actor=owner_actor, address="a.example")
    count()
    one = count()
    for host in ("b.example", "c.example"):
        allow_widget_site(actor=owner_actor, address=host)

    assert count() == one


def test_a_viewer_shares_nothing(client_for, viewer, in_agency, page) -> None:
    assert stay_in(in_agency, client_for(viewer)).get(page).status_code == 403
