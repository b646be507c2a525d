"""Own domains: the records to set, what DNS says of them, what they serve."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.agency.forms.domains import DomainForm, DomainPortalForm
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.domains import DomainView, view_domain
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.access import access_agency, access_domain
from tenants.limits import effective_limit
from tenants.permissions import Permission
from tenants.selectors import list_domains_of
from tenants.services.domains import (
    add_domain,
    change_domain,
    remove_domain,
    request_domain_check,
)
from tenants.states import PortalName

VIEW: Final = Permission.DOMAIN_VIEW
MANAGE: Final = Permission.DOMAIN_MANAGE
_FORM: Final = ("GET", "HEAD", "POST")


@portal_view(VIEW)
def list_domains(request: PortalRequest) -> HttpResponse:
    """Show the agency's own domains and how they are."""
    agency = access_agency(request.actor, permission=VIEW)
    rows = list_domains_of(request.actor)
    page = paginate(request, rows)
    context = {
        "page": page,
        "views": [view_domain(row, slug=agency.slug) for row in page.object_list],
        "used": rows.count(),
        "limit": effective_limit(agency, "custom_domains"),
        "can_manage": request.actor.can(MANAGE),
    }
    template = "portals/agency/domains/list.html"
    return render_page(request, template, context, partials={"domain-rows": "rows"})


@portal_view(MANAGE, methods=_FORM)
def add(request: PortalRequest) -> HttpResponse:
    """Show and save the form that asks for a domain."""
    form = DomainForm(posted(request), initial={"portal": PortalName.CUSTOMER})
    added = apply_form(
        form,
        lambda: add_domain(actor=request.actor, at=timezone.now(), **form.cleaned_data),
    )
    if added is not None:
        toast(request, _("Now set these records where the domain’s DNS is managed."))
        return go(request, reverse("agency:domain-detail", args=[added.public_id]))
    template = "portals/agency/domains/form.html"
    return render_page(request, template, {"form": form}, status=422 if form.is_bound else 200)


@portal_view(VIEW)
def show_domain(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the records to set, what DNS says, and the certificate."""
    view = _view(request, public_id, permission=VIEW)
    context = {"view": view, "domain": view.row, "can_manage": request.actor.can(MANAGE)}
    template = "portals/agency/domains/detail.html"
    return render_page(request, template, context, partials={"domain-live": "live"})


@portal_view(MANAGE, methods=("POST",))
def check(request: PortalRequest, public_id: str) -> HttpResponse:
    """Have the records looked at now."""
    domain = access_domain(request.actor, public_id, permission=MANAGE)
    return carry_out(
        request,
        lambda: request_domain_check(domain, actor=request.actor, at=timezone.now()),
        done=_("The records are being looked at."),
        then=reverse("agency:domain-detail", args=[public_id]),
    )


@portal_view(MANAGE, methods=_FORM)
def change_portal(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save which portal a domain serves."""
    view = _view(request, public_id, permission=MANAGE)
    form = DomainPortalForm(posted(request), initial={"portal": view.row.portal})
    saved = apply_form(
        form,
        lambda: change_domain(view.row, actor=request.actor, portal=form.value_of("portal")),
    )
    if saved is not None:
        toast(request, _("The domain leads to another portal now."))
        return go(request, reverse("agency:domain-detail", args=[public_id]))
    template = "portals/agency/domains/portal.html"
    context = {"form": form, "view": view}
    return render_page(request, template, context, status=422 if form.is_bound else 200)


@portal_view(MANAGE, methods=("POST",))
def make_primary(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let links and mails use this domain."""
    domain = access_domain(request.actor, public_id, permission=MANAGE)
    return carry_out(
        request,
        lambda: change_domain(domain, actor=request.actor, is_primary=True),
        done=_("Links and mails use this domain while it is live."),
        then=reverse("agency:domain-detail", args=[public_id]),
    )


@portal_view(MANAGE, methods=_FORM)
def remove(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then let the domain lead nowhere."""
    view = _view(request, public_id, permission=MANAGE)
    if request.method != "POST":
        return render_page(request, "portals/agency/domains/remove.html", {"view": view})
    return carry_out(
        request,
        lambda: remove_domain(view.row, actor=request.actor),
        done=_("%(domain)s is removed.") % {"domain": view.name},
        then=reverse("agency:domain-list"),
    )


def _view(request: PortalRequest, public_id: str, *, permission: Permission) -> DomainView:
    domain = access_domain(request.actor, public_id, permission=permission)
    return view_domain(domain, slug=request.actor.agency_slug)
