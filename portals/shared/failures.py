"""Failures below the product, as domain errors that every front end can answer."""

from __future__ import annotations

import logging
from typing import Final

import kombu.exceptions
import redis
from django.db import IntegrityError, InterfaceError, OperationalError
from django.utils.translation import gettext as _

from spotex.kernel.errors import Conflict, DomainError, UpstreamFailure
from spotex.kernel.locks import busy, sqlstate_of

logger = logging.getLogger(__name__)

_LOST_RACES: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL's codes for: cannot serialize, deadlock, lock not available."""

_AWAY: Final = (
    OperationalError,
    InterfaceError,
    redis.RedisError,
    kombu.exceptions.OperationalError,
)


class Unavailable(UpstreamFailure):
    """The database or Redis does not answer."""

    code = "unavailable"


class Outrun(Conflict):
    """Another request took what only one can have."""

    code = "conflict"


def translate_failure(error: BaseException | None) -> DomainError | None:
    """Return what a failure means for the caller, None for a fault of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, OperationalError) and sqlstate_of(error) in _LOST_RACES:
        logger.warning("two requests wanted the same lock: %s", error)
        return busy()
    if isinstance(error, IntegrityError):
        return as_outrun(error)
    if isinstance(error, _AWAY):
        logger.warning("a service is away: %s", error)
        return Unavailable(
            _("The service is not available right now. Please try again in a moment."),
        )
    return None


def as_outrun(error: IntegrityError) -> Outrun:
    """Return what it means that the database refused a second of something."""
    logger.warning("two requests wanted the same: %s", error)
    return Outrun(_("Another request was faster. Look at the present state and try again."))
