"""The status page and the pages on which an agency writes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portals.monitoring.vitals import record_pulse
from portals.templatetags import ui
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Incident
from tenants.customers.services.incidents import open_incident, write_update
from tenants.customers.states import IncidentState
from tenants.states import PortalName

LIST = "/settings/status/"
BODY = {"title": "Slow mail", "impact": "MAJOR", "message": "We look\ninto it <b>now</b>."}
PORTALS = [PortalName.AGENCY, PortalName.CUSTOMER]


@pytest.fixture(autouse=True)
def _workers_answer() -> None:
    record_pulse("default")
    record_pulse("operations")


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


@pytest.fixture
def incident(agency, owner_actor) -> Incident:
    return _open(agency, owner_actor)


def _open(agency, actor, **more) -> Incident:
    with agency_scope(agency):
        return open_incident(actor=actor, at=timezone.now(), **{**BODY, **more})


def _end(agency, actor, incident: Incident, *, days_ago: int = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    with agency_scope(agency):
        write_update(incident, actor=actor, state="RESOLVED", message="It works again.", at=at)


def _text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("portal", PORTALS)
def test_anybody_reads_the_status_in_the_agencys_brand(client_for, incident, portal):
    text = _text(client_for(portal=portal).get("/status/"))

    assert "Something does not work" in text
    assert "Slow mail" in text
    assert "into it &lt;b&gt;now&lt;/b&gt;." in text
    assert "Studio Acme" in text
    assert "spotex" not in text.lower()


@pytest.mark.parametrize("portal", PORTALS)
def test_another_agencys_status_page_knows_nothing(client_for, incident, other_agency, portal):
    text = _text(client_for(portal=portal, agency=other_agency).get("/status/"))

    assert "Everything works" in text
    assert "Slow mail" not in text


def test_the_page_says_what_does_not_work_without_anybody_writing(client_for, agency):
    cache.delete("pulse:operations")

    text = _text(client_for(portal=PortalName.CUSTOMER).get("/status/"))

    assert "Something does not work" in text
    assert text.count("Not available") == 1
    assert "Nothing was reported." in text


def test_what_is_over_stays_for_ninety_days(client_for, agency, owner_actor):
    _end(agency, owner_actor, _open(agency, owner_actor, title="Lately"), days_ago=80)
    _end(agency, owner_actor, _open(agency, owner_actor, title="Long ago"), days_ago=91)

    text = _text(client_for().get("/status/"))

    assert "Everything works" in text
    assert "Lately" in text
    assert "It works again." in text
    assert "Long ago" not in text


def test_many_past_incidents_have_pages_and_nonsense_shows_one(client_for, agency, owner_actor):
    for number in range(11):
        _end(agency, owner_actor, _open(agency, owner_actor, title=f"Incident-{number:02}"))

    first, second, nonsense = (
        _text(client_for().get(f"/status/?page={page}")) for page in ("1", "2", "%00x")
    )

    assert [text.count("Incident-") for text in (first, second, nonsense)] == [10, 1, 10]


def _count(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_queries_do_not_grow_with_incidents(client_for, client, agency, owner_actor, contact):
    at_home = client_for(contact.user, portal=PortalName.CUSTOMER)
    pages = [(client_for(), "/status/"), (client, LIST), (at_home, "/")]
    counts = []
    for more in (1, 2):
        for _ in range(more):
            _open(agency, owner_actor)
            _end(agency, owner_actor, _open(agency, owner_actor))
        for browser, path in pages:
            browser.get(path)
        counts.append([_count(*page) for page in pages])

    assert counts[0] == counts[1]


def test_the_owner_reports_updates_and_corrects(client, agency):
    made = client.post(f"{LIST}new/", BODY)
    page = made["Location"]
    body = {"state": "RESOLVED", "message": "Over.", "version": 1}
    assert client.post(page, body).status_code == 302
    body = {"title": "No mail", "impact": "MINOR", "version": 2}
    assert client.post(f"{page}edit/", body).status_code == 302

    text = _text(client.get(page))
    assert "No mail" in text
    assert text.index("Over.") < text.index("We look<br>into it")
    assert "No mail" in _text(client.get(LIST))
    assert _text(client.get("/settings/activity/")).count("on the status page") == 3


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"title": "a\0b"},
        {"impact": "HUGE"},
        {"impact": ""},
        {"message": " "},
        {"message": "x" * 2_001},
    ],
)
def test_bad_input_is_refused_with_the_text_kept(client, agency, bad):
    response = client.post(f"{LIST}new/", {**BODY, **bad})

    assert response.status_code == 422
    with agency_scope(agency):
        assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"state": "DONE"},
        {"state": ""},
        {"message": ""},
        {"version": ""},
        {"version": "9" * 30},
        {"version": "x"},
    ],
)
def test_a_bad_update_is_refused(client, agency, incident, bad):
    body = {"state": "RESOLVED", "message": "Over.", "version": 1, **bad}

    assert client.post(f"{LIST}{incident.public_id}/", body).status_code == 422
    with agency_scope(agency):
        assert incident.updates.count() == 1


def test_an_incident_cannot_become_a_maintenance(client, incident):
    body = {"title": "X", "impact": "MAINTENANCE", "version": 1}

    response = client.post(f"{LIST}{incident.public_id}/edit/", body)

    assert response.status_code == 422
    assert "Maintenance:" not in response.content.decode()


def test_a_stale_form_says_so_keeps_the_text_and_can_be_sent_again(
    client, agency, owner_actor, incident
):
    page = f"{LIST}{incident.public_id}/"
    with agency_scope(agency):
        at = timezone.now()
        write_update(incident, actor=owner_actor, state="IDENTIFIED", message="Found.", at=at)
    update = {"state": "RESOLVED", "message": "My own words.", "version": 1}
    change = {"title": "My title", "impact": "MINOR", "version": 1}

    for path, body, kept in ((page, update, "My own words."), (f"{page}edit/", change, "My title")):
        response = client.post(path, body)
        text = response.content.decode()
        assert response.status_code == 409
        assert "This incident changed meanwhile." in text
        assert kept in text
        assert 'name="version" value="2"' in text

    assert client.post(page, {**update, "version": 2}).status_code == 302


def test_colleagues_without_the_permission_are_refused(client_for, colleague, incident):
    client = client_for(colleague)

    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}new/", BODY).status_code == 403
    assert client.get(f"{LIST}{incident.public_id}/").status_code == 403


def test_customers_see_the_gravest_open_incident_first(
    client_for, agency, owner_actor, contact, incident
):
    client = client_for(contact.user, portal=PortalName.CUSTOMER)
    _open(agency, owner_actor, title="Works", impact="MAINTENANCE")

    text = _text(client.get("/"))
    assert "Slow mail" in text
    assert "2 incidents are open" in text
    assert 'href="/status/"' in text

    _end(agency, owner_actor, incident)
    text = _text(client.get("/"))
    assert "Works" in text
    assert "incidents are open" not in text


def test_the_sign_in_page_leads_to_the_status(client_for, agency):
    client = client_for(portal=PortalName.CUSTOMER)

    assert 'href="/status/"' in _text(client.get("/accounts/login/"))
    assert 'href="/status/"' not in _text(client.get("/status/"))


@pytest.mark.parametrize("state", IncidentState)
def test_every_state_has_a_look(state):
    assert state.value in ui.STATES
