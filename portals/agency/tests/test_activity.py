"""The audit trail in the agency's settings and in the customer's portal."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portals.shared import spreadsheets, trail
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.states import PortalName

LIST = "/settings/activity/"


def _line(agency, **values):
    with agency_scope(agency):
        return ActivityEntry.objects.create(
            **{
                "event": "customers.customer.changed",
                "via": "BROWSER",
                "actor_name": "Olga Owner",
                "actor_public_id": "user_1",
                "subject_name": "Trattoria",
                **values,
            }
        )


def _read(answer) -> list[dict[str, str]]:
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_change_is_a_line_with_who_and_from_where(client_for, owner, agency) -> None:
    browser = client_for(owner)
    browser.post(
        "/customers/new/",
        {"name": "Bar Sport", "email": "a@b.test"},
        headers={"user-agent": "Firefox/9"},
    )

    page = browser.get(LIST).content.decode()

    assert "Bar Sport" in page
    assert "In the browser" in page
    with agency_scope(agency):
        entry = ActivityEntry.objects.get(event="customers.customer.created")
    detail = browser.get(f"{LIST}{entry.public_id}/").content.decode()
    assert "Firefox/9" in detail
    assert "127.0.0.1" in detail
    assert entry.portal == "agency"


def test_a_line_shows_values_before_and_after(client_for, owner, agency) -> None:
    entry = _line(
        agency,
        details={"name": ["Old <i>", "New"], "role": "ADMIN", "scopes": [[], ["a", "b"]]},
    )

    page = client_for(owner).get(f"{LIST}{entry.public_id}/").content.decode()

    assert "<del>Old &lt;i&gt;</del>" in page
    assert "a, b" in page
    assert page.index("Old &lt;i&gt;") < page.index("ADMIN</td>")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=tratt", True),
        ("search=nothing", False),
        ("search=olga", True),
        ("person=user_1", True),
        ("person=OLGA", True),
        ("person=user_2", False),
        ("kind=customers.customer", True),
        ("kind=hosting.site", False),
        ("kind=rubbish", True),
        ("via=BROWSER", True),
        ("via=API", False),
        ("subject=cus_9", False),
        ("since=2020-01-01", True),
        ("since=9999-99-99", True),
        ("since=0001-01-01", True),
        ("until=2020-01-01", False),
        ("until=%00", True),
        ("search=%00%00", True),
    ],
)
def test_filters_find_exactly_what_they_say(client_for, owner, agency, query, found) -> None:
    _line(agency, subject_name="Trattoria Unica")
    browser = client_for(owner)

    page = browser.get(f"{LIST}?{query}").content.decode()
    rows = _read(browser.get(f"{LIST}export/?{query}"))

    assert ("Trattoria Unica" in page) == found
    assert ("Trattoria Unica" in {row["subject"] for row in rows}) == found


def test_a_day_ends_at_midnight_of_the_agency(client_for, owner, agency) -> None:
    _line(agency, subject_name="Oggi")
    today = timezone.localdate()
    browser = client_for(owner)

    assert "Oggi" in browser.get(f"{LIST}?until={today + timedelta(days=1)}").content.decode()
    assert "Oggi" not in browser.get(f"{LIST}?until={today - timedelta(days=2)}").content.decode()
    assert "Oggi" not in browser.get(f"{LIST}?since={today + timedelta(days=2)}").content.decode()


def test_pages_are_not_counted(client_for, owner, agency) -> None:
    for number in range(45):
        _line(agency, subject_name=f"Riga{number:02}.")
    browser = client_for(owner)

    with CaptureQueriesContext(connection) as queries:
        first = browser.get(LIST).content.decode()
    last = browser.get(f"{LIST}?page=3").content.decode()
    beyond = browser.get(f"{LIST}?page=999999").content.decode()

    assert not [one for one in queries.captured_queries if "COUNT(" in one["sql"]]
    assert "Riga44." in first
    assert "Riga24." not in first
    assert "page=2" in first
    assert "Riga00." in last
    assert "page=4" not in last
    assert "Riga44." in beyond
    for nonsense in ("-1", "x", "0", "٣"):
        assert "Riga44." in browser.get(f"{LIST}?page={nonsense}").content.decode()


def test_one_and_three_lines_cost_the_same(client_for, owner, agency) -> None:
    browser = client_for(owner)
    counts = []
    for _ in range(2):
        _line(agency)
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        counts.append(len(queries))
        _line(agency)

    assert counts[0] == counts[1]


def test_the_file_holds_all_lines_in_chunks(client_for, owner, agency, monkeypatch) -> None:
    for number in range(5):
        _line(agency, subject_name=f"Riga{number}")
    monkeypatch.setattr(trail, "_CHUNK", 2)

    rows = _read(client_for(owner).get(f"{LIST}export/?search=Riga"))

    assert [row["subject"] for row in rows] == [f"Riga{number}" for number in (4, 3, 2, 1, 0)]
    assert rows[0]["text"] == "Olga Owner changed the data of Riga4"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r", "  =", "\uff1d"])
def test_no_cell_of_the_file_is_a_formula(client_for, owner, agency, begin) -> None:
    _line(agency, subject_name=f"{begin}HYPERLINK(1)", details={"name": ["=1", "b"]})

    (row,) = _read(client_for(owner).get(f"{LIST}export/?search=HYPERLINK"))

    assert row["subject"] == f"'{begin}HYPERLINK(1)"


def test_a_file_that_would_be_too_large_is_refused(client_for, owner, agency, monkeypatch) -> None:
    monkeypatch.setattr(trail, "ROWS_MAX", 1)
    _line(agency, subject_name="Riga")
    browser = client_for(owner)
    assert browser.get(f"{LIST}export/?search=Riga").status_code == 200
    _line(agency, subject_name="Riga")

    answer = browser.get(f"{LIST}export/?search=Riga")

    assert answer.status_code == 422
    assert "choose a shorter period" in answer.content.decode()


def test_viewers_and_neighbours_are_refused(
    client_for, viewer, agency, other_agency, owner
) -> None:
    foreign = _line(other_agency)

    assert client_for(viewer).get(LIST).status_code == 403
    assert client_for(viewer).get(f"{LIST}export/").status_code == 403
    assert client_for(owner).get(f"{LIST}{foreign.public_id}/").status_code == 404


def test_a_customers_administrator_sees_its_own_lines_in_words_only(
    client_for, contact, customer, other_customer, agency
) -> None:
    own, neighbour = customer.public_id, other_customer.public_id
    _line(agency, customer_public_id=own, subject_name="Mio", details={"notes": ["a", "zq7"]})
    _line(agency, customer_public_id=neighbour, subject_name="Altrui")
    _line(agency, event="tenants.branding.changed", subject_name="Marchio")
    _line(agency, event="later.thing.done", customer_public_id=own, subject_name="Ignoto")
    browser = client_for(contact.user, portal=PortalName.CUSTOMER)

    page = browser.get("/activity/").content.decode()

    assert "Mio" in page
    assert not [word for word in ("Altrui", "Marchio", "Ignoto", "zq7") if word in page]
    assert "Mio" not in browser.get("/activity/?search=altro").content.decode()


def test_a_customers_viewer_sees_no_activity(client_for, contact, agency) -> None:
    with agency_scope(agency):
        contact.role = "VIEWER"
        contact.save()

    browser = client_for(contact.user, portal=PortalName.CUSTOMER)

    assert browser.get("/activity/").status_code == 403
    assert 'href="/activity/"' not in browser.get("/").content.decode()


def test_cells_are_texts() -> None:
    assert [spreadsheets.make_cell(value) for value in (None, 3, "a\0b", "a=b")] == [
        "",
        "3",
        "ab",
        "a=b",
    ]


def test_values_are_written_for_people() -> None:
    details = {"a": [None, True], "b": {"x": 1}, "c": [[{"x": 1}], False], "d": ""}

    shown = [(one.before, one.after) for one in trail.list_changes(details)]

    assert shown == [("–", "yes"), ('[{"x": 1}]', "no"), ("", '{"x": 1}'), ("", "–")]


def test_an_event_without_words_is_shown_by_its_name(client_for, owner, agency) -> None:
    _line(agency, event="later.thing.done", subject_name="Ignoto")
    browser = client_for(owner)

    assert "later.thing.done" in browser.get(f"{LIST}?search=Ignoto").content.decode()
    (row,) = _read(browser.get(f"{LIST}export/?search=Ignoto"))
    assert row["text"] == "later.thing.done"


@pytest.mark.parametrize(
    ("query", "is_open"),
    [("", False), ("?search=bar", False), ("?kind=tenants.member", True), ("?person=x", True)],
)
def test_further_filters_are_open_only_where_they_are_used(
    client_for, owner, *, query: str, is_open: bool
) -> None:
    text = client_for(owner).get(f"/settings/activity/{query}").content.decode()

    assert ('<details class="details filters-more" open>' in text) == is_open
