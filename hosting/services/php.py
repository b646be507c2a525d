"""The PHP version of a site."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hosting.drivers.choice import find_engine
from hosting.events import SitePhpChangeStarted
from hosting.models import Site
from hosting.services.creation import PhpVersionUnknown
from hosting.services.work import StaleSite, lock_site, open_work, require_alone, save_work
from hosting.states import SITE_MACHINE, SiteAction
from hosting.workflows import CHANGE_PHP
from spotex.kernel.actor import Actor


def list_php_versions(site: Site) -> tuple[str, ...]:
    """Return the PHP versions that a site can have where it runs, the newest first."""
    return find_engine(site.engine).php_versions()


def find_php_version(site: Site) -> str:
    """Return the PHP version that a site runs on; empty if its engine has none."""
    return site.php_version or next(iter(list_php_versions(site)), "")


def change_php_version(
    site: Site,
    *,
    actor: Actor,
    php_version: str,
    version: int | None = None,
) -> Site:
    """Let a site run on another PHP; if it does not answer then, it goes back by itself.

    The version that the site has already is no change.

    Args:
        site: the row to change.
        actor: who asks.
        php_version: one of those that are offered.
        version: the version of the row that somebody looked at; None to skip the check.

    Raises:
        PhpVersionUnknown: it is not offered.
        IllegalMove: the site is not active.
        StaleSite: the site changed meanwhile.
        OperationOpen: other work on the site is going on.
    """
    offered = list_php_versions(site)  # asks the engine: before the transaction
    if php_version not in offered:
        raise PhpVersionUnknown(
            _("Choose one of these PHP versions: %(versions)s.")
            % {"versions": ", ".join(offered) or "–"},
            field="php_version",
        )
    return _open_change(site, actor=actor, wanted=php_version, default=offered[0], version=version)


@transaction.atomic
def _open_change(
    site: Site, *, actor: Actor, wanted: str, default: str, version: int | None
) -> Site:
    site = lock_site(site)
    if version is not None and version != site.version:
        raise StaleSite(_("This site changed meanwhile. Look at it again before saving."))
    before = site.php_version or default
    if wanted == before:
        return site
    SITE_MACHINE.check(site, SiteAction.CHANGE_PHP)
    require_alone(site)
    operation = open_work(site, CHANGE_PHP, actor=actor, arguments={"from": before, "to": wanted})
    return save_work(
        site, operation, SitePhpChangeStarted, actor=actor, php_version=[before, wanted]
    )
