"""What happens to the archives that agencies ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ExportEvent(Event):
    """Something happened to an archive; base of the events below."""

    agency_id: int
    export_id: int


@dataclass(frozen=True, kw_only=True)
class ExportRequested(ExportEvent):
    """Somebody asked for all data; a worker writes them into a file."""

    name: ClassVar[str] = "tenants.export.requested"


@dataclass(frozen=True, kw_only=True)
class ExportReady(ExportEvent):
    """The file is complete and can be fetched for some days."""

    name: ClassVar[str] = "tenants.export.ready"


@dataclass(frozen=True, kw_only=True)
class ExportFailed(ExportEvent):
    """The file could not be written, whatever was tried."""

    name: ClassVar[str] = "tenants.export.failed"


@dataclass(frozen=True, kw_only=True)
class ExportDownloaded(ExportEvent):
    """Somebody fetched the file."""

    name: ClassVar[str] = "tenants.export.downloaded"
