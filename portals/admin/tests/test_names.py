"""Short names of rows, in words."""

from __future__ import annotations

import pytest

from portals.admin.names import name_actor, tell_entry
from spotex.kernel.events import list_event_types
from spotex.kernel.models import ActivityEntry


def _entry(**fields: str) -> ActivityEntry:
    return ActivityEntry(**{"event": "tenants.agency.suspended", "via": "BROWSER", **fields})


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"actor_name": "Anna", "actor_role": "OWNER"}, "Anna (Owner)"),
        ({"actor_name": "Sofia", "actor_role": "STAFF"}, "Sofia (Spotex staff)"),
        ({"actor_name": "System", "actor_role": "SYSTEM"}, "The platform"),
        ({"actor_name": "Anna", "impersonator_name": "Sofia"}, "Anna (support: Sofia)"),
        ({"actor_name": "Anna", "actor_role": "NEW"}, "Anna (NEW)"),
        ({"actor_name": "API key Cash", "actor_role": "API_KEY"}, "API key Cash"),
        ({}, "Somebody"),
    ],
)
def test_whoever_did_it_is_named_with_the_role(fields, name) -> None:
    assert name_actor(_entry(**fields)) == name


def test_a_line_reads_as_a_sentence() -> None:
    entry = _entry(actor_name="Sofia", actor_role="STAFF", subject_name="Acme")

    assert tell_entry(entry) == "Sofia (Spotex staff) suspended the agency Acme"


def test_every_event_of_the_platform_reads_as_a_sentence() -> None:
    audited = {kind.name for kind in list_event_types() if kind.audited}

    bare = {name for name in audited if name in tell_entry(_entry(event=name, actor_name="Sofia"))}

    assert {name for name in bare if not name.startswith("test")} == set()


def test_an_event_without_a_sentence_keeps_its_name() -> None:
    assert tell_entry(_entry(event="a.b.c")) == "a.b.c"
    assert tell_entry(_entry(event="a.b.c", subject_name="X")) == "a.b.c · X"
