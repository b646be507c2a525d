"""The customer's first page, and the choice between customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hosting.models import Site
from hosting.selectors import list_sites_for
from hosting.states import SITE_MACHINE, SiteAction, SiteState
from portals.customer.looks import SITE_LOOKS
from portals.customer.views.coming import list_coming
from portals.shared.access import portal_view
from portals.shared.actions import ActionButton, list_action_buttons
from portals.shared.actors import CHOSEN_CUSTOMER
from portals.shared.greetings import greet, write_day
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.shared.service_status import find_gravest
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from tenants.customers.access import access_customer
from tenants.customers.selectors import (
    list_contacts_for,
    list_contacts_of_user,
    list_open_incidents,
)
from tenants.hosts import url_for

SITES_SHOWN: Final = 12


@dataclass(frozen=True, kw_only=True)
class SiteCard:
    """A site at a glance, with what can be done at once."""

    site: Site
    url: str
    is_online: bool
    buttons: list[ActionButton]


@portal_view()
def show_dashboard(request: PortalRequest) -> HttpResponse:
    """Show a customer's sites and next reservations at a glance, live."""
    actor, now = request.actor, timezone.now()
    customer = access_customer(actor, actor.customer_public_id)
    sites = list_sites_for(actor)
    figures = sites.aggregate(
        all=Count("pk"),
        active=Count("pk", filter=Q(state=SiteState.ACTIVE)),
        troubled=Count("pk", filter=Q(error__isnull=False) | Q(state=SiteState.SUSPENDED)),
        suspended=Count("pk", filter=Q(state=SiteState.SUSPENDED)),
    )
    incidents = list(list_open_incidents())
    context = {
        "greeting": greet(actor.name or actor.email, at=now),
        "day": write_day(now),
        "customer": customer,
        "cards": [_make_card(site, actor=actor) for site in sites[:SITES_SHOWN]],
        "figures": figures,
        "people_count": list_contacts_for(actor, customer=customer).count(),
        "places": list_contacts_of_user(actor.user_id or 0),
        "coming": list_coming(actor, now=now),
        "incident": find_gravest(incidents),
        "incidents": incidents,
    }
    return render_page(
        request,
        "portals/customer/dashboard.html",
        context,
        partials={"dashboard-live": "live"},
    )


def _make_card(site: Site, *, actor: Actor) -> SiteCard:
    looks = {SiteAction.LOGIN: SITE_LOOKS[SiteAction.LOGIN]}
    return SiteCard(
        site=site,
        url=url_for(site.host),
        is_online=site.state == SiteState.ACTIVE,
        buttons=list_action_buttons(SITE_MACHINE, site, actor=actor, looks=looks),
    )


@portal_view(methods=("POST",))
def choose_customer(request: PortalRequest) -> HttpResponse:
    """Work for another customer of the same agency from now on."""
    wanted = request.POST.get("customer", "")
    places = list_contacts_of_user(request.actor.user_id or 0)
    place = next((p for p in places if p.customer.public_id == wanted), None)
    if place is None:
        raise Missing(_("There is no such customer."))
    request.session[CHOSEN_CUSTOMER] = wanted
    toast(request, _("You are working for: %(name)s") % {"name": place.customer.name})
    return go(request, "/")
