"""The cache of compiled core files that all sites share.

It is filled before the first site, from delivered files alone, by a user that no site runs as.
Sites read it; a site that could write it would write code for all others.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import Final

from hosting.drivers.embedded.core import Core
from hosting.drivers.embedded.notes import write_atomically
from hosting.drivers.embedded.paths import Layout
from hosting.drivers.embedded.users import COMPILER_UID, SiteUser
from spotex.runtime.deathsig import die_with_parent
from spotex.runtime.php import Php

_SECONDS: Final = 60
_SOURCES: Final = ("wp-includes/*.php", "wp-includes/*/*.php", "wp-admin/includes/*.php")


def find_compiled(layout: Layout, core: Core, php: Php) -> Path:
    """Return the folder of compiled files of one WordPress and one PHP version."""
    folder = layout.compiled / f"{core.version}-{php.version}"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    return folder


def fill_compiled(layout: Layout, core: Core, php: Php, *, own_php: Path) -> int:
    """Compile the core once and return how many files that were; 0 if it was done before.

    A cache that is not there only makes sites slower: no failure here stops a deployment.
    """
    folder = find_compiled(layout, core, php)
    mark = folder.with_name(f"{folder.name}.json")
    if mark.exists():
        return 0
    user = SiteUser(COMPILER_UID, is_own=os.geteuid() == 0)
    if user.is_own:
        user.own(folder)
    done = _compile(folder, core, php, own_php=own_php, user=user)
    if user.is_own:
        _open(folder, user)
    write_atomically(mark, json.dumps({"files": done}))
    return done


def _compile(folder: Path, core: Core, php: Php, *, own_php: Path, user: SiteUser) -> int:
    files = sorted(
        str(path)
        for path in (
            *(path for pattern in _SOURCES for path in core.tree.glob(pattern)),
            *core.sqlite.rglob("*.php"),
        )
    )
    values = {
        "open_basedir": ":".join(f"{path}/" for path in (core.tree, core.sqlite, own_php, folder)),
        "opcache.enable_cli": "1",
        "opcache.file_cache": str(folder),
        "opcache.memory_consumption": "192",
        "opcache.max_accelerated_files": "8000",
        "memory_limit": "512M",
    }
    flags = [part for key, value in values.items() for part in ("-d", f"{key}={value}")]
    try:
        said = subprocess.run(  # noqa: S603  our own program and typed values, no shell
            [str(php.cli), *flags, str(own_php / "compile.php")],
            input=json.dumps(files),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            cwd=folder,
            env={"LANG": "C.UTF-8"},
            preexec_fn=partial(die_with_parent, signal.SIGKILL),
            check=False,
            **user.spawn_options(),
        ).stdout.strip()
    except subprocess.TimeoutExpired:
        return 0
    return int(said) if said.isdigit() else 0


def _open(folder: Path, user: SiteUser) -> None:
    """Let every site read the compiled files; PHP writes them for their owner only."""
    with user.acting():
        for parent, _, names in os.walk(folder):
            Path(parent).chmod(0o755)
            for name in names:
                Path(parent, name).chmod(0o644)
