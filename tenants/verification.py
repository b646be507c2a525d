"""Whether every agency's schema is what the migrations say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction

from tenants.blueprint import compute_fingerprint, lock_shared_tables, migrate_new_schema
from tenants.catalogue import (
    Catalogue,
    Difference,
    list_differences,
    read_catalogues,
    read_digests,
)
from tenants.migrating.record import quick_recorder
from tenants.models import Agency, SpareSchema

_SCRATCH: Final = "verification_scratch"


def list_verified_schemas() -> dict[str, str]:
    """Return name and label of the schemas that should be equal: agencies' and spare ones."""
    agencies = dict(Agency.objects.values_list("schema_name", "slug"))
    spares = SpareSchema.objects.filter(fingerprint=compute_fingerprint())
    return agencies | dict.fromkeys(spares.values_list("schema", flat=True), "spare")


def verify_schemas(schemas: Mapping[str, str]) -> list[Difference]:
    """Return how schemas differ from one that today's migrations make.

    One statement compares digests; only what differs is read in detail.
    """
    expected, digest = _describe_expected()
    digests = read_digests(list(schemas))
    suspects = [schema for schema, found in digests.items() if found != digest]
    return list(list_differences(read_catalogues(suspects), expected=expected)) if suspects else []


def _describe_expected() -> tuple[Catalogue, str]:
    """Migrate an empty schema, look at it, and take it back.

    The blueprint is not asked: what is compared was built from it, and it could be wrong itself.
    """
    with transaction.atomic():
        lock_shared_tables()
        with quick_recorder():
            migrate_new_schema(_SCRATCH)
        expected = read_catalogues([_SCRATCH])[_SCRATCH]
        digest = read_digests([_SCRATCH])[_SCRATCH]
        transaction.set_rollback(True)
    return expected, digest
