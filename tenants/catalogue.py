"""What a schema consists of, as lines of text that can be compared.

One set of catalogue queries describes all schemas at once; the schema's own name is left out of
every line, so that two schemas made in different ways have the same lines exactly when they have
the same columns, types, defaults, constraints, indexes, sequences, triggers and functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection

Catalogue = frozenset[str]
EMPTY: Final[Catalogue] = frozenset()

_LINES: Final = """
WITH own AS MATERIALIZED (
    SELECT oid, nspname, quote_ident(nspname) || '.' AS prefix
    FROM pg_namespace WHERE nspname = ANY(%s)
), relation AS MATERIALIZED (
    SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.reloptions, c.relrowsecurity,
           own.nspname, own.prefix, own.oid AS namespace
    FROM pg_class c JOIN own ON own.oid = c.relnamespace
), line AS (
    SELECT nspname, format('relation %%s kind=%%s persistence=%%s options=%%s row_security=%%s',
           relname, relkind, relpersistence, reloptions, relrowsecurity) AS text
    FROM relation
  UNION ALL
    SELECT r.nspname, format('column %%s.%%s type=%%s required=%%s identity=%%s generated=%%s '
           'collation=%%s default=%%s', r.relname, a.attname, format_type(a.atttypid, a.atttypmod),
           a.attnotnull, a.attidentity, a.attgenerated, a.attcollation::regcollation,
           replace(pg_get_expr(d.adbin, d.adrelid), r.prefix, ''))
    FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
    LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
    WHERE r.relkind IN ('r', 'p', 'v', 'm') AND NOT a.attisdropped
  UNION ALL
    SELECT r.nspname, format('constraint %%s.%%s valid=%%s to=%%s %%s', r.relname, k.conname,
           k.convalidated,
           CASE WHEN t.relnamespace = r.namespace THEN 'own' ELSE t.relnamespace::regnamespace::text
           END, replace(pg_get_constraintdef(k.oid), r.prefix, ''))
    FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
    LEFT JOIN pg_class t ON t.oid = k.confrelid
  UNION ALL
    SELECT r.nspname, format('index %%s valid=%%s %%s', r.relname, i.indisvalid,
           replace(pg_get_indexdef(i.indexrelid), r.prefix, ''))
    FROM relation r JOIN pg_index i ON i.indexrelid = r.oid
  UNION ALL
    SELECT r.nspname, format('sequence %%s type=%%s from=%%s by=%%s between=%%s and=%%s cycle=%%s '
           'cache=%%s owner=%%s.%%s', r.relname, format_type(s.seqtypid, NULL), s.seqstart,
           s.seqincrement, s.seqmin, s.seqmax, s.seqcycle, s.seqcache, t.relname, a.attname)
    FROM relation r JOIN pg_sequence s ON s.seqrelid = r.oid
    LEFT JOIN pg_depend p ON p.objid = r.oid AND p.classid = 'pg_class'::regclass
         AND p.refclassid = 'pg_class'::regclass AND p.deptype IN ('a', 'i')
    LEFT JOIN pg_class t ON t.oid = p.refobjid
    LEFT JOIN pg_attribute a ON a.attrelid = p.refobjid AND a.attnum = p.refobjsubid
  UNION ALL
    SELECT r.nspname, format('trigger %%s.%%s %%s', r.relname, g.tgname,
           replace(pg_get_triggerdef(g.oid), r.prefix, ''))
    FROM relation r JOIN pg_trigger g ON g.tgrelid = r.oid WHERE NOT g.tgisinternal
  UNION ALL
    SELECT own.nspname, format('function %%s %%s', f.proname,
           replace(pg_get_functiondef(f.oid), own.prefix, ''))
    FROM pg_proc f JOIN own ON own.oid = f.pronamespace WHERE f.prokind IN ('f', 'p')
)
"""
_ALL_LINES: Final = _LINES + "SELECT nspname, text FROM line"  # noqa: S608  constants
_DIGESTS: Final = (
    _LINES  # noqa: S608  constants
    + """SELECT nspname, md5(string_agg(text, chr(10) ORDER BY text COLLATE "C"))
         FROM line GROUP BY nspname"""
)


def read_catalogues(schemas: Collection[str]) -> dict[str, Catalogue]:
    """Return the lines of each schema; none for a schema that does not exist."""
    lines: dict[str, set[str]] = {schema: set() for schema in schemas}
    for schema, text in _query(_ALL_LINES, schemas):
        lines[schema].add(text)
    return {schema: frozenset(found) for schema, found in lines.items()}


def read_digests(schemas: Collection[str]) -> dict[str, str]:
    """Return a digest of each schema's lines, in one statement for all; ``""`` for a missing one."""
    return dict.fromkeys(schemas, "") | dict(_query(_DIGESTS, schemas))


def _query(statement: str, schemas: Collection[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(schemas)])
        rows: list[tuple[str, str]] = cursor.fetchall()
    return rows


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How one schema differs from what it should be."""

    schema: str
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Both kinds as lines with a sign, as in a patch."""
        return [
            *(f"- {line}" for line in self.missing),
            *(f"+ {line}" for line in self.unexpected),
        ]


def compare_catalogue(schema: str, *, found: Catalogue, expected: Catalogue) -> Difference | None:
    """Return what is missing and what is too much, None when they are the same."""
    if found == expected:
        return None
    return Difference(
        schema=schema,
        missing=tuple(sorted(expected - found)),
        unexpected=tuple(sorted(found - expected)),
    )


def list_differences(
    found: Mapping[str, Catalogue],
    *,
    expected: Catalogue,
) -> Iterable[Difference]:
    """Return the schemas that differ, by name."""
    for schema in sorted(found):
        difference = compare_catalogue(schema, found=found[schema], expected=expected)
        if difference is not None:
            yield difference
