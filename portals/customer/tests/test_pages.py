"""The customer portal: one customer's sites and people, in the agency's brand and no other."""

from __future__ import annotations

import pytest

from hosting.models import Site
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Contact
from tenants.states import PortalName

PAGES = ("/", "/sites/", "/sites/{site}/", "/people/", "/people/invite/", "/profile/")
PERSON = {"full_name": "Irene Gallo", "email": "irene@gallo.test", "role": "MEMBER"}


def make_site(customer, *, name: str, state: str = "ACTIVE") -> Site:
    return Site.objects.create(
        customer=customer,
        name=name,
        title=name,
        admin_email="a@b.test",
        language="it_IT",
        label=f"{name.lower()}--acme",
        preview_host=f"{name.lower()}--acme.sites.localhost",
        engine="fake",
        state=state,
        error={"code": "disk_full", "step": "files", "figures": {}} if state == "ERROR" else None,
    )


@pytest.fixture
def site(agency, customer) -> Site:
    with agency_scope(agency):
        return make_site(customer, name="Own")


@pytest.fixture
def foreign_site(agency, other_customer) -> Site:
    with agency_scope(agency):
        return make_site(other_customer, name="Foreign")


@pytest.fixture
def client(client_for, contact):
    return client_for(contact.user, portal=PortalName.CUSTOMER)


@pytest.mark.parametrize("page", PAGES)
def test_page_is_whole_and_carries_the_agencys_brand_only(client, site, page):
    response = client.get(page.format(site=site.public_id))

    text = response.content.decode()
    assert response.status_code == 200
    assert "<html" in text
    assert "Studio Acme" in text
    assert "spotex" not in text.lower()


@pytest.mark.parametrize(
    ("page", "target"),
    [("/", "dashboard-live"), ("/sites/", "site-rows"), ("/sites/{site}/", "site-live")],
)
def test_fragment_is_no_page(client, site, page, target):
    headers = {"hx-request": "true", "hx-target": target}

    text = client.get(page.format(site=site.public_id), headers=headers).content.decode()

    assert "<html" not in text
    assert f'id="{target}"' in text


def test_other_customers_things_are_missing(client, site, foreign_site, agency, other_customer):
    with agency_scope(agency):
        person = Contact.objects.create(
            customer=other_customer,
            email="x@vigor.test",
            full_name="X",
            role="MEMBER",
            state="INVITED",
        )
    pages = [f"/sites/{foreign_site.public_id}/", f"/live/sites/{foreign_site.public_id}"]
    pages += [f"/people/{person.public_id}/{action}/" for action in ("role", "remove")]

    for page in pages:
        assert client.get(page).status_code == 404
    for action in ("login", "restart"):
        assert client.post(f"/sites/{foreign_site.public_id}/{action}/").status_code == 404
    assert "Foreign" not in client.get("/sites/").content.decode()
    assert "Foreign" not in client.get("/").content.decode()


def test_broken_site_hides_the_platforms_inside(client, agency, customer):
    with agency_scope(agency):
        site = make_site(customer, name="Broken", state="ERROR")

    text = client.get(f"/sites/{site.public_id}/").content.decode()

    assert "This site has a problem" in text
    assert "disk" not in text


def test_invite_a_colleague(client, agency, customer):
    assert client.post("/people/invite/", PERSON).status_code == 302
    assert client.post("/people/invite/", PERSON).status_code == 422
    assert client.post("/people/invite/", PERSON | {"email": "x"}).status_code == 422
    with agency_scope(agency):
        contact = Contact.objects.get(email="irene@gallo.test")
    assert contact.customer_id == customer.pk

    client.post(f"/people/{contact.public_id}/role/", {"role": "VIEWER"})
    client.post(f"/people/{contact.public_id}/remove/")

    with agency_scope(agency):
        contact.refresh_from_db()
    assert (contact.role, contact.state) == ("VIEWER", "REMOVED")


def test_viewer_changes_nothing(client_for, agency, contact, site):
    with agency_scope(agency):
        Contact.objects.filter(pk=contact.pk).update(role="VIEWER")
    client = client_for(contact.user, portal=PortalName.CUSTOMER)

    assert client.get("/people/invite/").status_code == 403
    assert client.post(f"/sites/{site.public_id}/restart/").status_code == 403
    assert client.post(f"/sites/{site.public_id}/login/").status_code == 403
    assert (
        "/login/" not in client.get(f"/sites/{site.public_id}/").content.decode().split("<main")[1]
    )


def test_person_of_two_customers_switches(client, agency, contact, other_customer, foreign_site):
    with agency_scope(agency):
        Contact.objects.create(
            customer=other_customer,
            user=contact.user,
            email=contact.email,
            full_name=contact.full_name,
            role="VIEWER",
            state="ACTIVE",
        )
    assert client.post("/choose/", {"customer": contact.customer.public_id}).status_code == 302

    assert "Foreign" not in client.get("/sites/").content.decode()
    client.post("/choose/", {"customer": other_customer.public_id})

    assert "Foreign" in client.get("/sites/").content.decode()
    assert client.get("/people/invite/").status_code == 403
    assert client.post("/choose/", {"customer": "cus_nobody"}).status_code == 404


def test_members_of_the_agency_are_strangers_here(client_for, owner):
    assert client_for(owner, portal=PortalName.CUSTOMER).get("/").status_code == 403


@pytest.mark.parametrize(("page", "most"), [("/", 11), ("/sites/", 10), ("/people/", 10)])
def test_queries_do_not_grow_with_rows(
    client,
    agency,
    customer,
    site,
    page,
    most,
    django_assert_max_num_queries,
):
    client.get(page)
    with agency_scope(agency):
        for name in ("B", "C"):
            make_site(customer, name=name)

    with django_assert_max_num_queries(most):
        client.get(page)


def test_a_suspended_site_needs_attention(client, agency, customer):
    with agency_scope(agency):
        make_site(customer, name="Paused", state="SUSPENDED")

    text = client.get("/").content.decode()

    assert "1 suspended" in text
    assert "?state=SUSPENDED" in text
    assert "all is well" not in text
