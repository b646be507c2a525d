"""The tools of a site's page: PHP version and staging copy, as far as the actor may use them."""

from __future__ import annotations

from dataclasses import dataclass

from hosting.models import Site
from hosting.selectors import list_stagings
from hosting.services.php import list_php_versions
from hosting.states import SiteState
from spotex.kernel.actor import Actor
from tenants.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class SiteTools:
    """What a page offers besides the moves of a site.

    Args:
        php: the version in use; empty if the server has none.
        php_versions: those to choose from, when there is a choice to make now.
        php_offered: how many versions the server has.
        staging: the site's copy.
    """

    php: str
    php_versions: list[tuple[str, str]]
    php_offered: int
    staging: Site | None
    can_clone: bool
    can_push: bool
    can_discard: bool
    can_step_back: bool


def view_tools(site: Site, *, actor: Actor, is_busy: bool) -> SiteTools:
    """Return a site's tools; while work is going on none can be used."""
    offered = list_php_versions(site)
    ready = site.state == SiteState.ACTIVE and not is_busy
    may_operate = ready and actor.can(Permission.SITE_OPERATE)
    may_deploy = actor.can(Permission.SITE_DEPLOY)
    staging = None if site.is_staging else list_stagings(site).first()
    return SiteTools(
        php=site.php_version or next(iter(offered), ""),
        php_versions=[(one, f"PHP {one}") for one in offered]
        if may_operate and len(offered) > 1
        else [],
        php_offered=len(offered),
        staging=staging,
        can_clone=ready and may_deploy and not site.is_staging and staging is None,
        can_push=may_operate and site.is_staging,
        can_discard=site.is_staging
        and may_deploy
        and not is_busy
        and site.state != SiteState.DELETING,
        can_step_back=may_operate and bool(site.pushed_copy),
    )
