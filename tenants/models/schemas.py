"""Schemas of agencies: how they are made, kept ready and migrated."""

from __future__ import annotations

from django.db import models

from spotex.kernel.models import TimestampedModel

SCHEMA_MAX_LENGTH = 63


class SpareSchema(TimestampedModel):
    """A schema without an agency, ready to be renamed to the next one's."""

    schema = models.CharField(max_length=SCHEMA_MAX_LENGTH, unique=True)
    fingerprint = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.schema
