"""Running WordPress's installer without its web wizard.

It runs as the site, inside the same fence as the site's other PHP, over delivered content only.
It runs once in a site's life (see the engine's ``install``).
"""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
from functools import partial
from typing import Any, Final

from hosting.drivers.base import EngineTimeout, InstallFailed, SiteSpec
from hosting.drivers.embedded.config import EngineConfig
from hosting.drivers.embedded.fpm import SharedParts, list_php_values
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
    """Have PHP fill a database file aside and make it the site's; return version and locale.

    Raises:
        InstallFailed: the installer says why, or says nothing.
        EngineTimeout: it did not end.
    """
    site = config.layout.site(spec.site_id)
    _sweep(site, user)
    wanted = {
        "database_file": f"installing-{secrets.token_hex(4)}.sqlite",
        "content_dir": str(parts.clean_content),
        "host": spec.url.partition("://")[2],
        "title": spec.title,
        "email": spec.admin_email,
        "user": _ADMINISTRATOR.get(spec.language, _ANY_ADMINISTRATOR),
        "locale": spec.language,
    }
    try:
        answer = _run(config, site, parts, user, wanted)
    finally:
        _sweep(site, user)
    if not site.database.is_file():
        raise InstallFailed(detail="the database was not written")
    return answer


def _sweep(site: SitePaths, user: SiteUser) -> None:
    with user.acting():
        for leftover in site.data.glob("installing-*"):
            leftover.unlink(missing_ok=True)


def _run(
    config: EngineConfig,
    site: SitePaths,
    parts: SharedParts,
    user: SiteUser,
    wanted: dict[str, Any],
) -> dict[str, Any]:
    values = {
        **dict(list_php_values(site, parts)),
        "memory_limit": "256M",
        "display_errors": "stderr",
        "error_log": "",
    }
    values["open_basedir"] += f":{parts.clean_content}/"
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
            **user.spawn_options(),
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
