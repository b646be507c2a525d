"""Every table lies in the right schemas, and nothing public points into an agency."""

from __future__ import annotations

import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connection
from django.db.models import ForeignKey, ManyToManyField, Model

from spotex.kernel.models import TimestampedModel
from tenants.models import Agency

SHARED = {AppConfig.create(entry).label for entry in settings.SHARED_APPS}
WRITTEN_BY_SQL = {"booking.Claim"}
"""Made by one statement with the moment in it, and ended by closing a range."""
TENANT = {AppConfig.create(entry).label for entry in settings.TENANT_APPS}
IN_BOTH = {"kernel"}
OURS = [
    model
    for model in apps.get_models()
    if model.__module__.split(".")[0] in {"spotex", "tenants", "hosting", "booking", "catalog"}
    or model.__module__.startswith("support")
]


def _tables(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {row[0] for row in cursor.fetchall()}


def test_the_two_lists_share_only_the_kernel() -> None:
    assert SHARED & TENANT == IN_BOTH


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_a_model_belongs_to_a_schema_list(model: type[Model]) -> None:
    assert model._meta.app_label in SHARED | TENANT


def test_every_table_is_in_its_schemas_and_nowhere_else(agency: Agency) -> None:
    public, own = _tables("public"), _tables(agency.schema_name)
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        table, label = model._meta.db_table, model._meta.app_label
        if (table in public) != (label in SHARED) or (table in own) != (label in TENANT):
            wrong.append(table)

    assert wrong == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_keys_point_from_agencies_to_the_public_and_never_back(model: type[Model]) -> None:
    targets = {
        field.related_model._meta.app_label
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if isinstance(field, (ForeignKey, ManyToManyField))
    }

    if model._meta.app_label in SHARED:
        assert targets <= SHARED
        return
    assert targets - TENANT <= {"tenants"}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_model_keeps_the_house_rules(model: type[Model]) -> None:
    assert issubclass(model, TimestampedModel) or model._meta.label in WRITTEN_BY_SQL
    assert model._meta.ordering == []
    assert "save" not in vars(model)
    assert "__str__" in vars(model)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_prefixes_of_public_ids_are_unique(model: type[Model]) -> None:
    field = next((one for one in model._meta.fields if one.name == "public_id"), None)
    if field is None:
        return
    prefix = field.default.args[0]

    same = [
        other
        for other in OURS
        for one in other._meta.fields
        if one.name == "public_id" and one.default.args[0] == prefix
    ]

    assert same == [model]
    assert field.unique
