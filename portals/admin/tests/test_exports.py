"""Lists as files: what the list shows, harmless in a spreadsheet, noted in the trail."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client

from hosting.operations.models import Operation
from portals.admin import exports
from portals.admin.rows import ROW_KINDS
from portals.admin.tests.conftest import sign_in
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.models import Agency, MailMessage


def _read(answer: HttpResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda m: m._meta.label))
def test_every_list_is_taken_out(
    model, staff_client, agency, failed_operation, failed_mail, failed_work, failed_migration
) -> None:
    answer = staff_client.get(f"/{model._meta.app_label}/{model._meta.model_name}/export/")

    page = admin.site._registry[model]
    assert len(_read(answer)) == model._default_manager.count() or model is ActivityEntry
    for row in _read(staff_client.get(answer.wsgi_request.path)):
        assert len(row) == len(page.export_fields)


def test_a_file_holds_what_the_list_shows(
    staff_client: Client, agency: Agency, failed_mail: MailMessage
) -> None:
    for number in range(3):
        failed_mail.pk, failed_mail.public_id = None, f"mail_{number}"
        failed_mail.recipient, failed_mail.state = f"r{number}@example.test", "SENT"
        failed_mail.save(force_insert=True)
    query = "state__exact=SENT&q=r1&o=1"

    page = staff_client.get(f"/tenants/mailmessage/?{query}").content.decode()
    rows = _read(staff_client.get(f"/tenants/mailmessage/export/?{query}"))

    assert 'href="/tenants/mailmessage/export/?state__exact=SENT&amp;q=r1&amp;o=1"' in page
    assert "download" in page
    assert [row["To"] for row in rows] == ["r1@example.test"]
    assert rows[0]["Agency: address"] == agency.slug
    assert "secret.example" not in str(rows)


def test_a_file_keeps_the_order_and_comes_in_chunks(
    staff_client: Client, failed_mail: MailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_CHUNK", 2)
    for number in range(5):
        failed_mail.pk, failed_mail.public_id = None, f"mail_{number}"
        failed_mail.recipient = f"r{number}@example.test"
        failed_mail.save(force_insert=True)

    rows = _read(staff_client.get("/tenants/mailmessage/export/?q=r&o=-1"))

    assert [row["To"][:2] for row in rows if row["To"][0] == "r"] == ["r4", "r3", "r2", "r1", "r0"]


def test_nothing_in_a_file_is_a_formula(staff_client: Client, failed_operation: Operation) -> None:
    Operation.objects.update(subject_name="=cmd|' /C calc'!A0")

    (row,) = _read(staff_client.get("/operations/operation/export/"))

    assert row["Name of the subject"] == "'=cmd|' /C calc'!A0"


def test_a_filter_that_is_none_leads_back_to_the_list(staff_client: Client) -> None:
    answer = staff_client.get("/tenants/mailmessage/export/?nonsense=1")

    assert (answer.status_code, answer["Location"]) == (302, "/tenants/mailmessage/")


def test_too_many_rows_are_refused_with_a_reason(
    staff_client: Client, failed_mail: MailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "ROWS_MAX", 0)

    answer = staff_client.get("/tenants/mailmessage/export/", follow=True)

    assert "Narrow the list" in answer.content.decode()


def test_who_took_what_out_stands_in_the_trail(
    staff_client: Client, staff, failed_mail: MailMessage
) -> None:
    staff_client.get("/tenants/mailmessage/export/")

    entry = ActivityEntry.objects.get(event="tenants.staff.exported")
    assert (entry.actor_public_id, entry.subject_name) == (staff.public_id, "tenants.MailMessage")
    assert entry.details == {"rows": MailMessage.objects.count()}


def test_files_are_for_staff_only(owner, agency: Agency) -> None:
    client = sign_in(owner)

    for path in ("/tenants/user/export/", f"/tenants/agency/{agency.pk}/rows/customers/export/"):
        assert client.get(path).status_code in {302, 403}


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("kind", ROW_KINDS)
def test_the_data_of_an_agency_is_listed(
    kind, language, staff_client: Client, agency: Agency, customer: Customer, contact
) -> None:
    staff_client.cookies["language"] = language
    address = f"/tenants/agency/{agency.pk}/rows/{kind}/"

    page = staff_client.get(address)
    rows = _read(staff_client.get(f"{address}export/"))

    assert page.status_code == 200
    assert page.context["page"].paginator.count == len(rows)


def test_an_agency_s_list_is_searched_and_filtered_and_its_own(
    staff_client: Client, agency: Agency, other_agency: Agency, customer: Customer
) -> None:
    with agency_scope(other_agency):
        Customer.objects.create(name="Foreign", email="f@example.test")
    with agency_scope(agency):
        Customer.objects.create(name="Archived one", email="g@example.test", state="ARCHIVED")
    address = f"/tenants/agency/{agency.pk}/rows/customers/"

    every = staff_client.get(address).content.decode()
    archived = staff_client.get(address, {"state": "ARCHIVED"}).content.decode()
    found = _read(staff_client.get(f"{address}export/", {"q": "archived one"}))

    assert customer.name in every
    assert "Foreign" not in every
    assert "Archived one" in archived
    assert customer.name not in archived
    assert [row["Name"] for row in found] == ["Archived one"]


@pytest.mark.parametrize("wish", ["q=%00", "state=x", "page=x", "page=99999", "page=-1"])
def test_nonsense_in_the_address_shows_a_list(wish, staff_client: Client, agency: Agency) -> None:
    assert staff_client.get(f"/tenants/agency/{agency.pk}/rows/sites/?{wish}").status_code == 200


def test_unknown_lists_and_agencies_lead_nowhere(staff_client: Client, agency: Agency) -> None:
    for path in (f"{agency.pk}/rows/secrets/", "999999/rows/customers/", "abc/rows/customers/"):
        assert staff_client.get(f"/tenants/agency/{path}").status_code == 404


def test_an_agency_s_list_has_pages(staff_client: Client, agency: Agency) -> None:
    address = f"/tenants/agency/{agency.pk}/rows/customers/"
    with agency_scope(agency):
        Customer.objects.bulk_create(
            Customer(name=f"C{number}", email=f"c{number}@example.test", public_id=f"cus_{number}")
            for number in range(60)
        )

    second = staff_client.get(address, {"page": "2", "q": "C"})

    assert len(second.context["lines"]) == 10
    assert "Page 2 of 2" in second.content.decode()


def test_the_page_of_an_agency_leads_to_its_data(staff_client: Client, agency: Agency) -> None:
    answer = staff_client.get(f"/tenants/agency/{agency.pk}/data/")

    assert answer["Location"] == f"/tenants/agency/{agency.pk}/rows/customers/"
