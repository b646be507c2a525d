"""Sites follow their agency: paused while it is suspended, resumed when it works again.

Which sites were paused for the agency's sake is noted on each, so that exactly those come back:
one that somebody had suspended before stays suspended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from hosting.models import Site
from hosting.operations.selectors import find_open_operation
from hosting.operations.services import OperationOpen
from hosting.services.sites import resume_site, suspend_site
from hosting.states import SiteState
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.models import Agency
from tenants.states import AgencyState

LOOK_AGAIN: Final = timedelta(minutes=1)


def follow_agency(agency_id: int, *, at: datetime) -> datetime | None:
    """Pause or resume an agency's sites as its state asks for; return when to look again.

    A site on which work is going on has to wait for its end. None says that nothing is left.
    """
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None or agency.state == AgencyState.CLOSED:  # its sites are being deleted
        return None
    actor = system_actor(agency)
    with agency_scope(agency):
        if agency.state != AgencyState.ACTIVE:
            rows = Site.objects.filter(state__in=(SiteState.ACTIVE, SiteState.DEPLOYING))
            waiting = [site for site in _with_customer(rows) if not _pause(site, actor=actor)]
        else:
            rows = Site.objects.filter(paused_with_agency=True)
            waiting = [site for site in _with_customer(rows) if not _unpause(site, actor=actor)]
    return at + LOOK_AGAIN if waiting else None


def _with_customer(rows: QuerySet[Site]) -> list[Site]:
    return list(rows.select_related("customer").order_by("pk"))


def _pause(site: Site, *, actor: Actor) -> bool:
    """Ask for the pause of a site; tell whether nothing remains to be done."""
    if site.state == SiteState.DEPLOYING:
        return find_open_operation(site.public_id) is None
    try:
        with transaction.atomic():
            Site.objects.filter(pk=site.pk).update(paused_with_agency=True)
            suspend_site(site, actor=actor)
    except OperationOpen:
        return False
    return True


def _unpause(site: Site, *, actor: Actor) -> bool:
    """Ask for a site to come back; tell whether nothing remains to be done."""
    if site.state == SiteState.ACTIVE and find_open_operation(site.public_id) is not None:
        return False  # its pause is still under way
    try:
        with transaction.atomic():
            Site.objects.filter(pk=site.pk).update(paused_with_agency=False)
            if site.state == SiteState.SUSPENDED:
                resume_site(site, actor=actor)
    except OperationOpen:
        return False
    return True
