"""P16: what a server process remembers after one connection served many agencies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from django.db import connection

from bench.measure import MemoryResult
from bench.peers.backends import open_stock
from bench.world import AGENCIES, ensure_agencies
from spotex.kernel.tenancy import agency_scope
from spotex.postgresql.base import DatabaseWrapper
from tenants.blueprint import list_tenant_tables

LIMIT_BYTES: Final = 80_000_000
TABLES: Final = 10
_SAMPLE_EVERY: Final = 10


def run() -> Iterator[MemoryResult]:
    """Touch every agency on one connection of each kind, without a pause."""
    schemas = [agency.schema_name for agency in ensure_agencies(AGENCIES)]
    ours = _touch_with_ours(schemas)
    stock = _touch_with_stock(schemas)
    yield MemoryResult(
        number="P16",
        what=f"largest server process after {len(schemas)} agencies, {TABLES} tables of each",
        peer="django-tenants' backend",
        ours_bytes=ours,
        peer_bytes=stock,
        target=LIMIT_BYTES / stock,
    )


def _touch_with_ours(schemas: list[str]) -> int:
    ours = cast("DatabaseWrapper", connection)
    ours.close()
    largest = 0
    for number, schema in enumerate(schemas):
        with agency_scope(schema):
            _touch(ours)
            if number % _SAMPLE_EVERY == 0 or ours.is_worn:
                largest = max(largest, _measure(ours))
    return largest


def _touch_with_stock(schemas: list[str]) -> int:
    stock = open_stock(connection.settings_dict)
    for schema in schemas:
        stock.set_schema(schema)
        _touch(stock)
    private = _measure(stock)
    stock.close()
    return private


def _touch(wrapper: Any) -> None:
    with wrapper.cursor() as cursor:
        for table in list_tenant_tables()[:TABLES]:
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 1')
        cursor.execute(
            "SELECT s.id FROM hosting_site s JOIN customers_customer c ON c.id = s.customer_id"
        )


def _measure(wrapper: Any) -> int:
    """Return the private memory of the server process behind a connection, in bytes."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    lines = Path(f"/proc/{number}/smaps_rollup").read_text(encoding="ascii").splitlines()
    kilobytes = (int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return sum(kilobytes) * 1_024
