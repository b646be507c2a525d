"""The contract between a site's life and the machinery that gives it one.

An engine is a set of verbs. Every verb is idempotent: it observes what is there, does what is
missing and verifies the result, so that a worker may die anywhere and the next one repeats the
verb. Verbs that make something absent treat "not there" as success. Arguments are typed values;
an engine never receives text that a shell would read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from hosting.drivers.specs import (
    Changes,
    Log,
    Observation,
    Parts,
    Probe,
    RouteState,
    SiteSpec,
    Usage,
)
from hosting.drivers.troubles import (
    ENGINE_FAILURES,
    AddressTaken,
    ContainerRefused,
    ContainersDown,
    CopyFailed,
    DatabaseDown,
    DiskFull,
    EngineFailure,
    EngineTimeout,
    FilesRefused,
    ImageMissing,
    InstallFailed,
    NotAnswering,
    PhpMissing,
    StartFailed,
    SupervisorDown,
    WordPressDamaged,
    WordPressMissing,
)

__all__ = [
    "ENGINE_FAILURES",
    "AddressTaken",
    "Changes",
    "ContainerRefused",
    "ContainersDown",
    "CopyFailed",
    "DatabaseDown",
    "DiskFull",
    "EngineFailure",
    "EngineTimeout",
    "FilesRefused",
    "ImageMissing",
    "InstallFailed",
    "Log",
    "NotAnswering",
    "Observation",
    "Parts",
    "PhpMissing",
    "Probe",
    "RouteState",
    "SiteEngine",
    "SiteSpec",
    "StartFailed",
    "SupervisorDown",
    "Usage",
    "WordPressDamaged",
    "WordPressMissing",
]


class SiteEngine(Protocol):
    """What every engine can do; see the module's text for what idempotent means here."""

    name: str

    def check_parts(self, spec: SiteSpec, *, log: Log) -> Parts:
        """Find PHP, unchanged WordPress files and free space.

        Raises:
            PhpMissing: no PHP of that version, or extensions are missing.
            WordPressMissing: the files are not there.
            WordPressDamaged: a file is not what was delivered.
            DiskFull: less free space than a site needs.
        """

    def place_files(self, spec: SiteSpec, *, log: Log) -> None:
        """Create the site's folders and its document root.

        Raises:
            DiskFull: the disk has no room.
            FilesRefused: the file system refuses.
        """

    def write_config(self, spec: SiteSpec, *, log: Log) -> None:
        """Write configuration with salts and table prefix of its own; existing ones are kept.

        Raises:
            DiskFull: the disk has no room.
            FilesRefused: the file system refuses.
        """

    def install(self, spec: SiteSpec, *, log: Log) -> None:
        """Fill the database; a site that is installed keeps its content.

        Raises:
            InstallFailed: WordPress's installer ended badly.
            EngineTimeout: it did not end.
        """

    def start(self, spec: SiteSpec, *, log: Log) -> None:
        """Have the site's process run and accept connections.

        Raises:
            SupervisorDown: nobody is there to start it.
            AddressTaken: something else listens at its socket.
            StartFailed: it does not stay alive.
            EngineTimeout: it is not ready in time.
        """

    def stop(self, spec: SiteSpec, *, log: Log) -> None:
        """Have no process of the site.

        Raises:
            EngineTimeout: it does not end in time.
        """

    def restart(self, spec: SiteSpec, *, log: Log) -> None:
        """Have a process of the site that is younger than this call.

        Raises:
            SupervisorDown: nobody is there to start it.
            StartFailed: it does not stay alive.
            EngineTimeout: it is not ready in time.
        """

    def publish_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Let the proxy send the site's hosts to it.

        Raises:
            AddressTaken: a host leads to another site.
        """

    def pause_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Let the proxy answer that the site is paused."""

    def withdraw_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Let the proxy know nothing of the site's hosts."""

    def probe(self, spec: SiteSpec, *, log: Log) -> Probe:
        """Fetch the front page and check that it is the site's own, with its title.

        Raises:
            NotAnswering: no answer, a wrong status or foreign content.
        """

    def observe(self, spec: SiteSpec) -> Observation:
        """Look, change nothing."""

    def create_login_link(self, spec: SiteSpec, *, seconds: int) -> str:
        """Return an address that logs its first visitor in as administrator.

        Raises:
            NotAnswering: the site is not running.
        """

    def run_cron(self, spec: SiteSpec) -> None:
        """Let the site do its own due work.

        Raises:
            NotAnswering: the site is not running.
        """

    def php_versions(self) -> tuple[str, ...]:
        """Return the PHP versions that sites can have here, the newest first."""

    def measure(self, spec: SiteSpec) -> Usage:
        """Return the space that the site fills; nothing for one that is not there."""

    def prepare_copy(self, source: SiteSpec, target: SiteSpec, *, copy: str, log: Log) -> Usage:
        """Build the source's files and database aside in the target, under the target's address.

        Both sites may run meanwhile; the target shows nothing of it yet. A copy that is prepared,
        or already in place, is not made again.

        Args:
            source: the site to copy from; it is installed.
            target: the site to copy to; it has files and configuration.
            copy: names the copy: lower-case letters, digits and underscores.
            log: takes lines for people.

        Raises:
            CopyFailed: the source has no content, or the target's database cannot take it.
            DiskFull: no room for one more copy.
            FilesRefused: the file system refuses.
            EngineTimeout: a program did not end.
        """

    def place_copy(self, target: SiteSpec, *, copy: str, log: Log) -> None:
        """Exchange the content of a stopped site with a prepared copy; what was there is kept.

        Raises:
            CopyFailed: no such copy was prepared, or the site is running.
            FilesRefused: the file system refuses.
        """

    def step_back(self, target: SiteSpec, *, copy: str, log: Log) -> None:
        """Give a stopped site the content back that it had before the copy was placed.

        A copy that was not placed, or only half, leaves the former content too.

        Raises:
            CopyFailed: the site is running.
            FilesRefused: the file system refuses.
        """

    def drop_copies(self, target: SiteSpec, *, keep: str = "", log: Log) -> None:
        """Forget prepared copies and former contents, except those of the copy to keep.

        Raises:
            FilesRefused: the file system refuses.
        """

    def count_changes(self, spec: SiteSpec, *, since: datetime) -> Changes:
        """Count what changed in a site's content since a moment.

        Raises:
            CopyFailed: the site has no database, or it cannot be read.
            EngineTimeout: a program did not end.
        """

    def lay_up(self, spec: SiteSpec, *, log: Log) -> None:
        """Mark an installed site as a spare that nobody has yet, and let it wait ready.

        Its next ``write_config`` gives it salts of its own, its next ``install`` the title,
        address and administrator of the spec.

        Raises:
            InstallFailed: it is not installed.
            EngineTimeout: it is not ready in time.
        """

    def remove(self, spec: SiteSpec, *, log: Log) -> None:
        """Leave nothing of the site: no process, route, socket or file.

        Raises:
            FilesRefused: the file system refuses.
            EngineTimeout: the process does not end in time.
        """
