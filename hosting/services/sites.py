"""The life of a site after its creation: deployed, suspended, resumed, restarted, deleted.

Each of these opens an operation and returns at once; workers do the work. What the end of the
work means for the site is in ``hosting.workflows``.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hosting.drivers.choice import find_engine
from hosting.events import (
    SiteChanged,
    SiteDeletionStarted,
    SiteDeploymentCancelled,
    SiteDeploymentStarted,
    SiteLoginLinkCreated,
    SiteRenamed,
    SiteRestartStarted,
    SiteResumptionStarted,
    SiteSuspensionStarted,
)
from hosting.models import Site
from hosting.operations.models import Operation
from hosting.operations.selectors import find_open_operation
from hosting.operations.services import (
    OperationNotCancellable,
    cancel_operation,
    retry_operation,
)
from hosting.operations.states import OperationState
from hosting.selectors import list_stagings
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
from hosting.workflows import (
    CLONE,
    DELETE,
    DEPLOY,
    RESTART,
    RESUME,
    STEP_BACK,
    SUSPEND,
    describe_site,
)
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation

_WAYS_UP: Final = (DEPLOY, CLONE, STEP_BACK)
"""Kinds that end with the site on the net; a failed one goes on where it stopped."""
LOGIN_LINK_SECONDS: Final = 60
NAME_MAX_LENGTH: Final = 60


class SiteNameMissing(RuleViolation):
    """The name is blank or too long."""

    code = "site_name_invalid"


@transaction.atomic
def deploy_site(site: Site, *, actor: Actor) -> Site:
    """Set a site up, or go on where the last attempt failed.

    While a deployment is under way this changes nothing.

    Raises:
        IllegalMove: the site is active, suspended or being deleted.
        OperationOpen: other work on the site is going on.
    """
    site = lock_site(site)
    current = find_open_operation(site.public_id)
    if current is not None and current.kind in _WAYS_UP:
        return site
    SITE_MACHINE.apply(site, SiteAction.DEPLOY)
    former = _find_failed(site)
    if former is not None:
        operation = retry_operation(former, actor=actor, at=timezone.now())
    elif site.staging_of is not None and site.deployed_at is None:
        source = site.staging_of.public_id
        operation = open_work(site, CLONE, actor=actor, arguments={"source": source})
    else:
        operation = open_work(site, DEPLOY, actor=actor)
    return save_work(site, operation, SiteDeploymentStarted, actor=actor)


def _find_failed(site: Site) -> Operation | None:
    """Return the last work on a site if it failed and can go on where it stopped."""
    return Operation.objects.filter(
        public_id=site.operation,
        kind__in=_WAYS_UP,
        state=OperationState.FAILED,
    ).first()


def suspend_site(site: Site, *, actor: Actor) -> Site:
    """Take a site off the net; visitors see a pause page. Files and content stay.

    Raises:
        IllegalMove: the site is not active.
        OperationOpen: other work on the site is going on.
    """
    return _request(site, SiteAction.SUSPEND, SUSPEND, SiteSuspensionStarted, actor=actor)


def resume_site(site: Site, *, actor: Actor) -> Site:
    """Put a suspended site back on the net.

    Raises:
        IllegalMove: the site is not suspended.
        OperationOpen: other work on the site is going on.
    """
    return _request(site, SiteAction.RESUME, RESUME, SiteResumptionStarted, actor=actor)


def restart_site(site: Site, *, actor: Actor) -> Site:
    """Give a site fresh processes and a fresh configuration.

    Raises:
        IllegalMove: the site is not active.
        OperationOpen: other work on the site is going on.
    """
    return _request(site, SiteAction.RESTART, RESTART, SiteRestartStarted, actor=actor)


@transaction.atomic
def delete_site(site: Site, *, actor: Actor) -> Site:
    """Delete a site with all its content, or go on where the last attempt failed.

    While a deletion is under way this changes nothing.

    Raises:
        IllegalMove: the site is deleted.
        StagingExists: its staging copy has to go first.
        OperationOpen: other work on the site is going on.
    """
    site = lock_site(site)
    current = find_open_operation(site.public_id)
    if current is not None and current.kind == DELETE:
        return site
    require_alone(site)
    if list_stagings(site).exists():
        raise StagingExists(_("This site has a staging copy. Discard the copy first."))
    SITE_MACHINE.apply(site, SiteAction.DELETE)
    operation = open_work(site, DELETE, actor=actor)
    return save_work(site, operation, SiteDeletionStarted, actor=actor)


@transaction.atomic
def cancel_deployment(site: Site, *, actor: Actor) -> Operation:
    """Stop a deployment before its next step and take away what it made.

    Raises:
        OperationNotCancellable: no deployment is under way.
    """
    site = lock_site(site)
    current = find_open_operation(site.public_id)
    if current is None or current.kind not in {DEPLOY, CLONE}:
        raise OperationNotCancellable(_("There is no deployment to cancel."))
    cancelled = cancel_operation(current, actor=actor)
    tell_site(SiteDeploymentCancelled, site, actor=actor)
    return cancelled


@transaction.atomic
def change_site(site: Site, *, actor: Actor, name: str, version: int | None = None) -> Site:
    """Give a site another name in the portals; its address stays.

    Args:
        site: the row to change.
        actor: who changes it.
        name: the new name.
        version: the version that somebody looked at; None to skip the check.

    Raises:
        SiteNameMissing: the name is blank or too long.
        StaleSite: the site changed meanwhile.
    """
    site = lock_site(site)
    if version is not None and version != site.version:
        raise StaleSite(_("This site changed meanwhile. Look at it again before saving."))
    before = site.name
    site.name = require_name(name)
    if site.name != before:
        site.version += 1
        site.save()
        tell_site(SiteRenamed, site, actor=actor, name=[before, site.name])
    return site


def create_login_link(site: Site, *, actor: Actor) -> str:
    """Return an address that logs its first visitor into the site's dashboard, for a minute.

    Raises:
        IllegalMove: the site is not active.
        NotAnswering: its process is not running.
    """
    SITE_MACHINE.check(site, SiteAction.LOGIN)
    link = find_engine(site.engine).create_login_link(
        describe_site(site), seconds=LOGIN_LINK_SECONDS
    )
    with transaction.atomic():  # if the trail cannot be written, nobody learns the link
        tell_site(SiteLoginLinkCreated, site, actor=actor, seconds=LOGIN_LINK_SECONDS)
    return link


def require_name(text: str) -> str:
    """Return a name in its stored form.

    Raises:
        SiteNameMissing: it is blank or too long.
    """
    name = " ".join(text.split())
    if not name or len(name) > NAME_MAX_LENGTH:
        raise SiteNameMissing(
            _("Give the site a name of at most %(most)s characters.") % {"most": NAME_MAX_LENGTH},
            field="name",
        )
    return name


@transaction.atomic
def _request(
    site: Site,
    action: SiteAction,
    kind: str,
    event: type[SiteChanged],
    *,
    actor: Actor,
) -> Site:
    """Open the operation of a move that happens when the work is done."""
    site = lock_site(site)
    SITE_MACHINE.check(site, action)
    require_alone(site)
    return save_work(site, open_work(site, kind, actor=actor), event, actor=actor)
