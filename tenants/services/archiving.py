"""Everything of one agency in one file that a machine can read.

All tables are copied by PostgreSQL itself in one snapshot; nothing asks for other agencies, so the
time follows the agency's data and not the number of agencies. Never written: passwords, digests
of keys and links, secrets of second factors, sessions, mails.

Source: ADR 0028.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any, Final

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from psycopg import sql

from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from spotex.kernel.tenancy import agency_scope
from tenants.archive_format import (
    BLANKED,
    LEFT_OUT,
    MANIFEST,
    FileEntry,
    Manifest,
    is_archive_name,
)
from tenants.blueprint import compute_fingerprint, list_tenant_tables
from tenants.events import AgencyExported
from tenants.models import Agency, ApiKey, Domain, Invitation, Membership, Subscription, User

_BLOCK: Final = 256 * 1024
_AGENCY_FIELDS: Final = (
    *("public_id", "name", "slug", "state", "language", "time_zone", "created_at"),
    *("brand_name", "brand_color", "brand_logo", "brand_footer", "support_email", "plan__tier"),
)
_PERSON_FIELDS: Final = ("id", "public_id", "email", "full_name", "language", "created_at")

# Tables are asked for by name: the catalogue has no index on schemas alone, and grows with agencies.
_COLUMNS: Final = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = to_regnamespace(%s) AND c.relname = ANY(%s::name[])
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname
"""
_PEOPLE: Final = """
    SELECT c.relname, a.attname FROM pg_class c
    JOIN pg_constraint k ON k.conrelid = c.oid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
    WHERE c.relnamespace = to_regnamespace(%s) AND c.relname = ANY(%s::name[]) AND k.contype = 'f'
      AND k.confrelid = 'public.tenants_user'::regclass
"""


