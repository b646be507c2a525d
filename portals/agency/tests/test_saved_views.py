"""Saved views above the lists of both portals."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hosting.services import create_site
from portals.shared.saved_views import build_view_bar
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import SavedView
from tenants.customers.services.views import choose_default_view, save_view
from tenants.states import PortalName

NEW = {"list": "CUSTOMERS", "name": "Archiviati", "state": "ARCHIVED", "ordering": "-name"}


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


@pytest.fixture
def view(agency, owner_actor) -> SavedView:
    with agency_scope(agency):
        return save_view(
            actor=owner_actor,
            list_name="CUSTOMERS",
            name="Da Gino",
            query={"search": "gino", "state": "ACTIVE", "ordering": "name"},
            is_shared=True,
        )


def find_views(agency) -> list[SavedView]:
    with agency_scope(agency):
        return list(SavedView.objects.order_by("pk"))


def test_a_plain_list_has_no_chips(client, customer):
    page = client.get("/customers/").content.decode()

    assert "Saved views" not in page
    assert "Save as view" not in page


def test_columns_are_hidden_and_kept_in_a_view(client, agency, customer):
    page = client.get("/customers/?show=vat&show=created&show=x").content.decode()
    assert 'data-label="VAT number"' in page
    assert 'data-label="People"' not in page
    assert "show=vat%2Ccreated" in page
    assert '<input type="hidden" name="show" value="vat,created">' in page

    client.post("/views/new/", {**NEW, "state": "ACTIVE", "show": "vat,created"})

    (saved,) = find_views(agency)
    page = client.get(f"/customers/?show=vat,created&view={saved.public_id}").content.decode()
    assert saved.query["show"] == "vat,created"
    assert 'data-label="Sites"' not in page


@pytest.mark.parametrize("query", ["show=x", "show=", "show=%00", "show=vat,people,sites,created"])
def test_nonsense_about_columns_hides_nothing(client, customer, query):
    page = client.get(f"/customers/?{query}").content.decode()

    for label in ("VAT number", "People", "Sites", "Added"):
        assert f'data-label="{label}"' in page
    assert "Save as view" not in page


def test_columns_of_sites_are_hidden_too(client, agency, customer, owner_actor):
    with agency_scope(agency):
        create_site(
            actor=owner_actor,
            customer=customer,
            name="Vetrina",
            title="Vetrina",
            admin_email="gino@trattoria.test",
        )

    page = client.get("/sites/?show=state").content.decode()

    assert 'data-label="State"' in page
    assert 'data-label="Customer"' not in page


def test_a_changed_list_is_saved_and_opened_as_a_view(client, agency, customer):
    page = client.get("/customers/?state=ARCHIVED&ordering=-name").content.decode()
    assert "/views/new/?list=CUSTOMERS&amp;state=ARCHIVED&amp;ordering=-name" in page
    form = client.get("/views/new/?list=CUSTOMERS&state=ARCHIVED&x=1").content.decode()
    assert '<input type="hidden" name="state" value="ARCHIVED">' in form

    answer = client.post("/views/new/", NEW)

    (saved,) = find_views(agency)
    assert saved.query == {"state": "ARCHIVED", "ordering": "-name"}
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked == {"state": ["ARCHIVED"], "ordering": ["-name"], "view": [saved.public_id]}
    page = client.get(answer["Location"]).content.decode()
    assert 'aria-label="Saved views"' in page
    assert page.count('aria-current="page">Archiviati') == 1
    assert "Save changes" not in page


def test_a_list_that_differs_from_its_view_offers_to_keep_it(client, agency, customer, view):
    page = client.get(f"/customers/?search=pino&view={view.public_id}").content.decode()
    assert "Save changes" in page

    answer = client.post(f"/views/{view.public_id}/query/", {"search": "pino", "page": "7"})

    assert find_views(agency)[0].query == {"search": "pino"}
    assert "search=pino" in answer["Location"]


def test_a_list_opens_with_the_default_and_on_request_without(client, customer, view):
    answer = client.post(f"/views/{view.public_id}/default/", {"is_default": "1"}, follow=True)
    assert "The list opens with Da Gino for you." in answer.content.decode()

    answer = client.get("/customers/")

    assert answer.status_code == 302
    assert f"view={view.public_id}" in answer["Location"]
    assert client.get("/customers/?view=none").status_code == 200
    assert client.get("/customers/", headers={"HX-Request": "true"}).status_code == 200
    client.post(f"/views/{view.public_id}/default/", {"is_default": "0"})
    assert client.get("/customers/").status_code == 200


def test_no_tab_leads_to_a_bare_address(client, agency, customer, owner_actor):
    with agency_scope(agency):
        view = save_view(actor=owner_actor, list_name="SITES", name="A", query={"state": "ERROR"})
        choose_default_view(view, actor=owner_actor, is_default=True)

    assert client.get("/sites/").status_code == 302
    assert client.get("/sites/?state=").status_code == 200


def test_a_view_is_renamed_and_deleted(client, agency, view):
    page = client.get(f"/views/{view.public_id}/").content.decode()
    assert 'value="Da Gino"' in page

    client.post(f"/views/{view.public_id}/", {"name": "Gino e altri"})
    renamed = find_views(agency)[0]
    answer = client.post(f"/views/{view.public_id}/delete/", follow=True)

    assert (renamed.name, renamed.is_shared) == ("Gino e altri", False)
    assert "The view Gino e altri is deleted." in answer.content.decode()
    assert find_views(agency) == []


def test_who_takes_back_a_colleagues_view_returns_to_the_plain_list(client_for, colleague, view):
    answer = client_for(colleague).post(f"/views/{view.public_id}/", {"name": "Da Gino"})

    assert answer["Location"] == "/customers/"


@pytest.mark.parametrize("name", ["", "x" * 41, "a\0b", "da gino"])
def test_a_name_that_cannot_be_is_explained_beside_the_field(client, agency, view, name):
    answer = client.post("/views/new/", {**NEW, "name": name})

    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()
    assert len(find_views(agency)) == 1


@pytest.mark.parametrize("list_name", ["", "PEOPLE", "x\0"])
def test_a_list_that_is_none_has_no_views(client, agency, list_name):
    assert client.get("/views/new/", {"list": list_name}).status_code == 404
    assert client.post("/views/new/", {**NEW, "list": list_name}).status_code == 404


def test_who_only_looks_sees_a_shared_view_and_no_way_to_change_it(
    client_for, viewer, customer, view
):
    client = client_for(viewer)

    page = client.get(f"/customers/?view={view.public_id}").content.decode()
    assert "Da Gino" in page
    assert "Rename, share or delete" not in page
    assert (
        "Your role does not allow changing it"
        in client.get(f"/views/{view.public_id}/").content.decode()
    )
    assert "is_shared" not in client.get("/views/new/?list=SITES").content.decode()
    assert client.post(f"/views/{view.public_id}/", {"name": "x"}).status_code == 403
    assert client.post(f"/views/{view.public_id}/delete/").status_code == 403


def test_people_of_a_customer_keep_views_of_their_sites(client_for, agency, contact, view):
    client = client_for(contact.user, portal=PortalName.CUSTOMER)

    assert client.get("/views/new/?list=CUSTOMERS").status_code == 404
    answer = client.post(
        "/views/new/", {"list": "SITES", "name": "Rotti", "state": "ERROR", "is_shared": "on"}
    )

    assert answer["Location"].startswith("/sites/?state=ERROR&view=view_")
    assert client.get(answer["Location"]).status_code == 200
    saved = find_views(agency)[-1]
    assert (saved.customer_id, saved.is_shared) == (contact.customer_id, True)


def test_the_list_asks_the_same_for_one_view_and_for_three(client, agency, owner_actor, customer):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/customers/?search=gino")
        return len(queries)

    def keep(name: str) -> None:
        with agency_scope(agency):
            save_view(actor=owner_actor, list_name="CUSTOMERS", name=name, query={"search": "x"})

    keep("Uno")
    count()
    one = count()
    keep("Due")
    keep("Tre")

    assert count() == one


def test_support_looks_through_views_without_keeping_any(agency, owner_actor, view, rf, settings):
    settings.ROOT_URLCONF = "portals.agency.urls"
    request = rf.get(f"/customers/?search=a&view={view.public_id}")
    request.portal, request.actor = "agency", replace(owner_actor, support_session="imp_1")
    with agency_scope(agency):
        bar = build_view_bar(request, list_name="CUSTOMERS", now={"search": "a"}, usual={})

    assert (bar.can_save, bar.can_change, bar.can_choose) == (False, False, False)
