"""Running WordPress's installer without its web wizard.

It runs as the site, inside the same fence as the site's other PHP, over delivered content only.
It runs once in a site's life (see the engine's ``install``).
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from hosting.drivers.base import InstallFailed, SiteSpec
from hosting.drivers.embedded.runs import SitePhp

_ADMINISTRATOR: Final = {"it_IT": "gestore"}
_ANY_ADMINISTRATOR: Final = "manager"


def install_wordpress(spec: SiteSpec, *, php: SitePhp) -> dict[str, Any]:
    """Have PHP fill a database file aside and make it the site's; return version and locale.

    Raises:
        InstallFailed: the installer says why, or says nothing.
        EngineTimeout: it did not end.
    """
    _sweep(php)
    clean = php.parts.clean_content
    wanted = {
        "database_file": f"installing-{secrets.token_hex(4)}.sqlite",
        "content_dir": str(clean),
        "host": spec.url.partition("://")[2],
        "title": spec.title,
        "email": spec.admin_email,
        "user": _ADMINISTRATOR.get(spec.language, _ANY_ADMINISTRATOR),
        "locale": spec.language,
    }
    try:
        answer = php.run("install.php", wanted, reads=(clean,), failure=InstallFailed)
    finally:
        _sweep(php)
    if not php.site.database.is_file():
        raise InstallFailed(detail="the database was not written")
    return answer


def _sweep(php: SitePhp) -> None:
    with php.user.acting():
        for leftover in php.site.data.glob("installing-*"):
            leftover.unlink(missing_ok=True)
