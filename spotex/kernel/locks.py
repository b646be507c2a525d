"""Row locks that answer at once when somebody else is faster for too long."""

from __future__ import annotations

from typing import Final, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, OperationalError, connection, models
from django.utils.translation import gettext as _

from spotex.kernel.errors import Conflict, Missing

Row = TypeVar("Row", bound=models.Model)

WAIT_MILLISECONDS = 5_000
_LOCK_NOT_AVAILABLE: Final = "55P03"


class Busy(Conflict):
    """Another request holds the row; trying again in a moment is right."""

    code = "busy"


def set_lock_timeout(milliseconds: int) -> None:
    """Let every lock of this transaction that is not free in time fail."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])


def sqlstate_of(error: DatabaseError) -> str:
    """Return PostgreSQL's code of an error, ``""`` for one that came from elsewhere."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def is_lock_timeout(error: DatabaseError) -> bool:
    """Tell whether a lock was not free in time; any other failure is nobody's fault here."""
    return sqlstate_of(error) == _LOCK_NOT_AVAILABLE


def busy() -> Busy:
    """Return the refusal of a request that was slower than another one."""
    return Busy(_("This is being changed by another request right now. Please try again."))


def lock_row(row: Row) -> Row:
    """Return the row as it is in the database now, locked until the transaction ends.

    New rows may refer to it meanwhile: only its key must not change, and keys never do.

    Raises:
        Busy: the lock was not free within five seconds.
        Missing: the row was deleted meanwhile.
    """
    manager = row.__class__._default_manager  # noqa: SLF001  of the row also behind a lazy one
    set_lock_timeout(WAIT_MILLISECONDS)
    try:
        return manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    except OperationalError as error:
        if is_lock_timeout(error):
            raise busy() from error
        raise
    except ObjectDoesNotExist as error:
        raise Missing(_("This was removed a moment ago.")) from error
