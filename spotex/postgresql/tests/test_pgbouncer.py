"""Many threads, many agencies, few server sessions: a real PgBouncer in transaction mode."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest
from django.db import connections, transaction

from spotex.kernel.tenancy import agency_scope
from spotex.postgresql.base import DatabaseWrapper
from spotex.postgresql.tests.conftest import ALIAS, read

pytestmark = [pytest.mark.pgbouncer, pytest.mark.django_db]

AGENCIES: Final = [f"pool_{number}" for number in range(20)]
THREADS: Final = 8
ROUNDS: Final = 150
WRITES: Final = 3


@pytest.fixture
def pooler(pgbouncer_settings: dict[str, object]) -> Iterator[DatabaseWrapper]:
    """A connection through the pooler, with a table in the schema of each agency."""
    wrapper = DatabaseWrapper(pgbouncer_settings, ALIAS)
    with wrapper.cursor() as cursor:
        for schema in AGENCIES:
            cursor.execute(
                f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};"
                f"CREATE TABLE {schema}.note (text text);"
                f"INSERT INTO {schema}.note VALUES ('{schema}')"
            )
    yield wrapper
    with wrapper.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {', '.join(AGENCIES)} CASCADE")
    wrapper.close()


def test_no_row_of_another_agency_is_read_or_written(pooler: DatabaseWrapper) -> None:
    def work(number: int) -> int:
        choose = random.Random(number)
        own = pooler.copy()
        connections[ALIAS] = own
        try:
            return sum(_work_in(choose.choice(AGENCIES), own=own) for _ in range(ROUNDS))
        finally:
            own.close()

    with ThreadPoolExecutor(THREADS) as pool:
        wrong = sum(pool.map(work, range(THREADS)))

    counts = [_count(pooler, schema) for schema in AGENCIES]
    assert wrong == 0
    assert sum(own for own, _ in counts) == THREADS * ROUNDS * WRITES + len(AGENCIES)
    assert [foreign for _, foreign in counts] == [0] * len(AGENCIES)


def _work_in(schema: str, *, own: DatabaseWrapper) -> int:
    """Read and write in one agency; return how many answers were not its own."""
    write = "INSERT INTO note VALUES (%s) RETURNING text"
    with agency_scope(schema):
        seen = {*read(own), *read(own, write, schema)}
        with transaction.atomic(ALIAS):
            seen |= {*read(own, write, schema)}
            with transaction.atomic(ALIAS):
                read(own, write, "undone")
                transaction.set_rollback(True, using=ALIAS)
            seen |= {*read(own, "SELECT current_schema()"), *read(own)}
        with own.cursor() as cursor:
            cursor.executemany("INSERT INTO note VALUES (%s)", [(schema,)])
    return len(seen - {schema})


def _count(wrapper: DatabaseWrapper, schema: str) -> tuple[int, int]:
    with agency_scope(schema):
        rows = read(wrapper)
    return rows.count(schema), len(rows) - rows.count(schema)
