from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from spotex.kernel.tenancy import agency_scope
from tenants.blueprint import build_schema, list_tenant_tables
from tenants.catalogue import (
    EMPTY,
    compare_catalogue,
    list_differences,
    read_catalogues,
    read_digests,
)
from tenants.models import Agency
from tenants.spares import keep_spares, make_schema
from tenants.tests.factories import NOON


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _migrations(schema: str) -> list[tuple[str, str]]:
    with agency_scope(schema), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
        return cursor.fetchall()


@pytest.mark.django_db
def test_migrated_built_and_renamed_schemas_are_the_same(settings) -> None:
    settings.SPOTEX_SPARE_SCHEMAS = 1
    _execute("CREATE SCHEMA a_migrated")
    with agency_scope("a_migrated"):
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    build_schema("a_built")
    keep_spares(at=NOON)
    make_schema("a_renamed")

    found = read_catalogues(["a_migrated", "a_built", "a_renamed"])
    digests = read_digests(["a_migrated", "a_built", "a_renamed"])

    assert list(list_differences(found, expected=found["a_migrated"])) == []
    assert len(set(digests.values())) == 1
    assert len(found["a_migrated"]) > 100
    assert _migrations("a_migrated") == _migrations("a_built") == _migrations("a_renamed")


@pytest.mark.django_db
def test_a_catalogue_describes_every_table(agency: Agency) -> None:
    lines = read_catalogues([agency.schema_name])[agency.schema_name]

    for table in list_tenant_tables():
        assert any(line.startswith(f"relation {table} kind=r") for line in lines), table
        assert any(line.startswith(f"column {table}.id type=") for line in lines), table
        assert any(line.startswith(f"constraint {table}.") for line in lines), table
        assert any(line.startswith(f"index {table}") for line in lines), table
        assert any(line.startswith(f"sequence {table}_id_seq type=bigint") for line in lines), table
    assert not [line for line in lines if agency.schema_name in line]


@pytest.mark.django_db
def test_keys_to_public_tables_are_told_from_own_ones(agency: Agency) -> None:
    lines = read_catalogues([agency.schema_name])[agency.schema_name]

    keys = [line for line in lines if "FOREIGN KEY" in line]

    assert {line.split(" to=")[1].split(" ")[0] for line in keys} == {"own", "public"}


CHANGES = {
    "a column": ("ALTER TABLE {}.customers_customer ADD COLUMN by_hand text", "by_hand"),
    "a type": ("ALTER TABLE {}.customers_customer ALTER COLUMN name TYPE text", ".name type=text"),
    "a default": (
        "ALTER TABLE {}.customers_customer ALTER COLUMN name SET DEFAULT 'x'",
        "default='x'",
    ),
    "nullability": (
        "ALTER TABLE {}.customers_customer ALTER COLUMN name DROP NOT NULL",
        "required=f",
    ),
    "an index": ("CREATE INDEX by_hand ON {}.customers_customer (name)", "INDEX by_hand ON"),
    "a constraint": (
        "ALTER TABLE {}.customers_customer ADD CONSTRAINT by_hand CHECK (name <> 'x') NOT VALID",
        "valid=f",
    ),
    "a sequence": ("ALTER SEQUENCE {}.customers_customer_id_seq INCREMENT 2", "by=2"),
    "a function": (
        "CREATE FUNCTION {}.by_hand() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function by_hand",
    ),
    "a view": ("CREATE VIEW {}.by_hand AS SELECT 1 AS one", "relation by_hand kind=v"),
    "row security": (
        "ALTER TABLE {}.customers_customer ENABLE ROW LEVEL SECURITY",
        "row_security=t",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_hand_is_seen(agency: Agency, other_agency: Agency, change: str) -> None:
    statement, word = CHANGES[change]
    _execute(statement.format(agency.schema_name))

    found = read_catalogues([agency.schema_name])
    expected = read_catalogues([other_agency.schema_name])[other_agency.schema_name]
    digests = read_digests([agency.schema_name, other_agency.schema_name])
    (difference,) = list_differences(found, expected=expected)

    assert difference.schema == agency.schema_name
    assert [line for line in difference.lines if line.startswith("+") and word in line]
    assert digests[agency.schema_name] != digests[other_agency.schema_name]


@pytest.mark.django_db
def test_a_trigger_is_seen(agency: Agency, other_agency: Agency) -> None:
    schema = agency.schema_name
    _execute(
        f"CREATE FUNCTION {schema}.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    )
    _execute(
        f"CREATE TRIGGER by_hand BEFORE INSERT ON {schema}.customers_customer "
        f"FOR EACH ROW EXECUTE FUNCTION {schema}.f()",
    )

    lines = read_catalogues([schema])[schema]

    assert any(line.startswith("trigger customers_customer.by_hand") for line in lines)
    assert not [line for line in lines if schema in line]


@pytest.mark.django_db
def test_reading_costs_one_statement_for_all(agency: Agency, other_agency: Agency) -> None:
    schemas = [agency.schema_name, other_agency.schema_name, "a_missing"]

    with CaptureQueriesContext(connection) as queries:
        digests = read_digests(schemas)
        found = read_catalogues(schemas)

    assert len(queries) == 2
    assert (digests["a_missing"], found["a_missing"]) == ("", EMPTY)


def test_equal_catalogues_do_not_differ() -> None:
    lines = frozenset({"column a"})

    assert compare_catalogue("a_x", found=lines, expected=lines) is None


def test_a_difference_names_both_sides() -> None:
    difference = compare_catalogue(
        "a_x",
        found=frozenset({"column a", "column c"}),
        expected=frozenset({"column a", "column b"}),
    )

    assert difference is not None
    assert difference.lines == ["- column b", "+ column c"]
