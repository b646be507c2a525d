"""Vitals: each part's own failure is seen, and only there."""

from __future__ import annotations

import shutil
import socket
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from portals.monitoring.vitals import (
    Condition,
    Vital,
    measure_vitals,
    record_pulse,
    worst_of,
)
from tenants.models import DueWork, MailMessage
from tenants.states import MailState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _workers_answer() -> None:
    record_pulse("default")
    record_pulse("operations")


def _conditions() -> dict[str, Condition]:
    return {vital.name: vital.condition for vital in measure_vitals(at=timezone.now())}


def _waiting_mail(*, minutes: int) -> None:
    MailMessage.objects.create(
        sender="a@example.com",
        recipient="b@example.com",
        subject="Late",
        text="Late",
        state=MailState.QUEUED,
        due_at=timezone.now() - timedelta(minutes=minutes),
    )


def test_everything_is_well_when_workers_answer_and_nothing_waits():
    conditions = _conditions()

    assert set(conditions.values()) == {Condition.OK}
    assert set(conditions) == {
        "database",
        "redis",
        "background",
        "site_work",
        "mail",
        "due_work",
        "operations",
        "live",
        "disk",
    }


@pytest.mark.parametrize(
    ("minutes", "condition"),
    [(1, Condition.OK), (11, Condition.DEGRADED), (61, Condition.DOWN)],
)
def test_mail_that_waits_makes_mail_ill(minutes, condition):
    _waiting_mail(minutes=minutes)

    conditions = _conditions()

    assert conditions.pop("mail") == condition
    assert set(conditions.values()) == {Condition.OK}


def test_appointments_nobody_keeps_are_seen_and_failing_ones_are_not_taken_for_them():
    late = timezone.now() - timedelta(minutes=20)
    DueWork.objects.create(kind="x.y", key="failing", due_at=late, attempts=3)
    assert _conditions()["due_work"] == Condition.OK

    DueWork.objects.create(kind="x.y", key="forgotten", due_at=late)

    assert _conditions()["due_work"] == Condition.DEGRADED


def test_a_queue_without_a_worker_is_down_and_the_other_is_not():
    cache.delete("pulse:operations")

    conditions = _conditions()

    assert conditions["site_work"] == Condition.DOWN
    assert conditions["background"] == Condition.OK


def test_a_worker_that_fell_silent_is_down():
    cache.set("pulse:default", time.time() - 91)

    assert _conditions()["background"] == Condition.DOWN


def test_a_live_process_that_does_not_answer_is_down(settings, tmp_path):
    settings.SPOTEX_RUN_DIR = str(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "live.sock"))
        server.listen(1)
        assert _conditions()["live"] == Condition.OK

    assert _conditions()["live"] == Condition.DOWN


@pytest.mark.parametrize(
    ("free", "condition"),
    [(3_000_000_000, Condition.OK), (10**9, Condition.DEGRADED), (10**8, Condition.DOWN)],
)
def test_a_disk_that_fills_is_seen_before_it_is_full(monkeypatch, free, condition):
    usage = shutil._ntuple_diskusage(10**12, 10**12 - free, free)
    monkeypatch.setattr("portals.monitoring.vitals.shutil.disk_usage", lambda _path: usage)

    assert _conditions()["disk"] == condition


def test_the_whole_is_as_bad_as_its_worst_part():
    ok = Vital(name="a", condition=Condition.OK)
    degraded = Vital(name="b", condition=Condition.DEGRADED)
    down = Vital(name="c", condition=Condition.DOWN)

    assert worst_of([]) == Condition.OK
    assert worst_of([ok, degraded]) == Condition.DEGRADED
    assert worst_of([down, ok, degraded]) == Condition.DOWN
