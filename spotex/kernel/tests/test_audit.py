from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from spotex.kernel.actor import Actor, Via
from spotex.kernel.audit import prune_activity
from spotex.kernel.events import Event, list_event_types, publish
from spotex.kernel.models import ActivityEntry, IdempotencyKey
from spotex.kernel.tenancy import agency_scope
from spotex.kernel.trace import begin_trace, user_agent
from tenants.models import Agency

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=1, email="rita@people.test", via=Via.API, address="192.0.2.7")


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    name: ClassVar[str] = "test.lamp.lit"


@dataclass(frozen=True, kw_only=True)
class LampBlinked(Event):
    name: ClassVar[str] = "test.lamp.blinked"
    audited: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class LampTouched(Event):
    """Has no name: nobody outside hears of it."""


def test_a_line_says_who_did_what_from_where() -> None:
    publish(LampLit(actor=ACTOR, subject_public_id="lamp_1", subject_name="x" * 300))

    entry = ActivityEntry.objects.get(subject_public_id="lamp_1")
    assert (entry.actor_name, entry.via, entry.address) == ("rita@people.test", "API", "192.0.2.7")
    assert (entry.subject_name, str(entry)) == ("x" * 200, "test.lamp.lit lamp_1")


@pytest.mark.parametrize("kind", [LampBlinked, LampTouched])
def test_inner_signals_leave_no_line(kind: type[Event]) -> None:
    before = ActivityEntry.objects.count()

    publish(kind(actor=ACTOR))

    assert ActivityEntry.objects.count() == before


def test_the_line_is_written_where_it_happened(agency: Agency) -> None:
    with agency_scope(agency):
        publish(LampLit(actor=ACTOR, subject_public_id="lamp_1"))

        assert ActivityEntry.objects.filter(subject_public_id="lamp_1").count() == 1
    assert ActivityEntry.objects.filter(subject_public_id="lamp_1").count() == 0


def test_list_event_types_is_sorted_and_leaves_out_inner_signals() -> None:
    kinds = list_event_types()

    assert LampLit in kinds
    assert LampTouched not in kinds
    assert [kind.name for kind in kinds] == sorted(kind.name for kind in kinds)


def test_names_of_rows() -> None:
    assert str(IdempotencyKey(actor_key="user_1", key="k")) == "user_1 k"


def test_a_line_says_through_which_program_and_for_whom() -> None:
    actor = replace(ACTOR, portal="agency", impersonator_public_id="user_9", impersonator_name="S")
    begin_trace("request-1")
    user_agent.set("Browser/1\0" + "x" * 300)

    publish(LampLit(actor=actor, subject_public_id="lamp_1"))

    entry = ActivityEntry.objects.get(subject_public_id="lamp_1")
    assert (entry.portal, entry.request_id) == ("agency", "request-1")
    assert entry.user_agent == ("Browser/1" + "x" * 300)[:200]
    assert (entry.impersonator_public_id, entry.impersonator_name) == ("user_9", "S")
    begin_trace("-")


@pytest.mark.parametrize("schema", ["public", "agency"])
def test_the_database_refuses_to_change_or_erase_a_line(schema: str, agency: Agency) -> None:
    with agency_scope(agency if schema == "agency" else "public"):
        publish(LampLit(actor=ACTOR, subject_public_id="lamp_1"))
        lines = ActivityEntry.objects.filter(subject_public_id="lamp_1")

        with pytest.raises(IntegrityError), transaction.atomic():
            lines.update(actor_name="Nobody")
        with pytest.raises(IntegrityError), transaction.atomic():
            lines.delete()

        assert lines.get().actor_name == "rita@people.test"


def test_only_pruning_erases_and_only_what_is_older(agency: Agency) -> None:
    with agency_scope(agency):
        publish(LampLit(actor=ACTOR, subject_public_id="lamp_1"))
        lines = ActivityEntry.objects.filter(subject_public_id="lamp_1")

        prune_activity(before=lines.get().created_at)
        kept = ActivityEntry.objects.count()
        assert lines.exists()
        assert prune_activity(before=timezone.now() + timedelta(seconds=1)) == kept

        publish(LampLit(actor=ACTOR, subject_public_id="lamp_1"))
        with pytest.raises(IntegrityError), transaction.atomic():
            lines.delete()
