from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import transaction

from spotex.kernel.actor import Actor
from spotex.kernel.events import Event, after_commit, on, publish
from spotex.kernel.models import ActivityEntry

heard: list[str] = []


@dataclass(frozen=True, kw_only=True)
class BellRung(Event):
    name: ClassVar[str] = "test.bell.rung"


@on(BellRung)
def write_down(event: BellRung) -> None:
    heard.append("inside")


@after_commit(BellRung)
def wake_up(event: BellRung) -> None:
    heard.append("after")
    raise ValueError("a receiver after the commit may fail")


@pytest.fixture(autouse=True)
def _silence() -> None:
    heard.clear()


ACTOR = Actor(user_id=7, user_public_id="user_7", name="Rita", role="OWNER")


@pytest.mark.django_db
def test_publish_runs_receivers_inside_and_after(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        publish(BellRung(actor=ACTOR))
        assert heard == ["inside"]

    assert heard == ["inside", "after"]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_the_event_back() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        publish(BellRung(actor=ACTOR, subject_public_id="bell_1"))
        raise RuntimeError

    assert heard == ["inside"]
    assert not ActivityEntry.objects.filter(subject_public_id="bell_1").exists()


@pytest.mark.django_db
def test_every_event_leaves_a_line_in_the_audit_trail() -> None:
    publish(
        BellRung(actor=ACTOR, subject_public_id="bell_2", details={"tone": ["a", "b"]}),
    )

    entry = ActivityEntry.objects.get(subject_public_id="bell_2")
    assert (entry.event, entry.actor_name, entry.details) == (
        "test.bell.rung",
        "Rita",
        {"tone": ["a", "b"]},
    )
