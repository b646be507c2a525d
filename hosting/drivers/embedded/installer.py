"""Running WordPress's installer without its web wizard.

The installer runs only delivered code, before anything of the site's people is there; so it may
run as the platform's own user and share a cache of compiled PHP, which halves its time.
"""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from hosting.drivers.base import EngineTimeout, InstallFailed, SiteSpec
from hosting.drivers.embedded.config import EngineConfig
from hosting.drivers.embedded.core import open_compiled
from hosting.drivers.embedded.fpm import SharedParts
from hosting.drivers.embedded.paths import SitePaths
from hosting.drivers.embedded.users import SiteUser
from spotex.runtime.deathsig import die_with_parent

_ADMINISTRATOR: Final = {"it_IT": "gestore"}
_ANY_ADMINISTRATOR: Final = "manager"


def install_wordpress(
    config: EngineConfig,
    spec: SiteSpec,
    *,
    parts: SharedParts,
    user: SiteUser,
) -> dict[str, Any]:
    """Fill a database file aside, then make it the site's; return version and locale.

    Raises:
        InstallFailed: the installer says why, or says nothing.
        EngineTimeout: it did not end.
    """
    site = config.layout.site(spec.site_id)
    _sweep(site)
    aside = site.data / f"installing-{secrets.token_hex(4)}.sqlite"
    wanted = {
        "database_file": aside.name,
        "host": spec.url.partition("://")[2],
        "title": spec.title,
        "email": spec.admin_email,
        "user": _ADMINISTRATOR.get(spec.language, _ANY_ADMINISTRATOR),
        "locale": spec.language,
    }
    answer = _run(config, site, parts, wanted)
    if user.is_own:
        open_compiled(parts.compiled)
    if not aside.is_file():
        raise InstallFailed(detail="the database was not written")
    for path in (site.data, *site.data.iterdir(), *_folders_of_content(site)):
        user.own(path)
    aside.chmod(0o600)
    with suppress(FileExistsError):  # an installer of a worker believed dead was faster: keep that
        site.database.hardlink_to(aside)
    _sweep(site)
    return answer


def _sweep(site: SitePaths) -> None:
    for leftover in site.data.glob("installing-*"):
        leftover.unlink(missing_ok=True)


def _folders_of_content(site: SitePaths) -> list[Path]:
    return [path for path in site.content.rglob("*") if not path.is_symlink()]


def _run(
    config: EngineConfig,
    site: SitePaths,
    parts: SharedParts,
    wanted: dict[str, Any],
) -> dict[str, Any]:
    values = {
        "auto_prepend_file": site.prepend,
        "opcache.enable_cli": 1,
        "opcache.file_cache": parts.compiled,
        "opcache.file_cache_only": 1,
        "opcache.blacklist_filename": config.layout.not_compiled,
        "memory_limit": "256M",
        "display_errors": "stderr",
        "error_log": "",
    }
    flags = [part for key, value in values.items() for part in ("-d", f"{key}={value}")]
    try:
        done = subprocess.run(  # noqa: S603  our own program and typed values, no shell
            [str(parts.php.cli), *flags, str(parts.own_php / "install.php")],
            input=json.dumps(wanted),
            capture_output=True,
            text=True,
            timeout=config.install_seconds,
            cwd=site.root,
            env={"TMPDIR": str(site.tmp), "LANG": "C.UTF-8"},
            preexec_fn=partial(die_with_parent, signal.SIGKILL),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineTimeout(seconds=int(config.install_seconds)) from error
    return _read_answer(done)


def _read_answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            answer: dict[str, Any] = json.loads(line)
            if answer.get("ok"):
                return answer
            raise InstallFailed(detail=str(answer.get("detail", ""))[:300])
    said = (done.stderr or done.stdout).strip().splitlines()[:2]
    raise InstallFailed(detail=" · ".join(said)[:300] or f"PHP ended with {done.returncode}")
