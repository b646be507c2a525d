r"""What the archive of an agency consists of: names, versions, checks. Nothing here is stored.

``manifest.json`` comes last and names every other file with its size and SHA-256; ``tables/`` holds
one CSV file for each table of the agency's schema, as PostgreSQL writes it (``\N`` is NULL);
``platform/`` what the platform knows of the agency; ``media/`` its files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
MANIFEST_MAX_BYTES: Final = 8 * 1024 * 1024
ARCHIVE_MAX_BYTES: Final = 50 * 1024**3
"""Unpacked; more is refused before a byte of it is read."""

LEFT_OUT: Final = frozenset({"django_migrations", "kernel_idempotencykey"})
"""Tables without data of the agency: what the schema knows, and answers kept for a repetition."""

BLANKED: Final[Mapping[str, frozenset[str]]] = {
    "customers_contact": frozenset({"token_digest"}),
}
"""Columns that let somebody in: written as an empty text."""

_TABLE: Final = re.compile(r"^tables/([a-z][a-z0-9_]{0,62})\.csv$")
_PLATFORM: Final = re.compile(r"^platform/[a-z_]{1,40}\.json$")
_MEDIA: Final = re.compile(
    r"^media/(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}/){0,6}[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}$"
)


class ArchiveInvalid(ValueError):
    """The file is no archive of an agency, or it was changed."""


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """One file of an archive; ``rows`` and ``columns`` of a table only."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None
    columns: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The table that it holds, ``""`` for another file."""
        found = _TABLE.match(self.name)
        return found[1] if found else ""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive says about itself."""

    fingerprint: str
    agency: str
    slug: str
    schema: str
    made_at: str
    files: tuple[FileEntry, ...]
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        """Return it as values of JSON."""
        return asdict(self)


def is_archive_name(name: str) -> bool:
    """Tell whether a file may have this name: below one of three folders and nowhere else."""
    return bool(_TABLE.match(name) or _PLATFORM.match(name) or _MEDIA.match(name))


def read_manifest(value: Any) -> Manifest:
    """Return the manifest that JSON holds.

    Raises:
        ArchiveInvalid: it is none, of another format, or names a file where none may be.
    """
    try:
        files = tuple(
            FileEntry(**{**entry, "columns": tuple(entry["columns"])}) for entry in value["files"]
        )
        manifest = Manifest(**{**value, "files": files})
        total = sum(entry.bytes for entry in files)
        names = [entry.name for entry in files]
        is_good = all(is_archive_name(name) for name in names) and len(set(names)) == len(names)
        is_good &= all(entry.bytes >= 0 for entry in files) and total <= ARCHIVE_MAX_BYTES
    except (TypeError, KeyError, AttributeError) as error:
        raise ArchiveInvalid("The manifest is not one of an agency.") from error
    if manifest.format != FORMAT:
        raise ArchiveInvalid(f"The archive has format {manifest.format}, known is {FORMAT}.")
    if not is_good:
        raise ArchiveInvalid("The manifest names files that an archive must not hold.")
    return manifest
