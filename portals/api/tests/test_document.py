"""The committed OpenAPI document is the one that the code makes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from drf_spectacular.validation import validate_schema

from portals.api.schema import build_document

COMMITTED = Path(settings.BASE_DIR) / "docs" / "api" / "schema.yml"
DOCUMENT = build_document()
OPERATIONS = [
    pytest.param(described, id=described["operationId"])
    for path in DOCUMENT["paths"].values()
    for described in path.values()
]


def test_committed_document_is_current() -> None:
    committed = yaml.safe_load(COMMITTED.read_text())

    assert committed == yaml.safe_load(yaml.safe_dump(DOCUMENT)), (
        "run: python manage.py spectacular --file docs/api/schema.yml"
    )


def test_document_is_valid() -> None:
    validate_schema(DOCUMENT)


def test_operations_have_different_names() -> None:
    names = [parameter.id for parameter in OPERATIONS]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("described", OPERATIONS)
def test_every_operation_says_what_it_is(described) -> None:
    assert described["summary"]
    assert described["description"]
    assert described["tags"]
    assert {"400", "401", "404", "429", "503"} <= set(described["responses"])
