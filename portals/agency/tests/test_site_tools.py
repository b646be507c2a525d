"""Staging copies, PHP versions and many sites at once in the agency portal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hosting.drivers.base import Changes, CopyFailed, NotAnswering
from hosting.drivers.choice import find_engine
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation
from spotex.kernel.tenancy import agency_scope

FORM = {
    "title": "Da Gino",
    "admin_email": "gino@trattoria.test",
    "language": "it_IT",
    "host_name": "",
}


@pytest.fixture(autouse=True)
def engine():
    engine = find_engine("fake")
    engine.reset()
    return engine


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


def work() -> None:
    while operation := Operation.objects.filter(state="PENDING").first():
        run_operation(operation.public_id)


@pytest.fixture
def add(client, customer):
    def make(name: str = "Trattoria") -> str:
        given = {**FORM, "customer": customer.public_id, "name": name}
        page = client.post("/sites/new/", given)["Location"]
        work()
        return page

    return make


def read(agency, page: str) -> Site:
    with agency_scope(agency):
        return Site.objects.get(public_id=page.split("/")[2])


def texts(client, page: str, **keywords) -> str:
    response = client.get(page, **keywords)
    assert response.status_code == 200
    return response.content.decode()


def test_copy_is_made_pushed_and_taken_back(client, agency, add, engine) -> None:
    page = add()
    assert f"{page}clone/" in texts(client, page)

    copy = client.post(f"{page}clone/")["Location"]
    work()
    shown = texts(client, copy)
    assert f"{copy}push/" in shown
    assert f"{copy}discard/" in shown
    assert copy in texts(client, page)
    assert f"{page}clone/" not in texts(client, page)

    live = read(agency, page)
    engine.changes[live.public_id] = Changes(since=datetime(2026, 1, 1, tzinfo=UTC), orders=2)
    assert "2 orders" in texts(client, f"{copy}push/")
    for strange in ("²", "9" * 5_000, "-1", ""):
        assert client.post(f"{copy}push/", {"version": strange}).status_code in {200, 302, 409}
        assert not read(agency, page).pushed_copy
    answer = client.post(f"{copy}push/", {"version": read(agency, copy).version})
    assert answer["Location"] == page
    work()
    assert read(agency, page).pushed_copy

    assert "Undo the last push" in texts(client, f"{page}step-back/")
    client.post(f"{page}step-back/")
    work()
    assert read(agency, page).pushed_copy == ""
    assert "stays as it is" in texts(client, f"{copy}discard/")
    assert client.post(f"{copy}discard/")["Location"] == page
    work()
    assert read(agency, copy).state == "DELETED"


def test_review_admits_what_it_does_not_know(client, add, engine) -> None:
    page = add()
    copy = client.post(f"{page}clone/")["Location"]
    work()
    assert "Nothing would be lost" in texts(client, f"{copy}push/")

    engine.fail("count_changes", CopyFailed(detail="away"))

    assert "could not be counted" in texts(client, f"{copy}push/")


def test_refusals_are_told_and_pages_of_copies_are_for_copies(client, add) -> None:
    page = add()
    assert client.get(f"{page}push/").status_code == 404
    assert client.get(f"{page}discard/").status_code == 404
    client.post(f"{page}clone/")

    answer = client.post(f"{page}clone/", follow=True)

    assert "has a staging copy already" in answer.content.decode()
    copy = client.get(page).content.decode().split("/push/")[0]
    assert copy
    stale = client.post(f"{page}step-back/", follow=True)
    assert "no content from before" in stale.content.decode()


def test_stale_confirmation_pushes_nothing(client, agency, add) -> None:
    page = add()
    copy = client.post(f"{page}clone/")["Location"]
    work()

    answer = client.post(f"{copy}push/", {"version": "x"}, follow=True)

    assert "changed meanwhile" in answer.content.decode()
    assert not Operation.objects.filter(kind="site.push").exists()


def test_php_is_changed_and_a_failure_is_told(client, agency, add, engine) -> None:
    page = add()
    assert 'name="php_version"' in texts(client, page)
    client.post(f"{page}php/", {"php_version": "8.2"})
    work()
    assert read(agency, page).php_version == "8.2"

    engine.fail("probe", NotAnswering(detail="status 500"))
    client.post(f"{page}php/", {"php_version": "8.3"})
    work()

    assert read(agency, page).php_version == "8.2"
    assert "The PHP version was not changed" in texts(client, page)
    answer = client.post(f"{page}php/", {"php_version": "5.2"}, follow=True)
    assert "Choose one of these PHP versions" in answer.content.decode()
    engine.versions = ("8.2",)
    assert "The only version on the server" in texts(client, page)
    engine.versions = ()
    assert "PHP 8.2" in texts(client, page)


def test_many_sites_at_once(client, agency, add) -> None:
    first, second = add(), add("Second")
    ids = [page.split("/")[2] for page in (first, second)]
    assert texts(client, "/sites/").count("data-select-row") == 2

    answer = client.post("/sites/bulk/", {"action": "restart", "ids": [ids[0], "site_x"]})
    assert answer["Location"] == "/sites/bulk/"
    shown = texts(client, "/sites/bulk/")
    assert "Work on 1 site was started" in shown
    assert "1 site was left as it is" in shown
    work()

    asked = client.post("/sites/bulk/", {"action": "suspend", "ids": ids})
    assert "Suspend 2 sites?" in asked.content.decode()
    assert read(agency, first).state == "ACTIVE"
    client.post("/sites/bulk/", {"action": "suspend", "ids": ids, "confirmed": "1"})
    work()
    assert {read(agency, page).state for page in (first, second)} == {"SUSPENDED"}
    assert "Work on 2 sites was started" in texts(client, "/sites/bulk/")


@pytest.mark.parametrize(
    "data", [{"action": "restart"}, {"action": "explode", "ids": "site_x"}, {}]
)
def test_nothing_chosen_is_told(client, data) -> None:
    answer = client.post("/sites/bulk/", data, follow=True)

    assert "Choose at least one site" in answer.content.decode()
    assert "Nothing was started lately" in texts(client, "/sites/bulk/")


def test_viewer_sees_no_tools(client_for, viewer, client, add) -> None:
    page = add()
    looking = client_for(viewer)

    assert "data-select-row" not in texts(looking, "/sites/")
    shown = texts(looking, page)
    assert f"{page}clone/" not in shown
    assert "PHP 8.3" in shown


@pytest.mark.parametrize("page", ["/sites/", "detail"])
def test_number_of_queries_does_not_grow(client, add, django_assert_num_queries, page) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    one = add()
    client.get("/sites/")
    with CaptureQueriesContext(connection) as before:
        client.get(one if page == "detail" else page)
    for name in ("Second", "Third"):
        add(name)

    with CaptureQueriesContext(connection) as after:
        client.get(one if page == "detail" else page)

    assert len(after) == len(before)
