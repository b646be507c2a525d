"""An agency from its archive: a new one, here or on another installation of the same release.

Everything happens in one transaction: a wrong byte leaves nothing. People are found by their
e-mail address or made anew, without a password. What an archive does not hold is not restored:
API keys, own domains (they prove themselves again), sessions, and what lies in the sites.

Source: ADR 0028.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any, Final

import psycopg
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from spotex.kernel.actor import Actor, Via
from spotex.kernel.audit import prune_activity
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.ids import is_public_id
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.archive_format import (
    LEFT_OUT,
    MANIFEST,
    MANIFEST_MAX_BYTES,
    ArchiveInvalid,
    FileEntry,
    Manifest,
    read_manifest,
)
from tenants.blueprint import compute_fingerprint, list_tenant_tables
from tenants.events import AgencyRestored
from tenants.hosts import forget_hosts
from tenants.models import Agency, Membership, User
from tenants.services.agencies import create_agency
from tenants.services.archiving import list_people_columns
from tenants.states import Role

_BLOCK: Final = 256 * 1024
_BRAND: Final = ("brand_name", "brand_color", "brand_footer", "support_email", "time_zone")


_BROKEN: Final = (
    *(ArchiveInvalid, zipfile.BadZipFile, zlib.error, ValidationError),
    *(psycopg.Error, DatabaseError, KeyError, TypeError, ValueError),
)
"""What reading a file of unknown origin may meet; the transaction has taken everything back."""


class ArchiveRefused(RuleViolation):
    """The archive cannot be restored; the message says why, in the operator's language."""

    code = "archive_refused"


class _Reader:
    """The files of an archive that the manifest names, each checked while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(source)
        info = self.zip.getinfo(MANIFEST)
        if info.file_size > MANIFEST_MAX_BYTES:
            raise ArchiveInvalid("The manifest is too large.")
        self.manifest: Manifest = read_manifest(json.loads(self.zip.read(info)))

    def read(self, entry: FileEntry) -> Iterator[bytes]:
        """Yield a file in blocks.

        Raises:
            ArchiveInvalid: it is not what the manifest says.
        """
        digest, left = hashlib.sha256(), entry.bytes
        with self.zip.open(entry.name) as file:
            while block := file.read(min(_BLOCK, left + 1)):
                left -= len(block)
                digest.update(block)
                if left < 0:
                    break
                yield block
        if left != 0 or digest.hexdigest() != entry.sha256:
            raise ArchiveInvalid(f"{entry.name} is not what the manifest says.")

    def read_json(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a file of the platform."""
        entry = next((one for one in self.manifest.files if one.name == name), None)
        if entry is None:
            raise ArchiveInvalid(f"{name} is missing.")
        rows: list[dict[str, Any]] = json.loads(b"".join(self.read(entry)))
        return rows

    def list_under(self, folder: str) -> list[FileEntry]:
        """Return the files of a folder."""
        return [entry for entry in self.manifest.files if entry.name.startswith(folder)]


def restore_archive(source: IO[bytes], *, slug: str, name: str = "") -> Agency:
    """Make a new agency of an archive.

    Args:
        source: the archive, seekable.
        slug: the new agency's address.
        name: its name, that of the archive for ``""``.

    Raises:
        ArchiveRefused: it is no archive, was changed, or belongs to another release.
        SlugInvalid, SlugReserved, SlugTaken: the address cannot be had.
    """
    try:
        reader = _Reader(source)
        with transaction.atomic():
            return _restore(reader, slug=slug, name=name)
    except _BROKEN as error:
        raise ArchiveRefused(f"Not restored: {error}") from error


def _restore(reader: _Reader, *, slug: str, name: str) -> Agency:
    manifest = reader.manifest
    if manifest.fingerprint != compute_fingerprint():
        raise ArchiveInvalid("The archive belongs to a release with other migrations.")
    (told,) = reader.read_json("platform/agency.json")
    members = reader.read_json("platform/members.json")
    people = _find_people(reader.read_json("platform/people.json"))
    owner = next((people[row["user_id"]] for row in members if row["role"] == Role.OWNER), None)
    if owner is None:
        raise ArchiveInvalid("The archive names no owner.")
    agency = create_agency(
        name=name or told["name"],
        slug=slug,
        tier=told["plan__tier"],
        owner=owner,
        via=Via.COMMAND,
    )
    _fill_tables(reader, agency=agency, people={old: user.pk for old, user in people.items()})
    _add_members(agency, members=members, people=people)
    _fill_brand(reader, agency=agency, told=told)
    forget_hosts()
    actor: Actor = system_actor(agency, via=Via.COMMAND)
    with agency_scope(agency):
        publish(
            AgencyRestored(
                actor=actor,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details={"slug": manifest.slug, "archive_of": manifest.made_at},
            )
        )
    return agency


