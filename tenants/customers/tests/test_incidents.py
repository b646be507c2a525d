"""Incidents: told by those who speak for the agency, kept as they were said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.customers.access import access_incident
from tenants.customers.models import Incident, IncidentUpdate
from tenants.customers.selectors import (
    list_incidents_of,
    list_open_incidents,
    list_past_incidents,
    list_updates_of,
)
from tenants.customers.services import incidents
from tenants.customers.services.incidents import (
    IncidentStateUnfit,
    IncidentTextMissing,
    StaleIncident,
    TooManyIncidents,
    change_incident,
    open_incident,
    write_update,
)
from tenants.permissions import GRANTABLE, SUPPORT_WORK, Permission

pytestmark = pytest.mark.usefixtures("in_agency")
NOW = timezone.now()


def _open(actor, *, impact="MINOR", title="Slow mail", message="We look into it.") -> Incident:
    return open_incident(actor=actor, title=title, impact=impact, message=message, at=NOW)


def _say(incident, actor, state, **more) -> Incident:
    return write_update(incident, actor=actor, state=state, message="News.", at=NOW, **more)


@pytest.mark.parametrize(
    ("impact", "first"),
    [("MINOR", "INVESTIGATING"), ("MAJOR", "INVESTIGATING"), ("MAINTENANCE", "PLANNED")],
)
def test_an_incident_begins_with_the_first_state_of_its_kind(owner_actor, impact, first):
    incident = _open(owner_actor, impact=impact, title="  Slow mail ", message=" Hm. ")

    said = list_updates_of(incident).get()
    assert (incident.title, incident.state, incident.ended_at) == ("Slow mail", first, None)
    assert (said.state, said.message, said.written_at) == (first, "Hm.", NOW)
    assert list(list_open_incidents()) == [incident]


def test_it_is_over_with_its_last_state_and_open_again_with_another(owner_actor):
    incident = _open(owner_actor)
    later = NOW + timedelta(hours=1)

    over = write_update(incident, actor=owner_actor, state="RESOLVED", message="Ok.", at=NOW)
    after = write_update(over, actor=owner_actor, state="RESOLVED", message="Why.", at=later)
    assert (after.ended_at, list(list_open_incidents())) == (NOW, [])
    assert list(list_past_incidents(at=later)) == [incident]

    again = _say(incident, owner_actor, "MONITORING")
    assert again.ended_at is None
    assert list(list_open_incidents()) == [incident]
    assert list(list_past_incidents(at=later)) == []


def test_what_ended_long_ago_is_not_shown(owner_actor):
    incident = _say(_open(owner_actor), owner_actor, "RESOLVED")

    assert list(list_past_incidents(at=NOW + timedelta(days=89))) == [incident]
    assert list(list_past_incidents(at=NOW + timedelta(days=90))) == []


def test_everything_said_leaves_a_line_with_before_and_after(owner_actor):
    incident = _open(owner_actor)
    _say(incident, owner_actor, "IDENTIFIED")
    change_incident(incident, actor=owner_actor, title="No mail", impact="MAJOR")
    change_incident(incident, actor=owner_actor, title="No mail", impact="MAJOR")

    lines = ActivityEntry.objects.filter(subject_public_id=incident.public_id).order_by("pk")
    assert [(line.event, line.details) for line in lines] == [
        ("customers.incident.opened", {"impact": [None, "MINOR"]}),
        ("customers.incident.updated", {"state": ["INVESTIGATING", "IDENTIFIED"]}),
        (
            "customers.incident.changed",
            {"title": ["Slow mail", "No mail"], "impact": ["MINOR", "MAJOR"]},
        ),
    ]


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(owner_actor):
    incident = _open(owner_actor)
    _say(incident, owner_actor, "IDENTIFIED", version=1)

    with pytest.raises(StaleIncident):
        _say(incident, owner_actor, "RESOLVED", version=1)
    with pytest.raises(StaleIncident):
        change_incident(incident, actor=owner_actor, title="X", impact="MINOR", version=1)

    assert list_updates_of(incident).count() == 2


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_blank_texts_are_refused_and_nothing_is_kept(owner_actor, blank):
    for field in ("title", "message"):
        with pytest.raises(IncidentTextMissing) as caught:
            _open(owner_actor, **{field: blank})
        assert caught.value.field == field

    assert not Incident.objects.exists()


def test_states_and_impacts_of_the_other_kind_are_refused(owner_actor):
    trouble, work = _open(owner_actor), _open(owner_actor, impact="MAINTENANCE")

    for incident, state in ((trouble, "DONE"), (work, "RESOLVED"), (work, "")):
        with pytest.raises(IncidentStateUnfit):
            _say(incident, owner_actor, state)
    for incident, impact in ((trouble, "MAINTENANCE"), (work, "MAJOR"), (work, "HUGE")):
        with pytest.raises(IncidentStateUnfit):
            change_incident(incident, actor=owner_actor, title="X", impact=impact)


def test_open_incidents_and_updates_have_a_limit(owner_actor, monkeypatch):
    monkeypatch.setattr(incidents, "OPEN_INCIDENTS", 1)
    monkeypatch.setattr(incidents, "UPDATES", 2)
    over = _say(_open(owner_actor), owner_actor, "RESOLVED")
    _open(owner_actor)

    with pytest.raises(TooManyIncidents):
        _open(owner_actor)
    with pytest.raises(TooManyIncidents):
        _say(over, owner_actor, "MONITORING")
    with pytest.raises(TooManyIncidents):
        _say(over, owner_actor, "RESOLVED")


def test_only_who_speaks_for_the_agency_finds_it_to_write(
    owner_actor, colleague_actor, viewer_actor, contact_actor, other_actor, other_agency
):
    incident = _open(owner_actor)

    assert access_incident(owner_actor, incident.public_id) == incident
    for actor in (colleague_actor, viewer_actor):
        assert not list_incidents_of(actor).exists()
        with pytest.raises(NotAllowed):
            access_incident(actor, incident.public_id)
    for actor in (contact_actor, replace(owner_actor, customer_id=1)):
        assert not list_incidents_of(actor).exists()
        with pytest.raises(Missing):
            access_incident(actor, incident.public_id)
    with agency_scope(other_agency), pytest.raises(Missing):
        access_incident(other_actor, incident.public_id)


def test_neither_programs_nor_support_speak_for_the_agency(owner_actor):
    assert Permission.STATUS_MANAGE not in GRANTABLE | SUPPORT_WORK
    with pytest.raises(Missing):
        _open(replace(owner_actor, agency_id=None))


def test_the_database_refuses_an_end_without_its_state(owner_actor):
    incident = _open(owner_actor)

    for values in ({"ended_at": NOW}, {"state": "RESOLVED"}):
        with pytest.raises(IntegrityError, match="over_since"), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(**values)


def test_rows_have_a_name(owner_actor):
    assert str(_open(owner_actor)) == "Slow mail"
    assert str(IncidentUpdate.objects.get()) == "We look into it."
