"""Finding anything in the agency portal: as a page, as options, and never what is not one's own."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.bookers import booker_of
from booking.services.reservations import Visitor, book_space
from hosting.services import create_site
from portals.conftest import stay_in
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.models import Domain, User

OPTIONS = {"HX-Request": "true", "HX-Target": "palette-list"}


def find(client, **query) -> list[str]:
    """Return the labels of the palette's options."""
    answer = client.get("/search/", query, headers=OPTIONS).content.decode()
    assert "<html" not in answer
    labels = re.findall(r'<span class="truncate-line">(.*?)</span>', answer)
    return [re.sub(r"</?mark>", "", label) for label in labels]


@pytest.fixture
def site(agency, owner_actor, customer):
    with agency_scope(agency):
        return create_site(
            actor=owner_actor,
            customer=customer,
            name="Vetrina",
            title="Vetrina di Gino",
            admin_email="gino@trattoria.test",
        )


def test_objects_of_every_kind_are_found(client_for, owner, agency, contact, site):
    Domain.objects.create(domain="portal.gino.test", tenant=agency, portal="customer")
    client = client_for(owner)

    assert find(client, search="gino") == [
        "Gino Bianchi",
        "Trattoria da Gino",
        "portal.gino.test",
        "Vetrina",
    ]
    assert find(client, search="owner@acme") == [str(owner)]


def test_what_matches_is_marked_and_escaped(client_for, owner, agency):
    with agency_scope(agency):
        Customer.objects.create(name="<b>Bar</b>", email="bar@bar.test")

    answer = client_for(owner).get("/search/?search=bar", headers=OPTIONS).content.decode()

    assert "&lt;b&gt;<mark>Bar</mark>&lt;/b&gt;" in answer


def test_pages_and_actions_are_found(client_for, owner):
    client = client_for(owner)

    assert find(client, search="customer")[:2] == ["Customers", "New customer"]
    assert "Brand" in find(client, search="settings")
    assert find(client, search="logout") == ["Sign out"]
    assert find(client, search="theme") == ["Change between light and dark"]


def test_a_viewer_is_offered_nothing_that_is_refused(client_for, viewer):
    labels = find(client_for(viewer), search="new") + find(client_for(viewer), search="brand")

    assert "New customer" not in labels
    assert "Brand" not in labels


def test_what_was_opened_lately_comes_first_in_its_order(client_for, owner, customer, site):
    recent = f"{site.public_id},{customer.public_id},cus_{'0' * 26},nonsense,"

    labels = find(client_for(owner), recent=recent)

    assert labels[:3] == ["Vetrina", "Trattoria da Gino", "New customer"]


def test_another_agency_finds_and_recalls_nothing(
    client_for, other_owner, other_agency, contact, site, customer
):
    client = client_for(other_owner, agency=other_agency)

    assert find(client, search="gino") == []
    labels = find(client, recent=f"{customer.public_id},{site.public_id}")
    assert labels[0] == "New customer"


def test_the_contact_finds_own_sites_only(
    client_for, agency, owner_actor, contact, site, other_customer
):
    with agency_scope(agency):
        create_site(
            actor=owner_actor,
            customer=other_customer,
            name="Vetrina Vigor",
            title="Vigor",
            admin_email="info@vigor.test",
        )
    client = client_for(contact.user, portal="customer")

    assert find(client, search="vetrina") == ["Vetrina"]
    assert find(client, recent=site.public_id)[0] == "Vetrina"
    assert find(client, search="invite") == ["Invite a person"]
    assert find(client, search="gino@") == ["Gino Bianchi"]


def test_who_may_not_invite_is_not_offered_it(client_for, agency, contact):
    with agency_scope(agency):
        type(contact).objects.filter(pk=contact.pk).update(role="VIEWER")

    assert find(client_for(contact.user, portal="customer"), search="invite") == []


def test_without_scripts_there_is_a_page(client_for, owner, customer):
    client = client_for(owner)

    page = client.get("/search/?search=gino").content.decode()
    nothing = client.get("/search/?search=zzzz").content.decode()

    assert f'href="/customers/{customer.public_id}/"' in page
    assert "Nothing found" in nothing
    assert 'action="/accounts/logout/"' in client.get("/search/?search=sign").content.decode()


@pytest.mark.parametrize("text", ["%00", "%25", "_" * 400, "'", "%F0%9F%98%80", "\\"])
def test_nonsense_is_searched_for_like_anything(client_for, owner, text):
    assert client_for(owner).get(f"/search/?search={text}&recent=%00,%00").status_code == 200


def test_queries_do_not_grow_with_what_is_found(client_for, owner, agency):
    client = client_for(owner)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            find(client, search="bar")
        return len(queries)

    with agency_scope(agency):
        Customer.objects.create(name="Bar 1", email="bar@bar.test")
    count()
    one = count()
    with agency_scope(agency):
        Customer.objects.create(name="Bar 2", email="bar@bar.test")
        Customer.objects.create(name="Bar 3", email="bar@bar.test")

    assert count() == one <= 15


def test_the_sheet_lists_what_this_person_may_open(client_for, owner, viewer):
    assert 'data-keys="g b"' in client_for(owner).get("/").content.decode()
    page = client_for(viewer).get("/").content.decode()
    assert 'data-keys="g c"' in page
    assert 'data-keys="g b"' not in page


def test_single_keys_are_switched_off_and_on_for_one_person(client_for, owner, colleague):
    client = client_for(owner)

    answer = client.post("/shortcuts/", {"single_keys": "off", "next": "/customers/"})

    assert answer["Location"] == "/customers/"
    assert 'data-shortcuts="off"' in client.get("/").content.decode()
    assert 'data-shortcuts="on"' in client_for(colleague).get("/").content.decode()
    client.post("/shortcuts/", {"single_keys": "on"})
    assert User.objects.get(pk=owner.pk).single_keys


def test_the_switch_never_leads_elsewhere(client_for, owner):
    answer = client_for(owner).post("/shortcuts/", {"next": "https://evil.test/"})

    assert answer["Location"] == "/"


def test_places_and_reservations_are_found(
    client_for, owner, in_agency, space, owner_actor, now, make_stay
) -> None:
    visitor = Visitor(name="Rita Rivale", email="rita@rivale.test")
    stay = book_space(
        space,
        stay=make_stay(10),
        booker=booker_of(owner_actor),
        visitor=visitor,
        actor=owner_actor,
        now=now,
    )
    client = stay_in(in_agency, client_for(owner))

    def addresses(text: str) -> list[str]:
        shown = client.get("/search/", {"search": text}, headers=OPTIONS).content.decode()
        return re.findall(r'data-url="([^"]+)"', shown)

    assert f"/spaces/{space.public_id}/" in addresses("sala blu")
    assert f"/spaces/locations/{space.location.public_id}/" in addresses("casa acme")
    assert f"/reservations/{stay.public_id}/" in addresses(stay.code)
    assert f"/reservations/{stay.public_id}/" in addresses("rivale")
    assert "/spaces/new/" in addresses("new space")
