"""The sentence above the status page follows from what was measured and what was written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portals.monitoring.vitals import Condition, record_pulse
from portals.shared.service_status import PartStatus, find_gravest, judge_service, measure_parts
from tenants.customers.models import Incident
from tenants.models import MailMessage
from tenants.states import MailState


def _part(condition: Condition) -> PartStatus:
    return PartStatus(name="", text="", state="", condition=condition)


def _incident(impact: str, state: str = "INVESTIGATING") -> Incident:
    return Incident(impact=impact, state=state)


@pytest.mark.parametrize(
    ("condition", "incidents", "said"),
    [
        (Condition.OK, [], "Everything works"),
        (Condition.OK, [_incident("MAINTENANCE", "PLANNED")], "Everything works"),
        (Condition.OK, [_incident("MAINTENANCE", "RUNNING")], "Maintenance is under way"),
        (Condition.OK, [_incident("MINOR")], "Something does not work as usual"),
        (Condition.DEGRADED, [], "Something does not work as usual"),
        (Condition.OK, [_incident("MINOR"), _incident("MAJOR")], "Something does not work"),
        (Condition.DOWN, [_incident("MINOR")], "Something does not work"),
    ],
)
def test_the_worst_is_said(condition, incidents, said):
    assert judge_service([_part(Condition.OK), _part(condition)], incidents) == said


def test_the_gravest_incident_is_the_one_that_is_felt_most():
    minor, major, other = _incident("MINOR"), _incident("MAJOR"), _incident("MAJOR")

    assert find_gravest([]) is None
    assert find_gravest([_incident("MAINTENANCE"), minor]) is minor
    assert find_gravest([minor, major, other]) is major


def _states() -> list[str]:
    return [part.state for part in measure_parts(at=timezone.now())]


@pytest.mark.django_db
def test_parts_are_measured_now():
    assert _states() == ["UP", "DOWN", "DOWN"]  # no worker has answered

    record_pulse("default")
    record_pulse("operations")
    assert _states() == ["UP", "UP", "UP"]

    MailMessage.objects.create(
        sender="a@example.com",
        recipient="b@example.com",
        subject="Late",
        text="Late",
        state=MailState.QUEUED,
        due_at=timezone.now() - timedelta(minutes=20),
    )
    assert _states() == ["UP", "UP", "DEGRADED"]
