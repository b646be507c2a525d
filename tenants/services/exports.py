"""Archives that owners ask for: written by a worker, kept for some days, then deleted.

The file is written under another name and renamed when it is complete, so that half of one is
never sent. Whoever writes has a lease; after it another worker begins anew, three times at most.

Source: ADR 0028 (what an archive holds), ADR 0031 (who gets it).
"""

from __future__ import annotations

import logging
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, Missing, NotAllowed, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.archive_format import Manifest
from tenants.due import schedule_due
from tenants.events import (
    ExportDownloaded,
    ExportEvent,
    ExportFailed,
    ExportReady,
    ExportRequested,
)
from tenants.models import Agency, Export
from tenants.models.exports import OPEN_EXPORTS
from tenants.services.archiving import write_archive
from tenants.states import ExportFailure, ExportState

logger = logging.getLogger(__name__)

KEEP_EXPORT: Final = "tenants.keep_export"
"""Kind of due work: write an archive that nobody writes, or delete one that is too old."""

KEPT: Final = timedelta(days=7)
LEASE: Final = timedelta(minutes=30)
SAFETY_NET: Final = timedelta(seconds=30)
"""When the appointment catches an export whose message to the workers was lost."""

MOST_ATTEMPTS: Final = 3
EXPORTS_PER_DAY: Final = 5
ROOM: Final = 1024**3
"""Bytes that must be free on the disk before anything is written."""

_DAY: Final = timedelta(days=1)


class ExportOpen(Conflict):
    """An archive of the agency is being written."""

    code = "export_open"


class TooManyExports(RuleViolation):
    """There were enough today."""

    code = "too_many_exports"


class ExportGone(Missing):
    """There is no file: not yet, no longer, or never."""

    code = "export_gone"


@transaction.atomic
def request_export(agency: Agency, *, actor: Actor, at: datetime) -> Export:
    """Ask for an archive of everything; a worker begins at once.

    Raises:
        NotAllowed: nobody in person asks.
        ExportOpen: one is being written.
        TooManyExports: there were enough in the last day.
    """
    if actor.user_id is None:
        raise NotAllowed(_("Only a person can ask for an export."))
    recent = Export.objects.filter(agency=agency, created_at__gt=at - _DAY)
    if recent.count() >= EXPORTS_PER_DAY:
        raise TooManyExports(
            _("There were %(most)s exports in the last day. Please fetch one of them.")
            % {"most": EXPORTS_PER_DAY}
        )
    try:
        with transaction.atomic():
            export = Export.objects.create(agency=agency, requested_by_id=actor.user_id)
    except IntegrityError as error:
        raise ExportOpen(
            _("An export is being written. You get a mail when it is ready.")
        ) from error
    schedule_due(KEEP_EXPORT, key=export.public_id, at=at + SAFETY_NET, agency_id=agency.pk)
    _tell(ExportRequested, export, actor=actor)
    return export


def keep_export(public_id: str, *, at: datetime) -> datetime | None:
    """Do what an archive needs now; return when to look again, None when nothing remains."""
    export = Export.objects.select_related("agency__plan").filter(public_id=public_id).first()
    if export is None or export.state in {ExportState.FAILED, ExportState.EXPIRED}:
        return None
    if export.state == ExportState.READY:
        return _expire(export, at=at)
    if not _claim(export, at=at):
        return export.lease_until or at + SAFETY_NET
    export.refresh_from_db(fields=["state", "attempts", "lease_until"])
    if export.attempts > MOST_ATTEMPTS:
        _fail(export, failure=ExportFailure.INTERRUPTED)
        return None
    return _write(export, at=at)


def _expire(export: Export, *, at: datetime) -> datetime | None:
    if export.expires_at is not None and export.expires_at > at:
        return export.expires_at
    path_of_export(export).unlink(missing_ok=True)
    export.state = ExportState.EXPIRED
    export.save(update_fields=["state", "updated_at"])
    return None


