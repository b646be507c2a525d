"""Work that falls due at a moment: appointments in one table for all agencies.

``schedule_due`` writes an appointment in the caller's transaction. A periodic task claims what is
due in chunks and calls the handler of each kind; the cost follows the work, not the number of
agencies. Handlers stand in each app's ``due_handlers.py``, which is imported at the start.

Source: ADR 0017; docs/how-to/add-periodic-work.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.models import DueWork
from tenants.models.due import ERROR_MAX_LENGTH

logger = logging.getLogger(__name__)

CHUNK: Final = 20
LEASE: Final = timedelta(minutes=10)
PAUSES: Final = (30, 120, 600, 3_600, 21_600)
"""Seconds before the second, third … attempt; the last one is repeated for ever."""


class DueHandler(Protocol):
    """What does the work; runs outside a transaction, in the public schema, perhaps twice."""

    __module__: str

    def __call__(self, *, key: str, agency_id: int | None, at: datetime) -> datetime | None:
        """Do it; return the next moment, None when there is none."""


class KindUnknown(LookupError):
    """No handler is declared for this kind: a mistake in the program."""


_handlers: dict[str, DueHandler] = {}


def due_handler(kind: str) -> Callable[[DueHandler], DueHandler]:
    """Declare the handler of a kind of work; the kind is dotted and begins with the app.

    Raises:
        ValueError: another handler has this kind.
    """

    def register(handler: DueHandler) -> DueHandler:
        if kind in _handlers:
            raise ValueError(f"Two handlers for {kind}.")
        _handlers[kind] = handler
        return handler

    return register


def list_due_handlers() -> MappingProxyType[str, DueHandler]:
    """Return all handlers by kind."""
    return MappingProxyType(_handlers)


def schedule_due(kind: str, *, key: str, at: datetime, agency_id: int | None = None) -> None:
    """Make an appointment in the caller's transaction; one that exists is moved.

    Raises:
        KindUnknown: nobody would do it.
    """
    if kind not in _handlers:
        raise KindUnknown(kind)
    DueWork.objects.bulk_create(
        [DueWork(kind=kind, key=key, due_at=at, agency_id=agency_id, revision=uuid4())],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["agency", "due_at", "revision", "attempts", "last_error", "updated_at"],
    )


def cancel_due(kind: str, *, key: str) -> None:
    """Forget an appointment, if there is one; work that began goes on to its end."""
    DueWork.objects.filter(kind=kind, key=key).delete()


@dataclass(frozen=True, kw_only=True)
class DueClaim:
    """One appointment that is ours until the lease ends."""

    id: int
    kind: str
    key: str
    agency_id: int | None
    revision: UUID
    attempts: int
    leased_until: datetime


@transaction.atomic
def claim_due_work(*, at: datetime, limit: int = CHUNK) -> list[DueClaim]:
    """Take what is due, oldest first, passing by what somebody else takes or has."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    due = DueWork.objects.filter(free, due_at__lte=at).order_by("due_at")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    lease = at + LEASE
    DueWork.objects.filter(pk__in=[row.pk for row in rows]).update(leased_until=lease)
    return [
        DueClaim(
            id=row.pk,
            kind=row.kind,
            key=row.key,
            agency_id=row.agency_id,
            revision=row.revision,
            attempts=row.attempts,
            leased_until=lease,
        )
        for row in rows
    ]


def run_due_work(claim: DueClaim, *, at: datetime) -> None:
    """Do one piece of work that was claimed; a failure is noted and waits for its next attempt."""
    lease = at + LEASE
    if not _ours(claim, revision=claim.revision).update(leased_until=lease):
        release_due_work(claim)
        return
    claim = replace(claim, leased_until=lease)
    handler = _handlers.get(claim.kind)
    if handler is None:  # a newer release made the appointment; its workers will keep it
        logger.error("nobody does %s %s", claim.kind, claim.key)
        _note_failure(claim, reason="No handler is declared for this kind.", at=at)
        return
    try:
        with agency_scope(PUBLIC_SCHEMA):
            again = handler(key=claim.key, agency_id=claim.agency_id, at=at)
    except Exception as error:
        logger.exception("due work %s %s failed", claim.kind, claim.key)
        _note_failure(claim, reason=f"{type(error).__name__}: {error}", at=at)
    else:
        _note_success(claim, again=again)


def _ours(claim: DueClaim, **conditions: Any) -> Any:
    """The row, unless it was cancelled or another worker took over after our lease."""
    return DueWork.objects.filter(pk=claim.id, leased_until=claim.leased_until, **conditions)


def release_due_work(claim: DueClaim) -> None:
    """End our lease on an appointment: it was moved while we had it, or others shall do it."""
    _ours(claim).update(leased_until=None)


def _note_success(claim: DueClaim, *, again: datetime | None) -> None:
    done = _ours(claim, revision=claim.revision)
    if again is None:
        kept = done.delete()[0]
    else:
        kept = done.update(
            due_at=again,
            leased_until=None,
            attempts=0,
            last_error="",
            updated_at=timezone.now(),
        )
    if not kept:
        release_due_work(claim)


def _note_failure(claim: DueClaim, *, reason: str, at: datetime) -> None:
    pause = PAUSES[min(claim.attempts, len(PAUSES) - 1)]
    kept = _ours(claim, revision=claim.revision).update(
        due_at=at + timedelta(seconds=pause),
        leased_until=None,
        attempts=F("attempts") + 1,
        last_error=reason.replace("\0", "")[:ERROR_MAX_LENGTH],
        updated_at=timezone.now(),
    )
    if not kept:
        release_due_work(claim)


def hasten_due_work(work: DueWork, *, at: datetime) -> None:
    """Let work that waits be done now; what is being done already is left alone."""
    DueWork.objects.filter(pk=work.pk, due_at__gt=at).update(due_at=at)
