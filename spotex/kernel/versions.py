"""Versions of rows, so that nobody overwrites what somebody else saved meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from spotex.kernel.errors import Conflict
from spotex.kernel.models import TimestampedModel

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Stale(Conflict):
    """Somebody else changed the object since the caller looked at it."""

    code = "stale"


def version_of(row: TimestampedModel) -> int:
    """Return a number that differs after every save: the microsecond of the last one."""
    return (row.updated_at - _EPOCH) // timedelta(microseconds=1)


def require_version(row: TimestampedModel, *, seen: int | None) -> None:
    """Pass if a locked row is still as somebody saw it.

    Args:
        row: as it is in the database now.
        seen: the version that was seen; None to skip the check.

    Raises:
        Stale: it was saved meanwhile.
    """
    if seen is not None and seen != version_of(row):
        raise Stale(_("This changed meanwhile. Look at it again before saving."))
