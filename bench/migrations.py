"""P2 and P3: migrating many agencies, with nothing to do and with one more column.

Both commands run in this process, so that neither pays for the start of the interpreter. The stock
one is measured on a sample of agencies, at the full number, and multiplied: a whole run takes an hour.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings
from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from bench.measure import Result, forget_memory, median_seconds
from bench.world import ensure_agencies
from tenants.blueprint import compute_fingerprint, forget_migrations
from tenants.models import Agency, SchemaBlueprint

SAMPLE = 7
_PROBE = "9999_probe"
_MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "{before}")]
    operations = [migrations.AddField("customer", "probe", models.TextField(null=True))]
"""


def run() -> Iterator[Result]:
    """Measure both runs over every agency there is."""
    ensure_agencies()
    _migrate()
    agencies = list(Agency.objects.order_by("pk"))
    yield Result(
        number="P2",
        what=f"migrate with nothing to do, {len(agencies)} agencies",
        peer=f"stock migrate_schemas, {SAMPLE} agencies measured",
        ours_seconds=median_seconds(_migrate, rounds=3),
        peer_seconds=_measure_stock(agencies[:SAMPLE]) * len(agencies),
        target=1 / 400,
    )
    with _one_more_column():
        stock = _measure_stock(agencies[:SAMPLE])
        rest = len(agencies) - SAMPLE
        forget_memory()
        begin = time.perf_counter()
        _migrate()
        yield Result(
            number="P3",
            what=f"one more column, {rest} agencies",
            peer=f"stock migrate_schemas, {SAMPLE} agencies measured",
            ours_seconds=time.perf_counter() - begin,
            peer_seconds=stock * rest,
            target=1 / 200,
        )


def _migrate() -> None:
    forget_migrations()
    call_command("migrate_schemas", verbosity=0)


def _measure_stock(agencies: list[Agency]) -> float:
    times = []
    for agency in agencies:
        begin = time.perf_counter()
        call_command(MigrateSchemasCommand(), schema_name=agency.schema_name, verbosity=0)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


@contextmanager
def _one_more_column() -> Iterator[None]:
    """Add a migration for both ways of running it; undo it in every agency afterwards."""
    with tempfile.TemporaryDirectory() as name:
        modules = {"customers": _write_migration(Path(name))}
        sys.path.insert(0, name)
        try:
            with override_settings(MIGRATION_MODULES=modules):
                yield
        finally:
            sys.path.remove(name)
            _undo()


def _write_migration(folder: Path) -> str:
    package = f"migrations_of_bench_{os.getpid()}"
    source = Path(settings.BASE_DIR) / "tenants" / "customers" / "migrations"
    copied = shutil.copytree(source, folder / package)
    before = max(path.stem for path in copied.glob("0*.py"))
    (copied / f"{_PROBE}.py").write_text(_MIGRATION.format(before=before), encoding="utf-8")
    return package


def _undo() -> None:
    forget_migrations()
    schemas = list(Agency.objects.values_list("schema_name", flat=True))
    with connection.cursor() as cursor:
        for schema in schemas:
            cursor.execute(
                f'ALTER TABLE "{schema}".customers_customer DROP COLUMN IF EXISTS probe;'
                f"DELETE FROM \"{schema}\".django_migrations WHERE name = '{_PROBE}'"
            )
        cursor.execute(f"DELETE FROM public.django_migrations WHERE name = '{_PROBE}'")
    SchemaBlueprint.objects.exclude(fingerprint=compute_fingerprint()).delete()
