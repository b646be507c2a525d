"""Row locks that answer at once when somebody else is faster for too long."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError, connection, models
from django.utils.translation import gettext as _

from spotex.kernel.errors import Conflict, Missing

Row = TypeVar("Row", bound=models.Model)

WAIT_MILLISECONDS = 5_000


class Busy(Conflict):
    """Another request holds the row; trying again in a moment is right."""

    code = "busy"


def lock_row(row: Row) -> Row:
    """Return the row as it is in the database now, locked until the transaction ends.

    Raises:
        Busy: the lock was not free within five seconds.
        Missing: the row was deleted meanwhile.
    """
    manager = type(row)._default_manager  # noqa: SLF001  Django's documented public name
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_MILLISECONDS}ms"])
    try:
        return manager.select_for_update(of=("self",)).get(pk=row.pk)
    except OperationalError as error:
        raise Busy(_("Somebody else is changing this right now. Please try again.")) from error
    except ObjectDoesNotExist as error:
        raise Missing(_("This was removed a moment ago.")) from error
