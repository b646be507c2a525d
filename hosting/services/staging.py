"""Copies to try things on: made of a live site, pushed back over it, taken back, discarded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from hosting.drivers.base import Changes
from hosting.drivers.choice import find_engine
from hosting.events import (
    SiteCloneStarted,
    SiteCreated,
    SiteDeploymentStarted,
    SitePushStarted,
    SiteStepBackStarted,
)
from hosting.models import Site
from hosting.operations.selectors import find_open_operation
from hosting.operations.services import OperationOpen
from hosting.selectors import count_sites, list_stagings
from hosting.services.creation import take_preview_host
from hosting.services.sites import NAME_MAX_LENGTH, delete_site
from hosting.services.work import (
    StagingExists,
    StaleSite,
    lock_site,
    open_work,
    require_alone,
    save_work,
)
from hosting.states import SITE_MACHINE, SiteAction
from hosting.telling import tell_site
from hosting.workflows import CLONE, PUSH, STEP_BACK, describe_site
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation, UpstreamFailure
from tenants.services.plans import reserve_limit

_SUFFIX: Final = " staging"


class NotStaging(RuleViolation):
    """Only a staging copy can be pushed or discarded."""

    code = "not_a_staging"


class StagingOfStaging(RuleViolation):
    """A staging copy has no staging copy of its own."""

    code = "staging_of_staging"


class NothingToStepBackTo(Conflict):
    """No former content is kept."""

    code = "nothing_to_step_back_to"


@dataclass(frozen=True, kw_only=True)
class PushReview:
    """What somebody should know before pushing.

    Args:
        live: the site whose content will be replaced.
        changes: what would be lost of it; None if that could not be found out.
    """

    live: Site
    changes: Changes | None


@transaction.atomic
def clone_site(site: Site, *, actor: Actor) -> Site:
    """Make a staging copy of a live site: a site of its own, which counts against the plan.

    Raises:
        IllegalMove: the site is not active.
        StagingOfStaging: the site is a copy itself.
        StagingExists: it has a copy already.
        OperationOpen: work on the site is going on.
        LimitReached: the agency's plan has no room for one more site.
        NoAddressLeft: no preview address is free.
    """
    live = lock_site(site)
    SITE_MACHINE.check(live, SiteAction.CLONE)
    if live.is_staging:
        raise StagingOfStaging(_("A staging copy cannot be copied again."))
    if list_stagings(live).exists():
        raise StagingExists(_("This site has a staging copy already."))
    if find_open_operation(live.public_id) is not None:
        raise OperationOpen(_("Work on this is still going on. Please wait a moment."))
    agency_id = actor.agency_id or 0
    reserve_limit(agency_id, resource="sites", count=count_sites)
    copy = Site(
        customer=live.customer,
        staging_of=live,
        name=live.name[: NAME_MAX_LENGTH - len(_SUFFIX)].rstrip() + _SUFFIX,
        title=live.title,
        admin_email=live.admin_email,
        language=live.language,
        php_version=live.php_version,
        engine=live.engine,
    )
    take_preview_host(copy, agency_id=agency_id)
    copy.save()
    tell_site(SiteCreated, copy, actor=actor, preview_host=copy.preview_host)
    tell_site(SiteCloneStarted, live, actor=actor, copy=copy.public_id)
    operation = open_work(copy, CLONE, actor=actor, arguments={"source": live.public_id})
    return save_work(copy, operation, SiteDeploymentStarted, actor=actor)


def review_push(site: Site) -> PushReview:
    """Find out what pushing a copy would overwrite.

    Raises:
        NotStaging: the site is no copy.
    """
    live = _require_live(site)
    since = site.content_at or site.created_at
    try:
        changes = find_engine(live.engine).count_changes(describe_site(live), since=since)
    except UpstreamFailure:
        changes = None
    return PushReview(live=live, changes=changes)


@transaction.atomic
def push_site(site: Site, *, actor: Actor, version: int | None = None) -> Site:
    """Replace a live site's content by that of its copy; the former content is kept.

    Args:
        site: the copy.
        actor: who asks.
        version: the version of the copy that somebody looked at; None to skip the check.

    Returns:
        The live site, on which the work is done.

    Raises:
        NotStaging: the site is no copy.
        IllegalMove: the copy or the live site is not active.
        StaleSite: the copy changed meanwhile.
        OperationOpen: work on one of them is going on.
    """
    copy = lock_site(site)
    live = lock_site(_require_live(copy))
    if version is not None and version != copy.version:
        raise StaleSite(_("This site changed meanwhile. Look at it again before saving."))
    for one in (copy, live):
        SITE_MACHINE.check(one, SiteAction.PUSH)
    if find_open_operation(copy.public_id) is not None:
        raise OperationOpen(_("Work on the staging copy is still going on."))
    operation = open_work(live, PUSH, actor=actor, arguments={"source": copy.public_id})
    return save_work(live, operation, SitePushStarted, actor=actor, copy=copy.public_id)


@transaction.atomic
def step_site_back(site: Site, *, actor: Actor) -> Site:
    """Give a site the content back that it had before the last push.

    Raises:
        IllegalMove: the site is not active.
        NothingToStepBackTo: no former content is kept.
        OperationOpen: work on the site is going on.
    """
    live = lock_site(site)
    SITE_MACHINE.check(live, SiteAction.STEP_BACK)
    if not live.pushed_copy:
        raise NothingToStepBackTo(_("There is no content from before a push."))
    require_alone(live)
    operation = open_work(live, STEP_BACK, actor=actor, arguments={"copy": live.pushed_copy})
    return save_work(live, operation, SiteStepBackStarted, actor=actor)


def discard_staging(site: Site, *, actor: Actor) -> Site:
    """Delete a staging copy with all its content; the live site stays as it is.

    Raises:
        NotStaging: the site is no copy.
        IllegalMove: it is deleted.
        OperationOpen: other work on it is going on.
    """
    _require_live(site)
    return delete_site(site, actor=actor)


def _require_live(site: Site) -> Site:
    live = site.staging_of
    if live is None:
        raise NotStaging(_("This site is not a staging copy."))
    live.customer = site.customer
    return live
