"""Which migrations each schema knows: one look at all of them.

One statement lists the schemas, and one for every five hundred reads what they know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from psycopg import sql

from spotex.kernel.tenancy import PUBLIC_SCHEMA
from tenants.blueprint import list_migrations

BATCH: Final = 500
_SCHEMAS: Final = """
    SELECT wanted.schema, wanted.agency_id, wanted.label, n.oid IS NOT NULL, c.oid IS NOT NULL
    FROM (
        SELECT schema_name, id, slug FROM public.tenants_agency
        UNION ALL SELECT 'public', NULL, 'public'
    ) AS wanted (schema, agency_id, label)
    LEFT JOIN pg_namespace n ON n.nspname = wanted.schema
    LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'django_migrations'
    ORDER BY wanted.agency_id NULLS FIRST
"""
_KNOWN: Final = sql.SQL(
    "SELECT {name}, md5(string_agg(app || '.' || name, ',' "
    'ORDER BY app COLLATE "C", name COLLATE "C")) FROM {schema}.django_migrations'
)


@dataclass(frozen=True, kw_only=True)
class SchemaState:
    """One schema and a digest of the migrations it knows.

    ``fingerprint`` is ``""`` when no migration was ever recorded there.
    """

    schema: str
    agency_id: int | None
    label: str
    exists: bool
    fingerprint: str

    @property
    def is_public(self) -> bool:
        """Tell whether it is the schema that all agencies share."""
        return self.schema == PUBLIC_SCHEMA


def compute_current_fingerprint() -> str:
    """Return the digest of a schema that knows every migration on disk."""
    names = ",".join(f"{app}.{name}" for app, name in list_migrations())
    return hashlib.md5(names.encode(), usedforsecurity=False).hexdigest()


def scan_schemas() -> list[SchemaState]:
    """Return the state of the public schema and of every agency's."""
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMAS)
        rows = cursor.fetchall()
    readable = [schema for schema, *_details, has_table in rows if has_table]
    known: dict[str, str | None] = {}
    for start in range(0, len(readable), BATCH):
        known.update(_read_fingerprints(readable[start : start + BATCH]))
    return [
        SchemaState(
            schema=schema,
            agency_id=agency_id,
            label=label,
            exists=exists,
            fingerprint=known.get(schema) or "",
        )
        for schema, agency_id, label, exists, _has_table in rows
    ]


def _read_fingerprints(schemas: Sequence[str]) -> list[tuple[str, str | None]]:
    parts = [
        _KNOWN.format(name=sql.Literal(schema), schema=sql.Identifier(schema)) for schema in schemas
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        rows: list[tuple[str, str | None]] = cursor.fetchall()
    return rows
