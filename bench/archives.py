"""P15: everything of one agency among a thousand, against ``pg_dump -n`` of its schema.

What was exported is restored in the same run, and every table compared.
"""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from typing import Final

from django.db import connection
from django.utils import timezone

from bench.measure import Result, median_seconds
from bench.world import AGENCIES, ensure_agencies
from spotex.kernel.ids import new_public_id
from spotex.kernel.tenancy import agency_scope
from spotex.runtime.postgres import find_binaries
from tenants.access import system_actor
from tenants.customers.services.customers import create_customer
from tenants.models import Agency
from tenants.services.archiving import write_archive
from tenants.services.restoring import restore_archive

CUSTOMERS: Final = 200
_OWN_LINE: Final = "tenants.agency.restored"


def run() -> Iterator[Result]:
    """Export the last of many agencies both ways, and restore ours."""
    agency = ensure_agencies()[-1]
    _fill(agency)
    archive = io.BytesIO()

    def export() -> None:
        archive.seek(0)
        archive.truncate()
        write_archive(agency, archive, at=timezone.now())

    ours = median_seconds(export, rounds=5)
    peer = median_seconds(lambda: _dump(agency), rounds=3)
    _restore_and_compare(agency, archive)
    yield Result(
        number="P15",
        what=f"export of one agency at {AGENCIES} agencies (restored and compared)",
        peer="pg_dump -n",
        ours_seconds=ours,
        peer_seconds=peer,
        target=1 / 100,
    )


def _fill(agency: Agency) -> None:
    with agency_scope(agency), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        there = cursor.fetchone()[0]
    actor = system_actor(agency)
    with agency_scope(agency):
        for number in range(there, CUSTOMERS):
            create_customer(actor=actor, name=f"Cliente {number}", email=f"c{number}@bench.test")


def _dump(agency: Agency) -> None:
    options = connection.get_connection_params()
    environment = {**os.environ, "PGPASSWORD": str(options.get("password", ""))}
    command = [
        *(
            str(find_binaries() / "pg_dump"),
            "-n",
            agency.schema_name,
            "-Fc",
            "--no-sync",
            "-f",
            os.devnull,
        ),
        *("-h", str(options.get("host", "")), "-p", str(options.get("port", 5432))),
        *("-U", str(options.get("user", "")), "-d", str(options["dbname"])),
    ]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def _restore_and_compare(agency: Agency, archive: io.BytesIO) -> None:
    archive.seek(0)
    slug = new_public_id("again").replace("_", "-")
    again = restore_archive(archive, slug=slug)
    before, after = (_digest(one.schema_name) for one in (agency, again))
    if before != after:
        raise AssertionError(f"Restored tables differ: {before.items() ^ after.items()}")


def _digest(schema: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        found = {}
        for table in sorted(row[0] for row in cursor.fetchall()):
            own = f"WHERE event <> '{_OWN_LINE}'" if table == "kernel_activityentry" else ""
            if table in {"django_migrations", "kernel_idempotencykey"}:
                continue
            cursor.execute(
                f"SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) "
                f'FROM "{schema}"."{table}" t {own}'
            )
            found[table] = cursor.fetchone()[0]
    return found
