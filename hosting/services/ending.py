"""What the end of an agency means for its sites: each is deleted by an operation of its engine."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from hosting.models import Site
from hosting.operations.selectors import find_open_operation
from hosting.operations.services import OperationOpen
from hosting.services.sites import delete_site
from hosting.services.work import StagingExists
from hosting.states import SiteState
from spotex.kernel.actor import Actor
from spotex.kernel.machine import IllegalMove
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.closing_steps import closing_step
from tenants.models import Agency, Closure

SOON: Final = timedelta(seconds=30)
"""When to look again while work goes on."""

LATER: Final = timedelta(minutes=15)
"""For how long a failure stands before the deletion begins anew."""


class SitesRemain(Exception):
    """Sites could not be deleted, and nothing goes on: the end waits, and shows these ids."""


@closing_step("sites")
def delete_sites(closure: Closure, *, at: datetime) -> datetime | None:
    """Have all sites deleted; copies for trying things come before what they were copied from.

    Raises:
        SitesRemain: their deletion failed a moment ago; the next attempt begins it anew.
    """
    agency = Agency.objects.filter(pk=closure.agency_id or 0).first()
    if agency is None:
        return None
    actor = system_actor(agency)
    with agency_scope(agency):
        rows = Site.objects.exclude(state=SiteState.DELETED).select_related(
            "customer", "staging_of"
        )
        sites = sorted(rows, key=lambda site: (not site.is_staging, site.pk))
        is_busy = [_is_being_worked_on(site, actor=actor, at=at) for site in sites]
    if not sites:
        return None
    if not any(is_busy):
        raise SitesRemain(", ".join(site.public_id for site in sites))
    return at + SOON


def _is_being_worked_on(site: Site, *, actor: Actor, at: datetime) -> bool:
    """Have a site deleted, unless a failure is too fresh; tell whether something goes on."""
    failed_lately = site.error is not None and site.state == SiteState.DELETING
    if failed_lately and site.updated_at > at - LATER:
        return False
    try:
        delete_site(site, actor=actor)
    except (OperationOpen, StagingExists, IllegalMove):
        return find_open_operation(site.public_id) is not None
    return True
