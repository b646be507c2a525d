"""Real migrations that exist for one test: a copy of an app's folder with more files in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.blueprint import compute_fingerprint, forget_migrations

HEAD = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "{before}")]
    operations = [{operations}]
"""
ADD_FIELD = (
    'migrations.AddField("customer", "probe", models.CharField(default="100% new", max_length=20))'
)
ADD_INDEX = (
    'migrations.AddIndex("customer", models.Index(fields=["name", "email"], name="probe_index"))'
)
ADD_CONSTRAINT = 'migrations.AlterUniqueTogether("customer", {("probe", "email")})'
DROP_CONSTRAINT = 'migrations.AlterUniqueTogether("customer", set())'
RUN_PYTHON = (
    "migrations.RunPython(lambda apps, editor: "
    'apps.get_model("customers", "Customer").objects.update(probe="by Python"))'
)
AddMigration = Callable[..., None]


@pytest.fixture(name="add_migration")
def migration_adder(
    tmp_path: Path, settings, monkeypatch, transactional_db: None
) -> Iterator[AddMigration]:
    """Return ``add_migration(*operations)``: one more migration of the app ``customers``."""
    package = f"probe_{tmp_path.name}_{abs(hash(tmp_path))}"
    folder = tmp_path / package
    source = Path(django_settings.BASE_DIR) / "tenants" / "customers" / "migrations"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.MIGRATION_MODULES = {"customers": package}
    forget_migrations()

    def add(*operations: str) -> None:
        before = max(path.stem for path in folder.glob("0*.py"))
        name = f"{int(before[:4]) + 1:04}_probe"
        text = HEAD.format(before=before, operations=", ".join(operations))
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        forget_migrations()

    yield add
    settings.MIGRATION_MODULES = {}
    forget_migrations()
    with agency_scope(PUBLIC_SCHEMA), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name LIKE '%_probe'")
        cursor.execute(
            "DELETE FROM tenants_schemablueprint WHERE fingerprint <> %s", [compute_fingerprint()]
        )
