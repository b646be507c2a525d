from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from spotex.kernel.actor import Via
from spotex.kernel.tenancy import agency_scope
from tenants.blueprint import compute_fingerprint, ensure_blueprint
from tenants.migrating import replay
from tenants.migrating.record import MigrationFailed, Step
from tenants.migrating.run import find_outdated
from tenants.models import Agency, SchemaBlueprint, SchemaMigration, SpareSchema, User
from tenants.services.agencies import create_agency
from tenants.spares import keep_spares
from tenants.states import Tier
from tenants.tests.migrations_of_tests import (
    ADD_CONSTRAINT,
    ADD_FIELD,
    ADD_INDEX,
    DROP_CONSTRAINT,
    RUN_PYTHON,
    AddMigration,
    migration_adder,  # noqa: F401  a fixture
)
from tenants.verification import list_verified_schemas, verify_schemas

pytestmark = pytest.mark.django_db(transaction=True)


def _migrate(**options: object) -> str:
    out = StringIO()
    call_command("migrate_schemas", stdout=out, stderr=out, **{"verbosity": 1, **options})
    return out.getvalue()


def _migrate_and_fail(**options: object) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("migrate_schemas", stdout=out, stderr=out, **options)
    return out.getvalue() + str(caught.value)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _behind() -> set[str]:
    return {state.label for state in find_outdated()}


def _probes(agency: Agency) -> int:
    with agency_scope(agency), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations WHERE name LIKE '%_probe'")
        return cursor.fetchone()[0]


@pytest.fixture
def agencies(db: None) -> list[Agency]:
    owner = User.objects.get(email="owner@acme.test")
    for slug in ("carta", "delta"):
        create_agency(name=slug, slug=slug, tier=Tier.STARTER, owner=owner, via=Via.COMMAND)
    return list(Agency.objects.order_by("pk"))


def test_nothing_to_do_is_a_few_statements_for_any_number(agencies) -> None:
    _migrate()
    with CaptureQueriesContext(connection) as many:
        said = _migrate()
    Agency.objects.filter(slug="delta").delete()

    with CaptureQueriesContext(connection) as fewer:
        _migrate()

    assert "up to date" in said
    assert len(many) == len(fewer) <= 5


def test_columns_and_indexes_reach_every_agency(agencies, add_migration: AddMigration) -> None:
    add_migration(ADD_FIELD)
    add_migration(ADD_INDEX)

    before = _behind()
    _migrate(threads=3, verbosity=0)

    assert before == {"public", "acme", "beta", "carta", "delta"}
    assert _behind() == set()
    assert [_probes(agency) for agency in agencies] == [2] * 4
    assert verify_schemas(list_verified_schemas()) == []
    assert set(SchemaMigration.objects.values_list("agency", "error")) == {
        (agency.pk, "") for agency in agencies
    }
    assert SchemaMigration.objects.values("run").distinct().count() == 1


def test_the_schema_of_the_next_agency_is_new_as_well(
    agencies,
    owner,
    settings,
    add_migration: AddMigration,
) -> None:
    settings.SPOTEX_SPARE_SCHEMAS = 1
    keep_spares(at=timezone.now())
    add_migration(ADD_FIELD)

    _migrate(verbosity=0)
    left = SpareSchema.objects.count()
    blueprints = SchemaBlueprint.objects.count()
    create_agency(name="Neu", slug="neu", tier=Tier.STARTER, owner=owner, via=Via.COMMAND)

    assert (left, blueprints) == (0, 2)
    assert verify_schemas(list_verified_schemas()) == []
    assert len(list_verified_schemas()) == 6


def test_the_blueprint_grows_by_what_was_recorded(
    agencies, add_migration: AddMigration, monkeypatch
) -> None:
    add_migration(ADD_FIELD)
    add_migration(ADD_INDEX)
    with monkeypatch.context() as patched:
        patched.setattr("tenants.blueprint._render", None)  # nothing is planned anew
        _migrate(verbosity=0)

    extended = ensure_blueprint()
    SchemaBlueprint.objects.filter(fingerprint=compute_fingerprint()).delete()
    rendered = ensure_blueprint()

    assert sorted(extended) == sorted(rendered)
    assert any("probe" in statement for statement in extended)


@pytest.fixture
def renamed_by_hand(agencies, add_migration: AddMigration) -> Agency:
    """The first agency has a constraint under another name; the next migration drops it."""
    add_migration(ADD_FIELD, ADD_CONSTRAINT)
    _migrate(verbosity=0)
    first = agencies[0]
    with agency_scope(first), connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'customers_customer'::regclass "
            "AND pg_get_constraintdef(oid) LIKE 'UNIQUE %probe%'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE customers_customer RENAME CONSTRAINT "{name}" TO by_hand')
    add_migration(DROP_CONSTRAINT)
    return first


