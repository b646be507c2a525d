"""Schemas of agencies: how they are made, kept ready and migrated."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel

SCHEMA_MAX_LENGTH = 63


class SpareSchema(TimestampedModel):
    """A schema without an agency, ready to be renamed to the next one's."""

    schema = models.CharField(max_length=SCHEMA_MAX_LENGTH, unique=True)
    fingerprint = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.schema


class SchemaMigration(TimestampedModel):
    """What became of one migration in one schema; failures stay until somebody reads them."""

    run = models.UUIDField(editable=False)
    agency = models.ForeignKey(
        "tenants.Agency",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("agency"),
    )
    schema = models.CharField(_("schema"), max_length=SCHEMA_MAX_LENGTH)
    migration = models.CharField(_("migration"), max_length=300)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("migration of a schema")
        verbose_name_plural = _("migrations of schemas")
        indexes: ClassVar = [
            models.Index(fields=["run"], name="schema_migration_run"),
        ]

    def __str__(self) -> str:
        return f"{self.schema}: {self.migration}"