def _find_people(rows: list[dict[str, Any]]) -> dict[int, User]:
    """Return the person for each id of the archive, made anew where nobody has the address."""
    known = {user.email: user for user in User.objects.filter(email__in=[r["email"] for r in rows])}
    taken = set(
        User.objects.filter(public_id__in=[r["public_id"] for r in rows]).values_list(
            "public_id", flat=True
        )
    )
    found = {}
    for row in rows:
        user = known.get(row["email"])
        if user is None:
            fields = {"full_name": row["full_name"], "language": row["language"]}
            if row["public_id"] not in taken and is_public_id(row["public_id"], prefix="user"):
                fields["public_id"] = row["public_id"]
            user = User.objects.create_user(row["email"], None, **fields)
        found[int(row["id"])] = user
    return found


def _fill_tables(reader: _Reader, *, agency: Agency, people: dict[int, int]) -> None:
    schema = agency.schema_name
    entries = reader.list_under("tables/")
    expected = set(list_tenant_tables()) - LEFT_OUT
    if {entry.table for entry in entries} != expected:
        raise ArchiveInvalid("The archive does not hold exactly the tables of an agency.")
    with agency_scope(agency):
        prune_activity(before=agency.created_at + timedelta(days=1))  # the line of its making
    references = list_people_columns(schema)
    with connection.cursor() as cursor:  # tables come in any order
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for entry in entries:
        columns = [column for table, column in references if table == entry.table]
        _fill_table(reader, entry, schema=schema, people=people, references=columns)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _fill_table(
    reader: _Reader,
    entry: FileEntry,
    *,
    schema: str,
    people: dict[int, int],
    references: list[str],
) -> None:
    """Copy a table's rows into a table beside it, give people their new ids, and take them over."""
    table = sql.Identifier(schema, entry.table)
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in entry.columns)
    with connection.connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0"
            ).format(columns, table)
        )
        statement = sql.SQL("COPY incoming ({}) FROM STDIN (FORMAT csv, HEADER, NULL '\\N')")
        with cursor.copy(statement.format(columns)) as copy:
            for block in reader.read(entry):
                copy.write(block)
        if cursor.rowcount != entry.rows:
            raise ArchiveInvalid(f"{entry.name} has another number of rows.")
        for column in references:
            _rename_people(cursor, entry=entry, column=column, people=people)
        cursor.execute(
            sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM incoming").format(table, columns)
        )
        cursor.execute("DROP TABLE incoming")
        if "id" in entry.columns:
            cursor.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {}"
                    " HAVING max(id) IS NOT NULL"
                ).format(sql.Literal(f"{schema}.{entry.table}"), table)
            )


def _rename_people(
    cursor: psycopg.Cursor[Any], *, entry: FileEntry, column: str, people: dict[int, int]
) -> None:
    name = sql.Identifier(column)
    unknown = sql.SQL("SELECT 1 FROM incoming WHERE {} <> ALL(%s::bigint[]) LIMIT 1")
    cursor.execute(unknown.format(name), [list(people)])
    if cursor.fetchone():  # it would point to somebody of this installation
        raise ArchiveInvalid(f"{entry.name} refers to people that the archive lacks.")
    cursor.execute(
        sql.SQL(
            "UPDATE incoming SET {0} = told.mine FROM "
            "(SELECT unnest(%s::bigint[]) AS theirs, unnest(%s::bigint[]) AS mine) told "
            "WHERE {0} = told.theirs"
        ).format(name),
        [list(people), list(people.values())],
    )


def _add_members(agency: Agency, *, members: list[dict[str, Any]], people: dict[int, User]) -> None:
    for row in members:
        Membership.objects.get_or_create(
            agency=agency,
            user=people[row["user_id"]],
            defaults={"role": Role(row["role"])},
        )


def _fill_brand(reader: _Reader, *, agency: Agency, told: dict[str, Any]) -> None:
    """Take over language and brand, and put the agency's files where its new folder is."""
    for field in (*_BRAND, "language"):
        setattr(agency, field, told[field])
    agency.full_clean(exclude=["plan", "domain_url"])
    old, new = f"agencies/{reader.manifest.schema}/", f"agencies/{agency.schema_name}/"
    for entry in reader.list_under("media/"):
        path = new + entry.name.removeprefix("media/")
        with tempfile.TemporaryFile() as checked:
            for block in reader.read(entry):
                checked.write(block)
            checked.seek(0)
            kept = default_storage.save(path, File(checked))
        if told["brand_logo"] == old + entry.name.removeprefix("media/"):
            agency.brand_logo.name = kept
    agency.save()
