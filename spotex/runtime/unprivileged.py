"""Programs that refuse to run as root, run as root all the same."""

import functools
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from spotex.runtime.commands import succeeds
from spotex.runtime.errors import StartError

_IN_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


def as_ordinary_user(command: Sequence[str]) -> list[str]:
    """Return the command so that the program sees itself as an ordinary user.

    As an ordinary user: unchanged. As root: inside a user namespace, where it has number 1000 while
    its files outside stay root's; nothing has to be owned by, or open to, another account. Where
    namespaces are forbidden: as the system account "postgres" or "nobody", which then needs access
    to the files it uses.
    """
    if os.geteuid() != 0:
        return list(command)
    if has_user_namespaces():
        return [*_IN_NAMESPACE, *command]
    return ["setpriv", "--reuid", substitute_account(), "--clear-groups", *command]


@functools.cache
def has_user_namespaces() -> bool:
    """Tell whether this machine lets us open a user namespace."""
    return succeeds([*_IN_NAMESPACE, "true"])


def hand_over(path: Path) -> None:
    """Give a file or directory of ours to the account that stands in for root, where one does.

    Raises:
        StartError: that account cannot reach it.
    """
    if os.geteuid() != 0 or has_user_namespaces():
        return
    shutil.chown(path, substitute_account())
    path.parent.chmod(0o711)  # to pass through, not to look around
    reach = as_ordinary_user(["test", "-r", str(path)])
    if not succeeds(reach):
        raise StartError(
            f"PostgreSQL does not run as root, user namespaces are forbidden here, and "
            f"{substitute_account()!r} cannot reach {path}: run Spotex as an ordinary user, "
            f"or set DATABASE_URL."
        )


def substitute_account() -> str:
    """Name the account that stands in for root where user namespaces are forbidden."""
    return "postgres" if succeeds(["id", "-u", "postgres"]) else "nobody"
