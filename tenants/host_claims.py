"""Who else may have a host: contexts above this one say so, that no two things share a name.

A host is taken under its own lock, by portals and by sites alike, so that of two claims at the
same moment the second one sees the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import OperationalError, connection

from spotex.kernel.locks import WAIT_MILLISECONDS, busy, is_lock_timeout, set_lock_timeout

HostClaim = Callable[[str], int | None]
"""Returns the key of the agency that has a host, None when nobody has it."""

_claims: Final[list[HostClaim]] = []


def register_host_claim(find: HostClaim) -> HostClaim:
    """Declare somebody who has hosts."""
    _claims.append(find)
    return find


def find_host_claim(host: str) -> int | None:
    """Return the key of the agency for which a host leads to something else than a portal."""
    return next((found for claim in _claims if (found := claim(host)) is not None), None)


def lock_host(host: str) -> None:
    """Let nobody else take this host until the transaction ends.

    Raises:
        Busy: the lock was not free within five seconds.
    """
    set_lock_timeout(WAIT_MILLISECONDS)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [host])
    except OperationalError as error:
        if is_lock_timeout(error):
            raise busy() from error
        raise
