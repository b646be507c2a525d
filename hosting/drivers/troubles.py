"""Why engines fail; the sentences are in :mod:`hosting.failures`."""

from __future__ import annotations

from hosting.failures import FailureCode, KnownFailure


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


class CopyFailed(EngineFailure):
    """Content could not be copied from one site to another (figures: detail)."""

    code = failure_code = FailureCode.COPY_FAILED


class EngineTimeout(EngineFailure):
    """A verb did not end in time (figures: seconds)."""

    code = failure_code = FailureCode.TIMEOUT


class ContainersDown(EngineFailure):
    """The Docker engine does not answer."""

    code = failure_code = FailureCode.CONTAINERS_DOWN


class ImageMissing(EngineFailure):
    """An image was not built on this server (figures: image)."""

    code = failure_code = FailureCode.IMAGE_MISSING


class ContainerRefused(EngineFailure):
    """The Docker engine did not do what it was asked for (figures: detail)."""

    code = failure_code = FailureCode.CONTAINER_REFUSED


class DatabaseDown(EngineFailure):
    """The database server of the sites does not come up (figures: detail)."""

    code = failure_code = FailureCode.DATABASE_DOWN


ENGINE_FAILURES: dict[FailureCode, type[EngineFailure]] = {
    kind.failure_code: kind for kind in EngineFailure.__subclasses__()
}
