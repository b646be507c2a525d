"""P14: agencies behind PgBouncer in transaction mode, against django-tenants and plain Django."""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import environ
from django.db import ProgrammingError, connection, connections
from django.http import HttpRequest, JsonResponse
from django.test import RequestFactory

from bench.measure import Result, paired_seconds
from bench.peers.backends import open_plain, open_stock
from bench.world import ensure_agencies
from spotex.kernel.tenancy import agency_scope
from spotex.runtime.parts.pgbouncer import find_pgbouncer
from spotex.runtime.pgbouncer import running_pgbouncer
from tenants.customers.models import Customer
from tenants.models import Plan

AGENCIES: Final = 20
THREADS: Final = 8
READS: Final = 400
REQUESTS: Final = 1
ROUNDS: Final = 1_500
"""Short windows in turn: a busy machine disturbs both alike."""
POOL_SIZE: Final = 4


def run() -> Iterator[Result]:
    """Count wrong rows of both, then time a view of one query."""
    program = find_pgbouncer()
    if program is None:
        return
    schemas = [agency.schema_name for agency in ensure_agencies(AGENCIES)]
    for schema in schemas:
        with agency_scope(schema):
            Customer.objects.get_or_create(name=schema, email="a@example.test")
    direct = connection.settings_dict
    server = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(direct)
    with (
        tempfile.TemporaryDirectory() as directory,
        running_pgbouncer(
            program, Path(directory), server_url=server, pool_size=POOL_SIZE
        ) as address,
    ):
        pooled = {**direct, **environ.Env.db_url_config(address), "OPTIONS": {}}
        yield _compare({**pooled, "CONN_HEALTH_CHECKS": False}, schemas)


def _compare(settings: dict[str, Any], schemas: list[str]) -> Result:
    ours = type(connection.copy())({**settings, "POOLER": "transaction"}, "ours")
    wrong = _count_wrong(schemas, open_one=ours.copy, read=_read_ours)
    wrong_stock = _count_wrong(schemas, open_one=lambda: open_stock(settings), read=_read_stock)
    connections["ours"], connections["plain"] = ours, open_plain(settings)
    request = RequestFactory().get("/")

    in_turn = itertools.cycle(schemas)

    def through_ours() -> None:
        for _ in range(REQUESTS):
            with agency_scope(next(in_turn)):
                _view(request, using="ours")

    def through_plain() -> None:
        for _ in range(REQUESTS):
            _view(request, using="plain")

    through_ours()
    mine, plain = paired_seconds(through_ours, through_plain, rounds=ROUNDS)
    for alias in ("ours", "plain"):
        connections[alias].close()
        del connections[alias]
    return Result(
        number="P14",
        what=(
            f"one-query view behind PgBouncer, {len(schemas)} agencies in turn (wrong answers: "
            f"{wrong} of {THREADS * READS}; django-tenants' backend: {wrong_stock})"
        ),
        peer="plain Django behind it",
        ours_seconds=mine / REQUESTS,
        peer_seconds=plain / REQUESTS,
        target=0.0 if wrong else 1.10,
    )


def _view(_request: HttpRequest, *, using: str) -> JsonResponse:
    return JsonResponse({"plans": list(Plan.objects.using(using).values())})


def _count_wrong(
    schemas: list[str],
    *,
    open_one: Callable[[], Any],
    read: Callable[[Any, str], list[Any]],
) -> int:
    """Read from many threads; return how many answers were not the asked agency's."""

    def work(number: int) -> int:
        choose = random.Random(number)
        wrapper = open_one()
        try:
            asked = (choose.choice(schemas) for _ in range(READS))
            return sum(read(wrapper, schema) != [(schema,)] for schema in asked)
        finally:
            wrapper.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, range(THREADS)))


_ROWS: Final = "SELECT name FROM customers_customer WHERE email = 'a@example.test'"


def _read_ours(wrapper: Any, schema: str) -> list[Any]:
    with agency_scope(schema):
        return _read(wrapper)


def _read_stock(wrapper: Any, schema: str) -> list[Any]:
    wrapper.set_schema(schema)
    try:
        return _read(wrapper)
    except ProgrammingError:  # it was in a schema that has no such table
        return []


def _read(wrapper: Any) -> list[Any]:
    with wrapper.cursor() as cursor:
        cursor.execute(_ROWS)
        rows: list[Any] = cursor.fetchall()
        return rows
