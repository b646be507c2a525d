"""P1: an agency's schema from the blueprint, against migrating an empty schema."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from bench.measure import Result, median_seconds
from spotex.kernel.tenancy import agency_scope
from tenants.blueprint import build_schema, ensure_blueprint

_numbers = itertools.count()


def run() -> Iterator[Result]:
    """Measure both ways of making the same schema."""
    ensure_blueprint()
    yield Result(
        number="P1",
        what="schema of a new agency (cold)",
        peer="migrating an empty schema",
        ours_seconds=median_seconds(_build, rounds=9),
        peer_seconds=median_seconds(_migrate, rounds=3),
        target=1 / 20,
    )


def _new_name() -> str:
    return f"bench_{next(_numbers)}_{secrets.token_hex(3)}"


def _build() -> None:
    with transaction.atomic():
        build_schema(_new_name())


def _migrate() -> None:
    name = _new_name()
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{name}"')
    with agency_scope(name):
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
