"""Customers from a file, in the portal."""

from __future__ import annotations

import csv
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from portals.agency.views.exports import CUSTOMER_COLUMNS
from spotex.kernel.ids import new_public_id
from spotex.kernel.tenancy import agency_scope
from tenants.customers.import_files import BYTES_MAX, FIELDS, guess_columns
from tenants.customers.import_lines import FIELD_LABELS
from tenants.customers.models import Customer, CustomerImport
from tenants.due import claim_due_work, run_due_work
from tenants.tasks import run_all_due_work

FILE = "Nome;Email;Partita IVA\nSocietà Uno;uno@bar.test;00743110157\nBar Due;due;\n=1+1;x;1\n"


@pytest.fixture
def client(client_for, owner):
    type(owner).objects.filter(pk=owner.pk).update(language="en")  # the worker speaks it
    return client_for(owner)


def send(client, content: str | bytes = FILE, name: str = "clienti.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post("/customers/import/", {"file": SimpleUploadedFile(name, data)})


def work() -> None:
    for claim in claim_due_work(at=timezone.now()):
        if claim.kind.startswith("customers."):
            run_due_work(claim, at=timezone.now())


def names(agency) -> list[str]:
    with agency_scope(agency):
        return list(Customer.objects.order_by("pk").values_list("name", flat=True))


def read(response) -> list[list[str]]:
    text = b"".join(response).decode("utf-8-sig")
    sign = ";" if ";" in text.partition("\n")[0] else ","
    return list(csv.reader(text.splitlines(), delimiter=sign))


def test_from_the_file_to_the_customers(client, agency):
    path = send(client)["Location"]
    page = client.get(path).content.decode()
    assert "Add 1 customer" in page
    assert "Società Uno" in page
    assert "“due” is not an e-mail address." in page
    assert names(agency) == []

    client.post(f"{path}run/", {"mode": "GOOD"})
    client.post(f"{path}run/", {"mode": "ALL"})
    page = client.get(path).content.decode()
    assert "0 of 3 lines are done." in page
    assert 'hx-trigger="every 2s"' in page
    work()

    page = client.get(path).content.decode()
    assert "1 customer is added." in page
    assert "2 lines were left out." in page
    assert "every 2s" not in page
    assert names(agency) == ["Società Uno"]


def test_the_lines_left_out_come_back_with_reasons_and_harmless(client):
    path = send(client)["Location"]

    answer = client.get(f"{path}lines/")

    head, second, third = read(answer)
    assert head == ["Nome", "Email", "Partita IVA", "Why it was left out"]
    assert second == ["Bar Due", "due", "", "“due” is not an e-mail address."]
    assert third[0] == "'=1+1"
    assert third[3].startswith("“x” is not an e-mail address.")


def test_all_or_none(client, agency):
    path = send(client)["Location"]
    client.post(f"{path}run/", {"mode": "ALL"})
    work()

    page = client.get(path).content.decode()

    assert "Some lines cannot be imported, so none was." in page
    assert names(agency) == []
    assert len(read(client.get(f"{path}lines/"))) == 3


def test_the_template_is_a_file_that_can_be_imported(client, agency):
    answer = client.get("/customers/import/template/")
    content = b"".join(answer)

    path = send(client, content)["Location"]

    assert "Add 1 customer" in client.get(path).content.decode()


def test_columns_are_chosen_by_hand(client):
    path = send(client, "A,B\nBar,bar@bar.test\n")["Location"]
    page = client.get(path).content.decode()
    assert "No line of this file can be added." in page
    data = {"encoding": "utf-8", "delimiter": ",", "column_name": "0", "column_email": "1"}

    client.post(path, data)

    assert "Add 1 customer" in client.get(path).content.decode()
    wrong = client.post(path, {**data, "column_name": "7"})
    assert wrong.status_code == 422
    unreadable = client.post(path, {**data, "encoding": "utf-16"})
    assert unreadable.status_code == 422
    assert 'id="id_encoding_error"' in unreadable.content.decode()


def test_columns_that_lack_are_asked_for_before_anything_runs(client, agency):
    path = send(client, "A,B\nBar,bar@bar.test\n")["Location"]

    answer = client.post(f"{path}run/", {"mode": "GOOD"}, follow=True)

    assert "Choose the columns of the name and of the e-mail address." in answer.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a;b\n",
        b"PK\x03\x04zip",
        b"\0\0\0",
        b"x" * (BYTES_MAX + 1),
        b"\xff\xfea",
        b"%PDF-1.4 \x00",
        b"\n" * 1000,
    ],
)
def test_files_that_are_none_are_refused_with_a_reason(client, agency, content):
    answer = send(client, content)

    assert answer.status_code == 422
    assert 'id="id_file_error"' in answer.content.decode()
    with agency_scope(agency):
        assert not CustomerImport.objects.exists()


@pytest.mark.parametrize("data", [{}, {"file": "text"}])
def test_a_form_without_a_file_is_refused(client, data):
    assert client.post("/customers/import/", data).status_code == 422


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 300 + ".csv", "<b>.csv"])
def test_names_of_files_do_no_harm(client, agency, name):
    answer = send(client, FILE, name)

    if answer.status_code == 302:
        page = client.get(answer["Location"]).content.decode()
        assert "<b>" not in page
    else:
        assert answer.status_code == 422


def test_more_good_lines_than_the_plan_takes_are_announced(client, agency):
    lines = "".join(f"Bar {n},bar{n}@bar.test\n" for n in range(21))

    page = client.get(send(client, "name,email\n" + lines)["Location"]).content.decode()

    assert "It takes 20 more customers." in page


def test_a_thousand_lines_wait_for_no_request(client, agency):
    type(agency.plan).objects.update(customers=-1)
    lines = "".join(f"Bar {n},bar{n}@bar.test\n" for n in range(1000))
    path = send(client, "name,email\n" + lines)["Location"]

    with CaptureQueriesContext(connection) as queries:
        client.post(f"{path}run/", {"mode": "GOOD"})

    assert len(queries) < 30
    assert names(agency) == []
    work()
    assert len(names(agency)) == 1000


def test_the_list_of_files_asks_the_same_for_one_and_for_three(client, client_for, agency):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/customers/import/")
        return len(queries)

    send(client)
    count()
    one = count()
    with agency_scope(agency):
        found = CustomerImport.objects.get()
        for _copy in range(2):
            found.pk, found.public_id = None, new_public_id("cim")
            found.save()

    assert count() == one


def test_the_worker_finds_the_work(client, agency):
    path = send(client)["Location"]
    client.post(f"{path}run/", {"mode": "GOOD"})

    run_all_due_work()

    assert re.search("1 customer is added", client.get(path).content.decode())


@pytest.mark.parametrize("language", ["en", "it"])
def test_heads_of_our_own_files_are_recognised(language):
    exported = {column.name: column for column in CUSTOMER_COLUMNS if column.name in FIELDS}
    with translation.override(language):
        template = [str(FIELD_LABELS[name]) for name in FIELDS]
        export = [str(exported[name].label) for name in FIELDS]

    assert guess_columns(template) == {name: number for number, name in enumerate(FIELDS)}
    assert guess_columns(export) == {name: number for number, name in enumerate(FIELDS)}
