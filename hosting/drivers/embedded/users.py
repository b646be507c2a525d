"""Who a site's processes are.

As root every site gets a numeric user of its own, without an account: sites cannot read each
other, nor change what root placed for them. Whatever root writes below a folder that belongs to a
site, it writes with the site's rights, because the site may have put links there. As an ordinary
user everything belongs to that user.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hosting.drivers.embedded.config import EngineConfig

FIRST_UID: Final = 20_000
UID_COUNT: Final = 40_000
COMPILER_UID: Final = FIRST_UID - 1
"""Fills the cache of compiled core files; no site ever runs as it."""
_NO_CHANGE: Final = -1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class SiteUser:
    """The owner of a site's writable files: a user of its own, or whoever we are."""

    uid: int
    is_own: bool

    def own(self, path: Path) -> None:
        """Give a file or folder to the site."""
        if path.lstat().st_uid != self.uid:
            os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def adopt(self, folder: Path) -> None:
        """Give a folder with everything in it to the site, if it was somebody else's.

        It is when the platform's folders were opened to other users, or closed, since it was made.
        """
        if folder.lstat().st_uid == self.uid:
            return
        for _, folders, files, opened in os.fwalk(folder):
            for name in (*folders, *files):
                os.chown(name, self.uid, self.uid, dir_fd=opened, follow_symlinks=False)
        self.own(folder)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Touch files with the site's rights, in this thread only.

        The kernel drops root's power over files with the user of the file system. Source:
        https://man7.org/linux/man-pages/man2/setfsuid.2.html
        """
        if not self.is_own:
            yield
            return
        _become(self.uid)
        try:
            yield
        finally:
            _become(0)

    def spawn_options(self) -> dict[str, Any]:
        """Return what makes ``subprocess`` start a program as the site."""
        if not self.is_own:
            return {"umask": 0o077}
        return {"user": self.uid, "group": self.uid, "extra_groups": [], "umask": 0o077}

    def let_read(self, path: Path) -> None:
        """Let the site's processes read, but not change, a file."""
        if self.is_own:
            os.chown(path, 0, self.uid, follow_symlinks=False)
            path.chmod(0o640)


def _become(uid: int) -> None:
    """Choose the user and group with which this thread touches files."""
    _libc.setfsgid(uid)
    _libc.setfsuid(uid)
    if _libc.setfsuid(_NO_CHANGE) != uid or _libc.setfsgid(_NO_CHANGE) != uid:
        message = "the rights of the thread did not change"
        raise PermissionError(message)


def claim_user(config: EngineConfig, site_id: str) -> SiteUser:
    """Return the site's user, choosing a free number the first time."""
    if not config.separates_users:
        return SiteUser(os.geteuid(), is_own=False)
    uids = config.layout.uids
    uids.mkdir(mode=0o755, parents=True, exist_ok=True)
    start = int.from_bytes(hashlib.sha256(site_id.encode()).digest()[:4], "big")
    for attempt in range(UID_COUNT):
        uid = FIRST_UID + (start + attempt) % UID_COUNT
        if _claim(uids / str(uid), site_id):
            return SiteUser(uid, is_own=True)
    message = "no user number is free"
    raise OSError(message)


def release_user(config: EngineConfig, site_id: str) -> None:
    """Make the site's number free again."""
    for marker in config.layout.uids.glob("*"):
        with suppress(OSError):
            if str(marker.readlink()) == site_id:
                marker.unlink()


def _claim(marker: Path, site_id: str) -> bool:
    """Take a number: a link that "points" to the site's id is made whole or not at all."""
    try:
        marker.symlink_to(site_id)
    except FileExistsError:
        with suppress(OSError):
            return str(marker.readlink()) == site_id
        return False
    return True
