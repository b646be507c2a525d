"""Customers in the agency portal: forms, stale data, archive and undo, the people of a customer."""

from __future__ import annotations

import pytest

from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Contact, Customer
from tenants.customers.services.customers import change_customer
from tenants.models import Plan

GOOD = {"name": "Cantina Rossi", "email": "Info@Cantina.test", "vat_number": "", "sdi_code": ""}


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


def find_customers(agency, **lookup) -> list[Customer]:
    with agency_scope(agency):
        return list(Customer.objects.filter(**lookup))


def test_add_customer(client, agency):
    response = client.post("/customers/new/", GOOD)

    (customer,) = find_customers(agency, name="Cantina Rossi")
    assert response.status_code == 302
    assert response["Location"] == f"/customers/{customer.public_id}/"
    assert customer.email == "info@cantina.test"
    assert "Cantina Rossi" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"vat_number": "12345678901"}, "vat_number"),
        ({"vat_number": "x" * 25}, "vat_number"),
        ({"sdi_code": "abc"}, "sdi_code"),
        ({"pec": "no"}, "pec"),
        ({"language": "de"}, "language"),
        ({"notes": "x" * 10_001}, "notes"),
    ],
)
def test_add_customer_refuses_bad_input(client, agency, change, field):
    response = client.post("/customers/new/", GOOD | change)

    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not find_customers(agency, email="info@cantina.test")


def test_add_customer_refuses_an_empty_post(client):
    assert client.post("/customers/new/").status_code == 422


def test_add_customer_refuses_a_known_vat_number(client):
    client.post("/customers/new/", GOOD | {"vat_number": "68980600057"})

    response = client.post("/customers/new/", GOOD | {"vat_number": "IT 68980600057"})

    assert response.status_code == 422
    assert "Another customer has this VAT number." in response.content.decode()


def test_add_customer_names_the_limit_of_the_plan(client, agency, customer):
    Plan.objects.filter(pk=agency.plan_id).update(customers=1)

    response = client.post("/customers/new/", GOOD)

    assert response.status_code == 422
    assert "Standard plan includes 1" in response.content.decode()


def test_edit_customer(client, agency, customer):
    page = f"/customers/{customer.public_id}/edit/"

    response = client.post(page, GOOD | {"version": customer.version})

    assert response.status_code == 302
    assert find_customers(agency, name="Cantina Rossi", version=customer.version + 1)


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "99999999999999999999"])
def test_edit_customer_refuses_a_nonsense_version(client, customer, version):
    page = f"/customers/{customer.public_id}/edit/"

    assert client.post(page, GOOD | {"version": version}).status_code == 422


def test_edit_customer_shows_what_somebody_else_saved(client, agency, customer, colleague_actor):
    with agency_scope(agency):
        change_customer(customer, actor=colleague_actor, name="Trattoria Nuova")

    response = client.post(
        f"/customers/{customer.public_id}/edit/",
        GOOD | {"version": customer.version},
    )

    text = response.content.decode()
    assert response.status_code == 409
    assert "Trattoria Nuova" in text
    assert 'value="Cantina Rossi"' in text
    assert f'name="version" value="{customer.version + 1}"' in text
    assert find_customers(agency, name="Trattoria Nuova")


def test_archive_offers_to_undo(client, agency, customer):
    response = client.post(f"/customers/{customer.public_id}/archive/", follow=True)

    assert f'action="/customers/{customer.public_id}/restore/"' in response.content.decode()
    assert find_customers(agency, state="ARCHIVED")

    client.post(f"/customers/{customer.public_id}/restore/")

    assert not find_customers(agency, state="ARCHIVED")


def test_archive_twice_says_so(client, customer):
    page = f"/customers/{customer.public_id}/archive/"
    client.post(page)

    response = client.post(page, follow=True)

    assert "is not possible while" in response.content.decode()


@pytest.mark.parametrize("action", ["archive", "restore", "edit", "invite"])
def test_writes_are_closed_to_viewers_and_other_agencies(
    client_for,
    viewer,
    other_owner,
    other_agency,
    customer,
    action,
):
    page = f"/customers/{customer.public_id}/{action}/"

    assert client_for(viewer).post(page, GOOD).status_code == 403
    assert client_for(other_owner, agency=other_agency).post(page, GOOD).status_code == 404


def test_archive_is_no_link(client, customer):
    assert client.get(f"/customers/{customer.public_id}/archive/").status_code == 405


def test_search_finds_and_says_when_nothing_is_found(client, customer, other_customer):
    found = client.get("/customers/?search=gino").content.decode()
    nothing = client.get("/customers/?search=zzz").content.decode()

    assert "Trattoria da Gino" in found
    assert "Palestra Vigor" not in found
    assert "No customer found" in nothing


PERSON = {"full_name": "Irene Gallo", "email": "irene@gallo.test", "role": "MEMBER"}


def test_invite_and_change_and_remove_a_person(client, agency, customer):
    client.post(f"/customers/{customer.public_id}/invite/", PERSON)
    with agency_scope(agency):
        contact = Contact.objects.get(email="irene@gallo.test")
    assert contact.state == "INVITED"

    client.post(f"/contacts/{contact.public_id}/role/", {"role": "ADMIN"})
    client.post(f"/contacts/{contact.public_id}/resend/")
    asked = client.get(f"/contacts/{contact.public_id}/remove/")
    client.post(f"/contacts/{contact.public_id}/remove/")

    assert "Irene Gallo" in asked.content.decode()
    with agency_scope(agency):
        contact = Contact.objects.get(email="irene@gallo.test")
    assert (contact.role, contact.state) == ("ADMIN", "REMOVED")


@pytest.mark.parametrize(
    "change",
    [{"email": "x"}, {"email": ""}, {"full_name": ""}, {"full_name": "x" * 121}, {"role": "OWNER"}],
)
def test_invite_refuses_bad_input(client, customer, change):
    response = client.post(f"/customers/{customer.public_id}/invite/", PERSON | change)

    assert response.status_code == 422


def test_invite_refuses_a_known_person(client, customer, contact):
    response = client.post(
        f"/customers/{customer.public_id}/invite/",
        PERSON | {"email": contact.email.upper()},
    )

    assert response.status_code == 422
    assert "invited or active already" in response.content.decode()
