"""Every kind of due work has a handler that any worker can call."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from spotex.celery import app
from tenants.due import list_due_handlers

HANDLERS = dict(list_due_handlers())
LABELS = {config.label for config in apps.get_app_configs()}
EXPECTED = "(*, key: 'str', agency_id: 'int | None', at: 'datetime') -> 'datetime | None'"


@pytest.mark.parametrize("kind", HANDLERS)
def test_a_kind_is_dotted_and_names_its_app(kind: str) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", kind)
    assert kind.partition(".")[0] in LABELS
    assert len(kind) <= 60


@pytest.mark.parametrize("kind", HANDLERS)
def test_a_handler_takes_exactly_these_arguments_by_name(kind: str) -> None:
    handler = HANDLERS[kind]

    assert str(inspect.signature(handler)) == EXPECTED
    assert handler.__module__.endswith(".due_handlers")
    assert handler.__doc__


def test_every_module_of_handlers_was_found() -> None:
    base = Path(settings.BASE_DIR)
    files = {
        ".".join(path.relative_to(base).with_suffix("").parts)
        for context in ("spotex", "tenants", "hosting", "booking", "catalog", "support", "portals")
        for path in (base / context).rglob("due_handlers.py")
    }

    assert files == {handler.__module__ for handler in HANDLERS.values()}


def test_the_work_is_looked_for() -> None:
    periodic = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert "tenants.run_due_work" in periodic
