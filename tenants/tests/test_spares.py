from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from spotex.kernel.actor import Via
from spotex.kernel.events import on
from tenants import blueprint, spares
from tenants.blueprint import lock_shared_tables
from tenants.events import AgencyRegistered
from tenants.models import Agency, SchemaBlueprint, SpareSchema, User
from tenants.services.agencies import create_agency, register_agency
from tenants.spares import OUTDATED_KEPT, keep_spares, make_schema, prepare_schema, reserve_schema
from tenants.states import Tier
from tenants.tasks import keep_spare_schemas
from tenants.tests.threads import run_together


@pytest.fixture(autouse=True)
def _two_spares(settings) -> None:
    settings.SPOTEX_SPARE_SCHEMAS = 2


def _schemas(prefix: str = "spare") -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ %s", [f"^{prefix}_"])
        return {name for (name,) in cursor.fetchall()}


def _register(number: int = 0) -> Agency:
    agency, _ = register_agency(
        email=f"nora{number}@agenzia.test",
        password="correct-horse-9-battery",
        full_name="Nora Nuova",
        agency_name="Nuova",
        agency_slug=f"nuova-{number}",
        via=Via.BROWSER,
    )
    return agency


def _recorded() -> set[str]:
    return set(SpareSchema.objects.values_list("schema", flat=True))


@pytest.mark.django_db
def test_the_pool_is_filled_and_then_left_alone() -> None:
    first, second = keep_spares(at=timezone.now()), keep_spares(at=timezone.now())

    assert (first, second) == (2, 0)
    assert len(_recorded()) == 2
    assert _recorded() == _schemas()
    assert str(SpareSchema.objects.first()) in _recorded()


@pytest.mark.django_db
def test_a_sign_up_takes_a_spare_and_builds_nothing(monkeypatch) -> None:
    keep_spares(at=timezone.now())
    before = _recorded()
    monkeypatch.setattr(spares, "build_schema", None)

    agency = _register()

    assert agency.schema_name in _schemas("a")
    assert len(before - _recorded()) == 1
    assert _recorded() == _schemas()


@pytest.mark.django_db
def test_a_claim_is_few_statements() -> None:
    keep_spares(at=timezone.now())

    with CaptureQueriesContext(connection) as queries:
        make_schema("a_new")

    assert len(queries) == 3


@pytest.mark.django_db
def test_an_empty_pool_is_no_obstacle() -> None:
    agency = _register()

    assert agency.schema_name in _schemas("a")


@pytest.mark.django_db
def test_a_failure_after_the_claim_gives_the_spare_back() -> None:
    keep_spares(at=timezone.now())
    before = _recorded()

    def fail(event: AgencyRegistered) -> None:
        raise RuntimeError("the last receiver fails")

    on(AgencyRegistered)(fail)
    try:
        with pytest.raises(RuntimeError):
            _register()
    finally:
        from spotex.kernel import events

        events._inside[AgencyRegistered].remove(fail)

    assert (_recorded(), _schemas()) == (before, before)
    assert not Agency.objects.filter(slug="nuova-0").exists()
    assert not User.objects.filter(email="nora0@agenzia.test").exists()
    assert _register().schema_name in _schemas("a")


@pytest.mark.django_db
def test_a_spare_whose_schema_is_gone_is_passed_by() -> None:
    keep_spares(at=timezone.now())
    SpareSchema.objects.create(schema="spare_gone", fingerprint=blueprint.compute_fingerprint())
    SpareSchema.objects.filter(schema="spare_gone").update(id=-1)

    make_schema("a_new")

    assert "a_new" in _schemas("a")
    assert SpareSchema.objects.filter(schema="spare_gone").exists()


@pytest.mark.django_db
def test_a_spare_of_other_migrations_is_not_claimed() -> None:
    keep_spares(at=timezone.now())
    SpareSchema.objects.update(fingerprint="old")

    make_schema("a_new")

    assert SpareSchema.objects.count() == 2
    assert "a_new" in _schemas("a")


@pytest.mark.django_db
def test_a_spare_that_nobody_migrated_is_dropped_after_a_while() -> None:
    keep_spares(at=timezone.now())
    SpareSchema.objects.update(fingerprint="old")
    old = _schemas()

    keep_spares(at=timezone.now())
    soon = _schemas()
    keep_spares(at=timezone.now() + OUTDATED_KEPT + timedelta(minutes=1))

    assert old < soon
    assert _schemas() == _recorded()
    assert not _schemas() & old


@pytest.mark.django_db
def test_preparing_records_the_blueprint_only_without_spares() -> None:
    keep_spares(at=timezone.now())
    SchemaBlueprint.objects.all().delete()

    prepare_schema()
    with_spares = SchemaBlueprint.objects.count()
    SpareSchema.objects.all().delete()
    prepare_schema()

    assert (with_spares, SchemaBlueprint.objects.count()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_sign_ups_at_once_never_share_a_spare() -> None:
    keep_spares(at=timezone.now())

    results = run_together(4, _register)

    assert [type(result) for result in results] == [Agency] * 4
    names = {agency.schema_name for agency in Agency.objects.filter(slug__startswith="nuova-")}
    assert len(names) == 4
    assert names <= _schemas("a")
    assert _recorded() == _schemas()


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_is_followed_by_a_new_spare() -> None:
    keep_spares(at=timezone.now())

    _register()

    assert len(_recorded()) == 2


@pytest.mark.django_db(transaction=True)
def test_two_processes_do_not_fill_the_pool_twice() -> None:
    made = run_together(3, lambda _: keep_spares(at=timezone.now()))

    assert sum(made) == 2
    assert _recorded() == _schemas()


@pytest.mark.django_db(transaction=True)
def test_sign_ups_come_before_the_pool(monkeypatch) -> None:
    monkeypatch.setattr(blueprint, "QUEUE_MILLISECONDS", 50)

    with transaction.atomic():
        lock_shared_tables()
        (made,) = run_together(1, lambda _: keep_spares(at=timezone.now()))

    assert made == 0
    assert _schemas() == set()


@pytest.mark.django_db(transaction=True)
def test_a_reserved_spare_is_kept_for_the_transaction() -> None:
    keep_spares(at=timezone.now())
    SpareSchema.objects.first().delete()

    def look(_number: int) -> str | None:
        with transaction.atomic():
            return spares._find_spare()

    with transaction.atomic():
        reserve_schema()
        (seen_by_another,) = run_together(1, look)
        make_schema("a_first")

    assert seen_by_another is None
    assert "a_first" in _schemas("a")
    assert not SpareSchema.objects.exists()


@pytest.mark.django_db
def test_the_task_fills_the_pool(owner: User) -> None:
    keep_spare_schemas()
    create_agency(name="Terza", slug="terza", tier=Tier.STARTER, owner=owner, via=Via.COMMAND)

    assert SpareSchema.objects.count() == 1
