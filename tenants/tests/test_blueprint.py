from __future__ import annotations

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tenants.blueprint import (
    build_schema,
    compute_fingerprint,
    ensure_blueprint,
    extend_blueprint,
    list_tenant_tables,
    lock_shared_tables,
)
from tenants.models import Agency, SchemaBlueprint
from tenants.tests.threads import run_together


def _tables(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {row[0] for row in cursor.fetchall()}


def test_every_agency_has_the_tables_of_the_tenant_apps(agency: Agency) -> None:
    assert _tables(agency.schema_name) == {*list_tenant_tables(), "django_migrations"}


@pytest.mark.django_db
def test_ensure_blueprint_renders_once_for_a_set_of_migrations() -> None:
    first = ensure_blueprint()

    with CaptureQueriesContext(connection) as queries:
        second = ensure_blueprint()

    assert (first, len(queries)) == (second, 1)
    assert (
        str(SchemaBlueprint.objects.get(fingerprint=compute_fingerprint()))
        == (compute_fingerprint()[:12])
    )


@pytest.mark.django_db
def test_rendering_leaves_no_scratch_schema() -> None:
    SchemaBlueprint.objects.all().delete()

    ensure_blueprint()

    assert _tables("blueprint_scratch") == set()


def test_a_schema_is_never_built_over_another(agency: Agency) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        build_schema(agency.schema_name)


@pytest.mark.django_db(transaction=True)
def test_processes_that_render_at_once_agree_on_one_row() -> None:
    SchemaBlueprint.objects.all().delete()

    results = run_together(3, lambda _: ensure_blueprint())

    assert results == [results[0]] * 3
    assert SchemaBlueprint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_extends_waits_for_who_renders() -> None:
    ensure_blueprint()
    today = SchemaBlueprint.objects.values_list("statements", flat=True).get()

    def extend(_number: int) -> bool:
        return extend_blueprint({("customers", "0099_probe"): ["CREATE TABLE wrong ()"]})

    def extend_impatiently(number: int) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            return extend(number)

    with transaction.atomic():
        SchemaBlueprint.objects.all().delete()
        ensure_blueprint()
        (waited,) = run_together(1, extend_impatiently)
    (found,) = run_together(1, extend)

    assert isinstance(waited, OperationalError)
    assert found is True
    assert SchemaBlueprint.objects.values_list("statements", flat=True).get() == today


@pytest.mark.django_db(transaction=True)
def test_another_trouble_than_a_long_queue_is_not_called_busy() -> None:
    def lock_impatiently(_number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '50ms'")
            lock_shared_tables()

    with transaction.atomic():
        lock_shared_tables()
        (result,) = run_together(1, lock_impatiently)

    assert type(result) is OperationalError
