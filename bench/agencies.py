"""P1: an agency's schema from the blueprint and from a spare, against the stock migration."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from bench.measure import Result, median_seconds
from tenants.blueprint import build_schema, ensure_blueprint
from tenants.spares import keep_spares, make_schema, reserve_schema

ROUNDS = 9
_numbers = itertools.count()


def run() -> Iterator[Result]:
    """Measure three ways of making the same schema."""
    ensure_blueprint()
    stock = median_seconds(_migrate, rounds=3)
    cold = median_seconds(_build, rounds=ROUNDS)
    settings.SPOTEX_SPARE_SCHEMAS = ROUNDS + 1
    keep_spares(at=timezone.now())
    _claim()
    warm = median_seconds(_claim, rounds=ROUNDS)
    for what, seconds, target in (("cold", cold, 1 / 20), ("from a spare", warm, 1 / 300)):
        yield Result(
            number="P1",
            what=f"schema of a new agency ({what})",
            peer="stock migrate_schemas of an empty schema",
            ours_seconds=seconds,
            peer_seconds=stock,
            target=target,
        )


def _new_name() -> str:
    return f"bench_{next(_numbers)}_{secrets.token_hex(3)}"


def _build() -> None:
    with transaction.atomic():
        build_schema(_new_name())


def _claim() -> None:
    with transaction.atomic():
        reserve_schema()
        make_schema(_new_name())


def _migrate() -> None:
    name = _new_name()
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{name}"')
    call_command(MigrateSchemasCommand(), schema_name=name, verbosity=0)
