"""Why an operation failed, in words a person can act on: one table from code to sentence.

Rows store the code and the figures; the sentences are looked up when somebody reads them, so an
Italian reads Italian although the worker spoke English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from spotex.kernel.errors import UpstreamFailure


class Who(StrEnum):
    """Who has to act before a retry can succeed."""

    PLATFORM = "platform"
    AGENCY = "agency"
    CUSTOMER = "customer"


class FailureCode(StrEnum):
    """Every way in which an operation can end badly."""

    PHP_MISSING = "php_missing"
    WORDPRESS_MISSING = "wordpress_missing"
    WORDPRESS_DAMAGED = "wordpress_damaged"
    DISK_FULL = "disk_full"
    ADDRESS_TAKEN = "address_taken"
    FILES_REFUSED = "files_refused"
    INSTALL_FAILED = "install_failed"
    START_FAILED = "start_failed"
    SUPERVISOR_DOWN = "supervisor_down"
    CONTAINERS_DOWN = "containers_down"
    IMAGE_MISSING = "image_missing"
    CONTAINER_REFUSED = "container_refused"
    DATABASE_DOWN = "database_down"
    NOT_ANSWERING = "not_answering"
    COPY_FAILED = "copy_failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    STEP_UNKNOWN = "step_unknown"
    INTERNAL = "internal"


@dataclass(frozen=True)
class FailureText:
    """What happened, what helps, who acts, and whether trying again can do harm."""

    cause: str | Promise
    remedy: str | Promise
    who: Who = Who.PLATFORM
    retry_safe: bool = True


_RETRY_LATER = _("Try again in a few minutes; if it happens again, write to support.")

FAILURES: Mapping[FailureCode, FailureText] = MappingProxyType(
    {
        FailureCode.PHP_MISSING: FailureText(
            _("PHP %(version)s is not installed on the server, or lacks: %(missing)s."),
            _("The platform's operator installs PHP with these extensions; then try again."),
        ),
        FailureCode.WORDPRESS_MISSING: FailureText(
            _("The WordPress files are not on the server."),
            _("The platform's operator fetches them (“make setup”); then try again."),
        ),
        FailureCode.WORDPRESS_DAMAGED: FailureText(
            _("The WordPress files on the server were changed or damaged: %(file)s."),
            _("The platform's operator fetches fresh files; nothing was installed from these."),
        ),
        FailureCode.DISK_FULL: FailureText(
            _("The server's disk is full: %(free_mb)s MB free, %(needed_mb)s MB needed."),
            _("The platform's operator frees or adds space; then try again. Nothing is lost."),
        ),
        FailureCode.ADDRESS_TAKEN: FailureText(
            _("The address %(address)s is already used by something else on the server."),
            _("Choose another address for the site, or write to support."),
            who=Who.AGENCY,
        ),
        FailureCode.FILES_REFUSED: FailureText(
            _("The server refused to write the site's files: %(detail)s."),
            _("The platform's operator checks the permissions of the sites folder."),
        ),
        FailureCode.INSTALL_FAILED: FailureText(
            _("WordPress could not be installed: %(detail)s."),
            _RETRY_LATER,
        ),
        FailureCode.START_FAILED: FailureText(
            _("The site's PHP process does not start: %(detail)s."),
            _RETRY_LATER,
        ),
        FailureCode.SUPERVISOR_DOWN: FailureText(
            _("The process that keeps sites running is not there."),
            _("It comes back with the platform's other processes; then try again."),
        ),
        FailureCode.CONTAINERS_DOWN: FailureText(
            _("The container engine of the server does not answer."),
            _("The platform's operator starts it; then try again. Nothing is lost."),
        ),
        FailureCode.IMAGE_MISSING: FailureText(
            _("An image that sites run in is not on the server: %(image)s."),
            _("The platform's operator builds it (“manage.py build_site_images”); then try again."),
        ),
        FailureCode.CONTAINER_REFUSED: FailureText(
            _("The container engine of the server refused: %(detail)s."),
            _RETRY_LATER,
        ),
        FailureCode.DATABASE_DOWN: FailureText(
            _("The database server of the sites does not start: %(detail)s."),
            _RETRY_LATER,
        ),
        FailureCode.NOT_ANSWERING: FailureText(
            _("The site does not answer as it should: %(detail)s."),
            _RETRY_LATER,
        ),
        FailureCode.COPY_FAILED: FailureText(
            _("The content could not be copied: %(detail)s."),
            _("Nothing was lost. Try again; if it happens again, write to support."),
        ),
        FailureCode.TIMEOUT: FailureText(
            _("The work took longer than the %(seconds)s seconds it may take."),
            _RETRY_LATER,
        ),
        FailureCode.CANCELLED: FailureText(
            _("The work was cancelled, and what it had made was taken away."),
            _("Start it again whenever you like."),
            who=Who.AGENCY,
        ),
        FailureCode.STEP_UNKNOWN: FailureText(
            _("This version of the platform does not know the step “%(detail)s”."),
            _("Write to support."),
            retry_safe=False,
        ),
        FailureCode.INTERNAL: FailureText(
            _("An unexpected error happened on our side."),
            _RETRY_LATER,
        ),
    },
)


@dataclass(frozen=True)
class Failure:
    """One failure as it is stored with an operation and a site."""

    code: FailureCode
    step: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what a row stores."""
        return {"code": self.code.value, "step": self.step, "figures": self.figures}


class _Blank(dict[str, Any]):
    """Figures in which a missing one reads as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"


def explain_failure(stored: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a stored failure with its sentences in the reader's language, or None for none."""
    if not stored:
        return None
    try:
        text = FAILURES[FailureCode(stored.get("code", ""))]
    except ValueError:
        text = FAILURES[FailureCode.INTERNAL]
    figures = _Blank(stored.get("figures") or {})
    return {
        "code": stored.get("code", FailureCode.INTERNAL.value),
        "step": stored.get("step", ""),
        "cause": str(text.cause) % figures,
        "remedy": str(text.remedy) % figures,
        "who": text.who.value,
        "retry_safe": text.retry_safe,
    }


class KnownFailure(UpstreamFailure):
    """A step did not reach its goal, for a reason from the table; subclasses name the reason."""

    failure_code: ClassVar[FailureCode] = FailureCode.INTERNAL

    def __init__(self, **figures: Any) -> None:
        self.figures = figures
        explained = explain_failure(self.as_failure().as_json()) or {}
        super().__init__(explained.get("cause", ""))

    def as_failure(self, step: str = "") -> Failure:
        """Return the failure as it is stored."""
        return Failure(self.failure_code, step, self.figures)