def test_what_was_changed_by_hand_in_one_agency_is_in_no_new_one(renamed_by_hand: Agency) -> None:
    _migrate_and_fail(verbosity=0)
    grown = ensure_blueprint()
    SchemaBlueprint.objects.filter(fingerprint=compute_fingerprint()).delete()

    assert _behind() == {"beta", "carta", "delta"}
    assert not any("by_hand" in statement for statement in grown)
    assert sorted(grown) == sorted(ensure_blueprint())


def test_what_only_one_agency_repeated_is_not_trusted(renamed_by_hand: Agency) -> None:
    Agency.objects.exclude(pk=renamed_by_hand.pk).delete()

    _migrate(verbosity=0)

    assert not any("by_hand" in statement for statement in ensure_blueprint())


def test_without_the_former_blueprint_it_is_rendered(agencies, add_migration: AddMigration) -> None:
    SchemaBlueprint.objects.all().delete()
    add_migration(ADD_FIELD)

    _migrate(verbosity=0)

    assert SchemaBlueprint.objects.get().fingerprint == compute_fingerprint()


def test_python_in_a_migration_runs_in_every_agency(agencies, add_migration: AddMigration) -> None:
    add_migration(ADD_FIELD)
    add_migration(RUN_PYTHON)
    from tenants.customers.models import Customer

    for agency in agencies:
        with agency_scope(agency):
            Customer.objects.create(name="Gino", email="gino@trattoria.test")

    _migrate(verbosity=0)

    for agency in agencies:
        with agency_scope(agency), connection.cursor() as cursor:
            cursor.execute("SELECT probe FROM customers_customer")
            assert cursor.fetchall() == [("by Python",)]
        assert _probes(agency) == 2
    assert _behind() == set()


@pytest.mark.parametrize("broken", ["carta"])
def test_a_broken_agency_is_named_and_alone(
    agencies,
    add_migration: AddMigration,
    broken,
) -> None:
    schema = Agency.objects.get(slug=broken).schema_name
    _execute(f"ALTER TABLE {schema}.customers_customer ADD COLUMN probe integer")
    add_migration(ADD_FIELD)

    said = _migrate_and_fail(verbosity=0)
    failure = SchemaMigration.objects.exclude(error="").get()

    assert f"{broken} ({schema}): customers." in said
    assert "already exists" in said
    assert _behind() == {broken}
    assert (failure.agency.slug, failure.migration.endswith("_probe")) == (broken, True)
    assert "already exists" in failure.error
    assert str(failure) == f"{schema}: {failure.migration}"

    _execute(f"ALTER TABLE {schema}.customers_customer DROP COLUMN probe")
    _migrate(verbosity=0)

    assert _behind() == set()
    assert verify_schemas(list_verified_schemas()) == []


@pytest.mark.parametrize(("broken", "threads"), [("acme", 1), ("carta", 3)])
def test_an_agency_whose_connection_dies_is_named_and_alone(
    agencies, add_migration: AddMigration, broken, threads
) -> None:
    schema = Agency.objects.get(slug=broken).schema_name
    _execute(
        f"CREATE FUNCTION {schema}.die() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'"
    )
    _execute(
        f"CREATE TRIGGER die BEFORE INSERT ON {schema}.django_migrations "
        f"FOR EACH ROW EXECUTE FUNCTION {schema}.die()"
    )
    add_migration(ADD_FIELD)

    said = _migrate_and_fail(verbosity=0, threads=threads)
    failure = SchemaMigration.objects.exclude(error="").get()

    assert f"Not migrated: {broken}." in said
    assert _behind() == {broken}
    assert (failure.agency.slug, failure.migration.endswith("_probe")) == (broken, True)
    assert "terminating connection" in failure.error


def test_a_missing_schema_is_named(agencies) -> None:
    schema = Agency.objects.get(slug="carta").schema_name
    _migrate(verbosity=0)
    _execute(f"DROP SCHEMA {schema} CASCADE")

    said = _migrate_and_fail(verbosity=0)

    assert f"carta ({schema}): ?: the schema is not there" in said.replace("MigrationFailed: ", "")


def test_an_empty_schema_is_filled(agencies) -> None:
    schema = Agency.objects.get(slug="carta").schema_name
    _execute(f"DROP SCHEMA {schema} CASCADE")
    _execute(f"CREATE SCHEMA {schema}")

    _migrate(verbosity=0)

    assert verify_schemas(list_verified_schemas()) == []


