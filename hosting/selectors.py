"""Shared reads of sites and their operations."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from hosting.models import Site
from hosting.operations.models import Operation
from hosting.operations.selectors import list_operations_of
from hosting.states import SiteState
from spotex.kernel.actor import Actor
from tenants.permissions import Permission


def list_sites_for(actor: Actor) -> QuerySet[Site]:
    """List the sites that the actor sees, deleted ones left out, with their customers."""
    if actor.agency_id is None or not actor.can(Permission.SITE_VIEW):
        return Site.objects.none()
    sites = (
        Site.objects.exclude(state=SiteState.DELETED)
        .select_related("customer", "staging_of")
        .order_by("name", "pk")
    )
    if actor.customer_id is not None:
        return sites.filter(customer_id=actor.customer_id)
    return sites


def list_stagings(site: Site) -> QuerySet[Site]:
    """List the staging copy of a site: none or one."""
    return Site.objects.filter(staging_of=site).exclude(state=SiteState.DELETED)


def search_sites(sites: QuerySet[Site], *, text: str) -> QuerySet[Site]:
    """Narrow a list to names, titles and hosts that contain the text."""
    if not text:
        return sites
    return sites.filter(
        Q(name__icontains=text)
        | Q(title__icontains=text)
        | Q(preview_host__icontains=text)
        | Q(host_name__icontains=text),
    )


def list_operations_for(actor: Actor) -> QuerySet[Operation]:
    """List the operations that the actor sees, newest first, with their steps.

    A deleted site's operations stay visible: they tell how it went.
    """
    if actor.agency_id is None or not actor.can(Permission.OPERATION_VIEW):
        return Operation.objects.none()
    operations = list_operations_of(actor.agency_id)
    if actor.customer_id is not None:
        return operations.filter(customer=actor.customer_public_id)
    return operations


def count_sites() -> int:
    """Count the sites that fill the plan's limit: all that are not deleted."""
    return Site.objects.exclude(state=SiteState.DELETED).count()
