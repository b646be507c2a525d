"""Copying a folder of one site into another: read with the one's rights, written with the other's.

Root would follow a link that a site puts in its way between two looks; the sites' own users cannot
be led to anything that is not theirs.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from hosting.drivers.embedded.users import SiteUser

_CHUNK: Final = 1 << 24
_LEFT_OUT: Final = frozenset({"cache", "upgrade", "upgrade-temp-backup"})
"""What plugins and WordPress make anew; pages in a cache would carry the other's addresses."""


def copy_tree(source: Path, target: Path, *, reader: SiteUser, writer: SiteUser) -> int:
    """Copy everything below a folder into an existing one and return the number of bytes.

    Links are copied as links; anything that is neither file, folder nor link is left out.
    """
    total = 0
    with reader.acting():
        found = [
            (Path(parent), list(folders), list(names))
            for parent, folders, names in os.walk(source, topdown=True)
        ]
    for parent, folders, names in found:
        inside = parent.relative_to(source)
        if inside.parts and inside.parts[0] in _LEFT_OUT:
            continue
        for name in (*folders, *names):
            total += _copy_entry(
                parent / name, target / inside / name, reader=reader, writer=writer
            )
    return total


def _copy_entry(source: Path, target: Path, *, reader: SiteUser, writer: SiteUser) -> int:
    with reader.acting():
        is_link, is_folder, is_file = source.is_symlink(), source.is_dir(), source.is_file()
        leads_to = source.readlink() if is_link else source
    if is_link or is_folder:
        with writer.acting():
            if is_link:
                target.symlink_to(leads_to)
            else:
                target.mkdir(mode=0o755, exist_ok=True)
        return 0
    return copy_file(source, target, reader=reader, writer=writer) if is_file else 0


def copy_file(source: Path, target: Path, *, reader: SiteUser, writer: SiteUser) -> int:
    """Copy one file and return the number of bytes; one that went away meanwhile is no failure."""
    try:
        with reader.acting():
            given = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return 0
    try:
        with writer.acting():
            made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        try:
            return _pour(given, made)
        finally:
            os.close(made)
    finally:
        os.close(given)


def _pour(given: int, made: int) -> int:
    total = 0
    while sent := os.sendfile(made, given, None, _CHUNK):
        total += sent
    times = os.fstat(given)
    os.utime(made, ns=(times.st_atime_ns, times.st_mtime_ns))
    return total


def measure_tree(folder: Path) -> int:
    """Return the bytes of all files below a folder, links not followed."""
    total = 0
    for _, _, names, opened in os.fwalk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.stat(name, dir_fd=opened, follow_symlinks=False).st_size
    return total
