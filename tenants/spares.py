"""Spare schemas: made beforehand, renamed when an agency is created.

A spare is built from the blueprint like any other schema and waits under a name of its own. A
sign-up claims one by renaming it in its own transaction: a rollback gives it back. Without a spare
the schema is built from the blueprint there and then.

Source: ADR 0016.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from spotex.kernel.ids import new_public_id
from spotex.kernel.locks import Busy
from tenants.blueprint import (
    build_schema,
    compute_fingerprint,
    ensure_blueprint,
    lock_shared_tables,
)
from tenants.models import SpareSchema

logger = logging.getLogger(__name__)

PREFIX: Final = "spare"
OUTDATED_KEPT: Final = timedelta(hours=1)
"""How long processes of another release may still claim their spares."""

_LOCK: Final = 727_002
"""Advisory lock: one process fills the pool."""

_LOOK: Final = """
    SELECT schema FROM tenants_spareschema
    WHERE fingerprint = %s AND to_regnamespace(schema) IS NOT NULL
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


def reserve_schema() -> None:
    """Make sure that ``make_schema`` will not wait in this transaction, and reserve a spare.

    Comes before anything else is written.

    Raises:
        Busy: other sign-ups build schemas, and take too long.
    """
    lock_shared_tables(for_building=_find_spare() is None)


def _find_spare() -> str | None:
    """Lock a spare of today's migrations for this transaction; return its name."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [compute_fingerprint()])
        found = cursor.fetchone()
    return found[0] if found else None


def make_schema(schema: str) -> None:
    """Make an agency's schema in the current transaction: a spare, else from the blueprint.

    Raises:
        django.db.ProgrammingError: the schema exists.
    """
    spare = _find_spare()
    if spare is None:
        build_schema(schema)
        return
    rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenants_spareschema WHERE schema = %s", [spare])
        cursor.execute(rename.format(sql.Identifier(spare), sql.Identifier(schema)))


def prepare_schema() -> None:
    """Do what may be slow before the transaction of a sign-up: record the blueprint if new."""
    if not SpareSchema.objects.filter(fingerprint=compute_fingerprint()).exists():
        ensure_blueprint()


def keep_spares(*, at: datetime) -> int:
    """Fill the pool and drop spares that nobody will claim; return how many were made."""
    drop_outdated_spares(before=at - OUTDATED_KEPT)
    ensure_blueprint()
    made = 0
    try:
        while made < settings.SPOTEX_SPARE_SCHEMAS and _make_spare():
            made += 1
    except Busy:
        logger.warning("sign-ups are in the way of spare schemas: the pool is filled later")
    return made


@transaction.atomic
def _make_spare() -> bool:
    """Make one spare unless there are enough or another process makes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        is_ours = cursor.fetchone()[0]
    fingerprint = compute_fingerprint()
    ready = SpareSchema.objects.filter(fingerprint=fingerprint).count()
    if not is_ours or ready >= settings.SPOTEX_SPARE_SCHEMAS:
        return False
    lock_shared_tables()
    schema = new_public_id(PREFIX)
    build_schema(schema)
    SpareSchema.objects.create(schema=schema, fingerprint=fingerprint)
    return True


def drop_outdated_spares(*, before: datetime | None = None) -> None:
    """Drop spares of other migrations one by one: each is a transaction with few locks.

    Args:
        before: keep those that were made later.
    """
    outdated = SpareSchema.objects.exclude(fingerprint=compute_fingerprint())
    if before is not None:
        outdated = outdated.filter(created_at__lt=before)
    for key in list(outdated.values_list("pk", flat=True)):
        with transaction.atomic():
            spare = outdated.select_for_update(skip_locked=True).filter(pk=key).first()
            if spare is not None:
                drop_spare(spare)


@transaction.atomic
def drop_spare(spare: SpareSchema) -> None:
    """Delete a spare schema and its row."""
    drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(spare.schema))
    with connection.cursor() as cursor:
        cursor.execute(drop)
    spare.delete()
