"""Many agencies: what grows with them, and what must not. Counts, never times.

Fifty show it as well as two hundred do; ``SPOTEX_THOROUGH=1`` makes two hundred.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from spotex.kernel.actor import Via
from tenants import due
from tenants.due import claim_due_work, due_handler, run_due_work, schedule_due
from tenants.migrating.run import find_outdated
from tenants.models import Agency, SchemaMigration, User
from tenants.services.agencies import create_agency
from tenants.states import Tier
from tenants.tests.factories import NOON
from tenants.tests.migrations_of_tests import (
    ADD_FIELD,
    AddMigration,
    migration_adder,  # noqa: F401  a fixture
)

AGENCIES = 200 if os.environ.get("SPOTEX_THOROUGH") else 50
BROKEN = "agency-027"
KIND = "tests.visit"

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def _count_statements_of_migrate() -> int:
    with CaptureQueriesContext(connection) as queries:
        call_command("migrate_schemas", verbosity=0)
    return len(queries)


def _create_agencies() -> None:
    owner = User.objects.get(email="owner@acme.test")
    for number in range(Agency.objects.count(), AGENCIES):
        slug = f"agency-{number:03}"
        create_agency(name=slug, slug=slug, tier=Tier.STARTER, owner=owner, via=Via.COMMAND)


def _verify() -> str:
    out = StringIO()
    call_command("verify_schemas", stdout=out)
    return out.getvalue()


def _count_statements_of_due_work() -> tuple[int, set[int | None]]:
    visited: set[int | None] = set()

    def visit(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
        visited.add(agency_id)
        return None

    due_handler(KIND)(visit)
    try:
        for number, agency in enumerate(Agency.objects.order_by("pk")):
            at = NOON if number < 10 else NOON + timedelta(days=1)
            schedule_due(KIND, key=agency.public_id, at=at, agency_id=agency.pk)
        with CaptureQueriesContext(connection) as queries:
            for claim in claim_due_work(at=NOON):
                run_due_work(claim, at=NOON)
    finally:
        del due._handlers[KIND]
    return len(queries), visited


def test_many_agencies(add_migration: AddMigration) -> None:
    call_command("migrate_schemas", verbosity=0)
    few = _count_statements_of_migrate()
    _create_agencies()

    assert Agency.objects.count() == AGENCIES
    assert _count_statements_of_migrate() == few
    assert _verify() == f"{AGENCIES} schemas are as the migrations say.\n"

    statements, visited = _count_statements_of_due_work()
    assert len(visited) == 10
    assert statements <= 5 + 10 * 5

    schema = Agency.objects.get(slug=BROKEN).schema_name
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {schema}.customers_customer ADD COLUMN probe integer")
    add_migration(ADD_FIELD)
    with pytest.raises(CommandError, match=f"^Not migrated: {BROKEN}\\."):
        call_command("migrate_schemas", stderr=StringIO(), verbosity=0)

    assert {state.label for state in find_outdated()} == {BROKEN}
    assert SchemaMigration.objects.filter(error="").count() == AGENCIES - 1
    with pytest.raises(CommandError, match=f"1 of {AGENCIES} schemas differ: {BROKEN}"):
        call_command("verify_schemas", stderr=StringIO())