def test_a_killed_run_is_taken_up_by_the_next(
    agencies,
    add_migration: AddMigration,
    settings,
    tmp_path: Path,
) -> None:
    add_migration(ADD_FIELD)
    last = agencies[-1]
    name = connection.settings_dict["NAME"]
    (tmp_path / "settings_of_probe.py").write_text(
        "from spotex.settings_test import *\n"
        f"DATABASES['default']['NAME'] = {name!r}\n"
        f"MIGRATION_MODULES = {settings.MIGRATION_MODULES!r}\n",
        encoding="utf-8",
    )
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "settings_of_probe",
        "PYTHONPATH": str(tmp_path),
    }

    with transaction.atomic():
        _execute(f"LOCK TABLE {last.schema_name}.customers_customer")
        running = subprocess.Popen(
            [sys.executable, "manage.py", "migrate_schemas", "--threads", "1"],
            cwd=django_settings.BASE_DIR,
            env=environ,
            stdout=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 60
            while _behind() != {last.slug} and time.monotonic() < deadline:
                time.sleep(0.1)
            in_the_middle = _behind()
        finally:
            running.kill()
            running.wait()
    _migrate(verbosity=0)

    assert in_the_middle == {last.slug}
    assert _behind() == set()
    assert [_probes(agency) for agency in agencies] == [1] * 4
    assert verify_schemas(list_verified_schemas()) == []


STEP = Step(app="customers", name="0099_probe", statements=["CREATE TABLE by_hand (id int)"])


def _replay(schema: str) -> None:
    replay.replay(schema, replay.compose_messages([STEP], run=uuid4()))


def test_two_runs_at_once_apply_a_step_once(agency: Agency) -> None:
    _replay(agency.schema_name)
    _replay(agency.schema_name)

    assert _probes(agency) == 1


def test_a_step_never_lands_in_the_public_schema(agency: Agency) -> None:
    _execute(f"ALTER SCHEMA {agency.schema_name} RENAME TO a_elsewhere")

    with pytest.raises(MigrationFailed):
        _replay(agency.schema_name)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.by_hand')")
        assert cursor.fetchone() == (None,)


def test_a_busy_agency_is_tried_again_and_then_named(agency: Agency, monkeypatch) -> None:
    from tenants.tests.threads import run_together

    monkeypatch.setattr(replay, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(replay, "LOCK_SECONDS", 0.05)

    with transaction.atomic():
        _execute(f"LOCK TABLE {agency.schema_name}.django_migrations")
        (result,) = run_together(1, lambda _: _replay(agency.schema_name))

    assert isinstance(result, MigrationFailed)
    assert "lock timeout" in str(result)


def test_options_of_the_original_still_work(agencies) -> None:
    schema = Agency.objects.get(slug="carta").schema_name
    _execute(f"DROP SCHEMA {schema} CASCADE")
    _execute(f"CREATE SCHEMA {schema}")

    call_command("migrate_schemas", schema_name=schema, verbosity=0)

    assert verify_schemas(list_verified_schemas()) == []


def test_verifying_names_the_agency_and_the_difference(agencies) -> None:
    schema = Agency.objects.get(slug="beta").schema_name
    for number in range(25):
        _execute(f"ALTER TABLE {schema}.customers_customer ADD COLUMN by_hand{number} text")
    out = StringIO()

    with pytest.raises(CommandError, match="1 of 4 schemas differ: beta"):
        call_command("verify_schemas", stdout=out, stderr=out)

    assert f"beta ({schema}) differs:" in out.getvalue()
    assert "+ column customers_customer.by_hand0 type=text" in out.getvalue()
    assert "… and 5 more" in out.getvalue()


def test_verifying_does_not_believe_the_blueprint(agencies, owner) -> None:
    ensure_blueprint()
    row = SchemaBlueprint.objects.get(fingerprint=compute_fingerprint())
    wrong = [*json.loads(row.statements), "CREATE TABLE by_hand (id int)"]
    SchemaBlueprint.objects.filter(pk=row.pk).update(statements=json.dumps(wrong))
    create_agency(name="Neu", slug="neu", tier=Tier.STARTER, owner=owner, via=Via.COMMAND)

    with pytest.raises(CommandError, match="1 of 5 schemas differ: neu"):
        call_command("verify_schemas", stdout=StringIO(), stderr=StringIO())
    SchemaBlueprint.objects.filter(pk=row.pk).update(statements=row.statements)


def test_verifying_says_that_all_is_well(agencies) -> None:
    out = StringIO()

    call_command("verify_schemas", stdout=out)

    assert "4 schemas are as the migrations say." in out.getvalue()