def _claim(export: Export, *, at: datetime) -> bool:
    """Take the writing for a while, in one statement; False when somebody has it."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    rows = Export.objects.filter(free, pk=export.pk, state__in=OPEN_EXPORTS)
    return bool(
        rows.update(
            state=ExportState.RUNNING,
            attempts=F("attempts") + 1,
            lease_until=at + LEASE,
        )
    )


def _write(export: Export, *, at: datetime) -> datetime | None:
    try:
        manifest = _write_file(export, at=at)
    except OSError as error:
        logger.warning("export %s cannot be written: %s", export.public_id, error)
        _fail(export, failure=ExportFailure.STORAGE)
        return None
    except Exception:
        if export.attempts < MOST_ATTEMPTS:
            Export.objects.filter(pk=export.pk, lease_until=export.lease_until).update(
                lease_until=None
            )
            raise
        logger.exception("export %s failed for good", export.public_id)
        _fail(export, failure=ExportFailure.UNKNOWN)
        return None
    return _finish(export, manifest=manifest, at=at)


def _write_file(export: Export, *, at: datetime) -> Manifest:
    path = path_of_export(export)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(path.parent).free < ROOM:
        raise OSError("less than a gigabyte is free")
    partial = path.with_name(f".{path.name}.{export.attempts}")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target:
            manifest = write_archive(
                export.agency,
                target,
                at=at,
                note=lambda percent: _note_progress(export, percent=percent),
            )
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def path_of_export(export: Export) -> Path:
    """Return where the file lies: outside of everything that is served."""
    return folder_of_exports(export.agency.schema_name) / f"{export.public_id}.zip"


def folder_of_exports(schema: str) -> Path:
    """Return the folder of one agency's archives."""
    return Path(settings.SPOTEX_EXPORTS_DIR) / schema


def _note_progress(export: Export, *, percent: int) -> None:
    cache.set(_progress_key(export), percent, timeout=LEASE.total_seconds())


def find_progress(export: Export) -> int:
    """Return how much of an archive is written, in per cent."""
    return int(cache.get(_progress_key(export)) or 0)


def _progress_key(export: Export) -> str:
    return f"export-progress:{export.public_id}"


@transaction.atomic
def _finish(export: Export, *, manifest: Manifest, at: datetime) -> datetime | None:
    """Note that the file is there, unless another worker took over after our lease."""
    lease = export.lease_until
    export = _lock(export)
    if export.state != ExportState.RUNNING or export.lease_until != lease:
        return export.expires_at or export.lease_until
    export.state = ExportState.READY
    export.lease_until = None
    export.bytes = path_of_export(export).stat().st_size
    export.rows = sum(entry.rows or 0 for entry in manifest.files)
    export.ready_at, export.expires_at = at, at + KEPT
    export.save()
    schedule_due(
        KEEP_EXPORT, key=export.public_id, at=export.expires_at, agency_id=export.agency_id
    )
    _tell(ExportReady, export, rows=export.rows, bytes=export.bytes)
    return export.expires_at


def _lock(export: Export) -> Export:
    locked = lock_row(export)
    locked.agency = export.agency
    return locked


@transaction.atomic
def _fail(export: Export, *, failure: ExportFailure) -> None:
    export = _lock(export)
    if export.state not in OPEN_EXPORTS:
        return
    export.state = ExportState.FAILED
    export.failure = failure
    export.lease_until = None
    export.save()
    _tell(ExportFailed, export, reason=failure.value)


@transaction.atomic
def open_export(export: Export, *, actor: Actor) -> Path:
    """Return the file of an archive to send, and note who fetched it.

    Raises:
        ExportGone: there is none.
    """
    path = path_of_export(export)
    if export.state != ExportState.READY or not path.is_file():
        raise ExportGone(_("This export is not there any more. Please ask for a new one."))
    _tell(ExportDownloaded, export, actor=actor)
    return path


def _tell(
    kind: type[ExportEvent], export: Export, *, actor: Actor | None = None, **details: Any
) -> None:
    agency = export.agency
    with agency_scope(agency):
        publish(
            kind(
                actor=actor or system_actor(agency),
                agency_id=agency.pk,
                export_id=export.pk,
                subject_public_id=export.public_id,
                subject_name=agency.name,
                details=details,
            )
        )
