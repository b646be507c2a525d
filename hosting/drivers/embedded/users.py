"""Who a site's processes are.

As root every site gets a numeric user of its own, without an account: sites cannot read each
other, nor change what root placed for them. As an ordinary user everything belongs to that user.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hosting.drivers.embedded.config import EngineConfig

FIRST_UID: Final = 20_000
UID_COUNT: Final = 40_000


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
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                self.own(Path(parent, name))
        self.own(folder)

    def let_read(self, path: Path) -> None:
        """Let the site's processes read, but not change, a file."""
        if self.is_own:
            os.chown(path, 0, self.uid, follow_symlinks=False)
            path.chmod(0o640)


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
