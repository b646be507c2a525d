"""Every event has a dotted name and happens somewhere; every transition tells one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from spotex.kernel.events import Event, list_event_types

CONTEXTS = ("tenants", "hosting", "booking", "catalog", "support", "portals")
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for context in CONTEXTS
    for path in (Path(settings.BASE_DIR) / context).rglob("*.py")
    if "tests" not in path.parts and "migrations" not in path.parts
}


def _every_event(kind: type[Event] = Event) -> list[type[Event]]:
    found = []
    for child in kind.__subclasses__():
        if not child.__module__.split(".")[-1].startswith("test_"):
            found += [child, *_every_event(child)]
    return found


EVENTS = _every_event()
INNER_SIGNALS = {
    *("MailQueued", "AgencyChanged", "FactorEvent", "SiteChanged", "SubscriptionEvent"),
    *("DomainChanged", "DomainCheckRequested", "DomainInspected", "ExportEvent", "ClosureEvent"),
    # Bases of the events of booking, and holds, which are too many for a trail.
    *(
        "LocationEvent",
        "SpaceChanged",
        "CalendarChanged",
        "ReservationEvent",
        "SpaceHeld",
        "HoldReleased",
    ),
    *("PaymentEvent", "PaymentPlaced", "PaymentMoved", "RefundEvent", "WishEvent"),
    *("FeedEvent", "OutsideCalendarEvent", "WidgetSiteEvent", "EquipmentEvent"),
    *("PackageEvent", "CreditEvent"),
    "ReportReady",
}


def test_unnamed_events_are_unnamed_on_purpose() -> None:
    assert {kind.__name__ for kind in EVENTS if not kind.name} == INNER_SIGNALS


@pytest.mark.parametrize("kind", [kind for kind in EVENTS if kind.name], ids=lambda k: k.name)
def test_an_event_has_a_dotted_name_of_its_own(kind: type[Event]) -> None:
    same = [other for other in list_event_types() if other.name == kind.name]

    assert re.fullmatch(r"[a-z]+\.[a-z_]+\.[a-z_]+", kind.name)
    assert same == [kind]
    assert "events" in kind.__module__.split(".")
    assert kind.__doc__


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_happens_somewhere(kind: type[Event]) -> None:
    used = [
        path
        for path, text in SOURCES.items()
        if re.search(rf"\b{kind.__name__}\b(?!\(Event\))", text)
        and "events" not in path.with_suffix("").parts
    ]

    assert used


def test_receivers_are_the_only_ones_who_enqueue() -> None:
    enqueuing = {
        path.name
        for path, text in SOURCES.items()
        if re.search(r"\.(delay|delay_on_commit|apply_async)\(", text)
    }

    assert enqueuing - {"fake.py"} == {"receivers.py", "tasks.py"}