class _Archive:
    """A zip that is written from the front to the back, with what its manifest will say."""

    def __init__(self, target: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.files: list[FileEntry] = []

    @contextmanager
    def open(self, name: str) -> Iterator[_Measured]:
        """Open the next file; its entry is kept when it ends."""
        with self.zip.open(name, "w", force_zip64=True) as file:
            measured = _Measured(file)
            yield measured
        self.files.append(
            FileEntry(
                name=name,
                bytes=measured.bytes,
                sha256=measured.digest.hexdigest(),
                rows=measured.rows,
                columns=measured.columns,
            )
        )

    def add_json(self, name: str, value: Any) -> None:
        """Add a file of JSON."""
        with self.open(name) as file:
            file.write(json.dumps(value, cls=DjangoJSONEncoder, indent=1).encode())


class _Measured:
    """A file that counts what passes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.bytes = 0
        self.digest = hashlib.sha256()
        self.rows: int | None = None
        self.columns: tuple[str, ...] = ()

    def write(self, block: bytes | bytearray) -> None:
        self.file.write(block)
        self.digest.update(block)
        self.bytes += len(block)


def export_agency(agency: Agency, target: IO[bytes], *, actor: Actor, at: datetime) -> Manifest:
    """Write everything of an agency into a file and say so in its activity."""
    manifest = write_archive(agency, target, at=at)
    with agency_scope(agency), transaction.atomic():
        publish(
            AgencyExported(
                actor=actor,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details={"rows": sum(entry.rows or 0 for entry in manifest.files)},
            )
        )
    return manifest


def write_archive(
    agency: Agency,
    target: IO[bytes],
    *,
    at: datetime,
    note: Callable[[int], None] = lambda _percent: None,
) -> Manifest:
    """Write everything of an agency into a file that need not be seekable; return the manifest.

    Args:
        agency: whose data.
        target: the file.
        at: the moment that the manifest names.
        note: is told how much of the tables is written, in per cent.
    """
    archive = _Archive(target)
    with archive.zip:
        with _snapshot():
            tables = _list_columns(agency.schema_name)
            for number, (table, columns) in enumerate(tables.items()):
                note(100 * number // len(tables))
                _copy_table(archive, schema=agency.schema_name, table=table, columns=columns)
            _add_platform(archive, agency=agency)
        _add_media(archive, agency=agency)
        manifest = Manifest(
            fingerprint=compute_fingerprint(),
            agency=agency.public_id,
            slug=agency.slug,
            schema=agency.schema_name,
            made_at=at.isoformat(),
            files=tuple(archive.files),
        )
        archive.zip.writestr(MANIFEST, json.dumps(manifest.as_json(), indent=1))
    return manifest


@contextmanager
def _snapshot() -> Iterator[None]:
    """Let all statements see one moment; inside a transaction, see what that one sees."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _list_columns(schema: str) -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [schema, list_tenant_tables()])
        return {table: columns for table, columns in cursor.fetchall() if table not in LEFT_OUT}


def _copy_table(archive: _Archive, *, schema: str, table: str, columns: list[str]) -> None:
    hidden = BLANKED.get(table, frozenset())
    wanted = sql.SQL(", ").join(
        sql.SQL("'' AS {}").format(sql.Identifier(name)) if name in hidden else sql.Identifier(name)
        for name in columns
    )
    statement = sql.SQL(
        "COPY (SELECT {} FROM {} ORDER BY 1) TO STDOUT (FORMAT csv, HEADER, NULL '\\N')"
    ).format(wanted, sql.Identifier(schema, table))
    raw = connection.connection
    with archive.open(f"tables/{table}.csv") as file, raw.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in _gather(copy):
                file.write(block)
        file.rows, file.columns = cursor.rowcount, tuple(columns)


def _gather(rows: Iterable[bytes | memoryview]) -> Iterator[bytearray]:
    """Yield the same bytes in blocks: a row each would spend more on calls than on work."""
    block = bytearray()
    for row in rows:
        block += row
        if len(block) >= _BLOCK:
            yield block
            block = bytearray()
    yield block


def list_people_columns(schema: str) -> list[tuple[str, str]]:
    """Return tables and columns of a schema that refer to people."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [schema, list_tenant_tables()])
        rows: list[tuple[str, str]] = cursor.fetchall()
    return rows


def _add_platform(archive: _Archive, *, agency: Agency) -> None:
    """Write what the platform knows of the agency, and the names of all people in its tables."""
    lists: dict[str, tuple[Any, tuple[str, ...]]] = {
        "agency": (Agency.objects.filter(pk=agency.pk), _AGENCY_FIELDS),
        "domains": (
            Domain.objects.filter(tenant=agency),
            ("public_id", "domain", "portal", "is_primary", "state", "verified_at", "created_at"),
        ),
        "members": (
            Membership.objects.filter(agency=agency),
            ("public_id", "user_id", "user__email", "role", "created_at"),
        ),
        "invitations": (
            Invitation.objects.filter(agency=agency),
            ("public_id", "email", "full_name", "role", "created_at"),
        ),
        "subscriptions": (
            Subscription.objects.filter(agency=agency),
            ("tier", "status", "price_minor", "currency", "started_at", "trial_until", "ended_at"),
        ),
        "api_keys": (
            ApiKey.objects.filter(agency=agency),
            ("public_id", "name", "prefix", "scopes", "expires_at", "revoked_at", "created_at"),
        ),
        "people": (User.objects.filter(pk__in=_list_people(agency)), _PERSON_FIELDS),
    }
    for name, (rows, fields) in lists.items():
        archive.add_json(f"platform/{name}.json", list(rows.order_by("pk").values(*fields)))


def _list_people(agency: Agency) -> set[int]:
    found = set(Membership.objects.filter(agency=agency).values_list("user_id", flat=True))
    with connection.cursor() as cursor:
        for table, column in list_people_columns(agency.schema_name):
            cursor.execute(
                sql.SQL("SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL").format(
                    sql.Identifier(column), sql.Identifier(agency.schema_name, table)
                )
            )
            found.update(row[0] for row in cursor.fetchall())
    return found


def _add_media(archive: _Archive, *, agency: Agency) -> None:
    root = f"agencies/{agency.schema_name}"
    for path in _walk_media(root):
        name = f"media/{path.removeprefix(root + '/')}"
        if not is_archive_name(name):  # a name that nobody of us gave
            name = f"media/renamed/{re.sub(r'[^A-Za-z0-9]+', '-', path).strip('-')[-150:] or 'x'}"
        with default_storage.open(path) as source, archive.open(name) as file:
            while block := source.read(_BLOCK):
                file.write(block)


def _walk_media(folder: str) -> Iterator[str]:
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in sorted(files):
        yield f"{folder}/{name}"
    for name in sorted(folders):
        yield from _walk_media(f"{folder}/{name}")
