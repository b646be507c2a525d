"""Lists as files: the rows of the list, the columns asked for, harmless in a spreadsheet."""

from __future__ import annotations

import csv

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hosting.services import create_site
from portals.shared import exports
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.models import Agency


def read(response) -> list[list[str]]:
    """Return the lines of a file with commas."""
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


def test_a_page_asks_for_columns_and_program(client, customer):
    page = client.get("/customers/export/?search=gino&ordering=-created").content.decode()

    assert "1 row, as the list is filtered and sorted now." in page
    assert '<input type="hidden" name="search" value="gino">' in page
    assert '<input type="hidden" name="ordering" value="-created">' in page


def test_the_file_holds_the_rows_of_the_list_in_its_order(client, customer, other_customer, agency):
    with agency_scope(agency):
        Customer.objects.create(name="Zeta", email="z@z.test", state="ARCHIVED")

    answer = client.get(
        "/customers/export/?ordering=-name&columns=name&columns=people&layout=plain"
    )

    assert answer["Content-Type"].startswith("text/csv")
    assert 'filename="customers-' in answer["Content-Disposition"]
    assert read(answer) == [["Name", "People"], ["Trattoria da Gino", "0"], ["Palestra Vigor", "0"]]


def test_filters_of_the_list_hold_in_the_file(client, customer, other_customer):
    answer = client.get("/customers/export/?search=vigor&columns=name&layout=plain")

    assert read(answer)[1:] == [["Palestra Vigor"]]


def test_excel_in_italian_gets_semicolons_and_a_mark(client, customer):
    answer = client.get("/customers/export/?columns=name&columns=email&layout=excel")

    assert b"".join(answer) == (
        "\ufeffName;E-mail address\r\nTrattoria da Gino;gino@trattoria.test\r\n".encode()
    )


@pytest.mark.parametrize("name", ["=1+1", "+39", "@x", "-2", "\t=1", "\uff1d1"])
def test_no_cell_is_a_formula(client, agency, name):
    with agency_scope(agency):
        Customer.objects.create(name=name, email="a@b.test")

    (_head, (cell,)) = read(client.get("/customers/export/?columns=name&layout=plain"))

    assert cell == f"'{name}"


def test_moments_are_in_the_zone_that_the_heading_names(client, agency, customer):
    with agency_scope(agency):
        Customer.objects.update(created_at="2026-07-01T22:30:00Z")

    head, line = read(client.get("/customers/export/?columns=created&layout=plain"))

    assert head == ["Added (Europe/Rome)"]
    assert line == ["2026-07-02 00:30"]


def test_all_columns_of_all_lists_can_be_written(client, agency, customer, owner_actor):
    with agency_scope(agency):
        site = create_site(
            actor=owner_actor,
            customer=customer,
            name="Vetrina",
            title="Vetrina",
            admin_email="gino@trattoria.test",
        )
    for path, columns, wanted in (
        (
            "/customers/export/",
            "id name email vat_number sdi_code pec state people sites created language notes",
            "gino@trattoria.test",
        ),
        ("/sites/export/", "id name title customer host state php created", site.preview_host),
        ("/people/export/", "name email role created", "owner@acme.test"),
    ):
        query = "&".join(f"columns={name}" for name in columns.split())

        head, line = read(client.get(f"{path}?{query}&layout=plain"))

        assert len(head) == len(line) == len(columns.split())
        assert wanted in line


@pytest.mark.parametrize(
    "query",
    ["layout=plain", "columns=name", "columns=password&layout=plain", "columns=name&layout=x"],
)
def test_choices_that_cannot_be_are_refused_with_the_page(client, query):
    answer = client.get(f"/customers/export/?{query}")

    assert answer.status_code == 422
    assert "text/html" in answer["Content-Type"]


def test_more_rows_than_a_file_takes_are_refused(client, customer, monkeypatch):
    monkeypatch.setattr(exports, "ROWS_MAX", 0)

    answer = client.get("/customers/export/?columns=name&layout=plain")

    assert answer.status_code == 422
    assert "Narrow the list" in answer.content.decode()


def test_nonsense_in_the_address_is_no_error(client):
    assert client.get("/customers/export/?search=%00&x=%00").status_code == 200


def test_another_agency_gets_its_own_rows(client_for, customer, other_owner, other_agency: Agency):
    client = client_for(other_owner, agency=other_agency)

    assert read(client.get("/customers/export/?columns=name&layout=plain")) == [["Name"]]
    people = read(client.get("/people/export/?columns=email&layout=plain"))
    assert people == [["E-mail address"], ["owner@beta.test"]]


def test_queries_depend_on_chunks_not_on_rows(client, agency, customer, monkeypatch):
    monkeypatch.setattr(exports, "_CHUNK", 3)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            rows = read(client.get("/customers/export/?columns=name&columns=sites&layout=plain"))
        assert len(rows) > 1
        return len(queries)

    count()
    one = count()
    with agency_scope(agency):
        for number in range(2):
            Customer.objects.create(name=f"Bar {number}", email="a@b.test")

    assert count() == one


def test_the_lists_lead_to_their_files(client, customer):
    page = client.get("/customers/?search=gino&page=1").content.decode()

    assert 'href="/customers/export/?search=gino"' in page
