"""The contract between a site's life and the machinery that gives it one.

An engine is a set of verbs. Every verb is idempotent: it observes what is there, does what is
missing and verifies the result, so that a worker may die anywhere and the next one repeats the
verb. Verbs that make something absent treat "not there" as success. Arguments are typed values;
an engine never receives text that a shell would read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hosting.failures import FailureCode, KnownFailure

Log = Callable[[str], None]
"""Takes one line for people: what a verb found or did."""


class EngineFailure(KnownFailure):
    """A verb did not reach its goal; repeating it is always allowed."""


class PhpMissing(EngineFailure):
    """No PHP of the wanted version with the needed extensions (figures: version, missing)."""

    code = failure_code = FailureCode.PHP_MISSING


class WordPressMissing(EngineFailure):
    """The shared WordPress files, or the SQLite drop-in, are not there."""

    code = failure_code = FailureCode.WORDPRESS_MISSING


class WordPressDamaged(EngineFailure):
    """A shared file differs from its recorded digest (figures: file)."""

    code = failure_code = FailureCode.WORDPRESS_DAMAGED


class DiskFull(EngineFailure):
    """Not enough space for a site (figures: free_mb, needed_mb)."""

    code = failure_code = FailureCode.DISK_FULL


class AddressTaken(EngineFailure):
    """The host or the socket belongs to something else (figures: address)."""

    code = failure_code = FailureCode.ADDRESS_TAKEN


class FilesRefused(EngineFailure):
    """The file system said no (figures: detail)."""

    code = failure_code = FailureCode.FILES_REFUSED


class InstallFailed(EngineFailure):
    """WordPress's installer ended badly (figures: detail)."""

    code = failure_code = FailureCode.INSTALL_FAILED


class StartFailed(EngineFailure):
    """The site's process does not stay alive (figures: detail)."""

    code = failure_code = FailureCode.START_FAILED


class SupervisorDown(EngineFailure):
    """Nobody is there to start the site's process."""

    code = failure_code = FailureCode.SUPERVISOR_DOWN


class NotAnswering(EngineFailure):
    """The site's front page is not the site's front page (figures: detail)."""

    code = failure_code = FailureCode.NOT_ANSWERING


class EngineTimeout(EngineFailure):
    """A verb did not end in time (figures: seconds)."""

    code = failure_code = FailureCode.TIMEOUT


ENGINE_FAILURES: dict[FailureCode, type[EngineFailure]] = {
    kind.failure_code: kind for kind in EngineFailure.__subclasses__()
}


@dataclass(frozen=True, kw_only=True)
class SiteSpec:
    """Everything an engine may know about a site.

    Args:
        site_id: the site's public id; also the name of its folder and process group.
        hosts: lower-case host names without port, the main one first.
        url_scheme: ``http`` or ``https``, as browsers see it.
        url_port: the port in the site's address; None for the scheme's own.
        language: a WordPress locale such as ``it_IT``.
        php_version: ``8.2``; empty for the server's default.
    """

    site_id: str
    hosts: tuple[str, ...]
    title: str
    admin_email: str
    language: str = "it_IT"
    php_version: str = ""
    url_scheme: str = "http"
    url_port: int | None = None

    @property
    def host(self) -> str:
        """The main host."""
        return self.hosts[0]

    @property
    def url(self) -> str:
        """The site's address, without a final slash."""
        port = f":{self.url_port}" if self.url_port else ""
        return f"{self.url_scheme}://{self.host}{port}"


class RouteState(StrEnum):
    """What the proxy does with the site's main host."""

    ABSENT = "ABSENT"
    LIVE = "LIVE"
    PAUSED = "PAUSED"


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a deployment would be made of."""

    php_version: str
    wordpress_version: str
    free_bytes: int


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What is really there, as far as can be seen from outside."""

    placed: bool
    configured: bool
    installed: bool
    running: bool
    route: RouteState

    @classmethod
    def nothing(cls) -> Observation:
        """Return what is seen of a site that does not exist."""
        return cls(
            placed=False,
            configured=False,
            installed=False,
            running=False,
            route=RouteState.ABSENT,
        )


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A front page that really is the site's."""

    status: int
    seconds: float
    via: str
    """Where the question was asked: ``proxy`` or ``process``."""


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

    def remove(self, spec: SiteSpec, *, log: Log) -> None:
        """Leave nothing of the site: no process, route, socket or file.

        Raises:
            FilesRefused: the file system refuses.
            EngineTimeout: the process does not end in time.
        """
