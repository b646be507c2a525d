"""What the agency writes on its status page."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.agency.forms.incidents import IncidentChangeForm, IncidentForm, IncidentUpdateForm
from portals.shared.access import portal_view
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.customers.access import access_incident
from tenants.customers.models import Incident
from tenants.customers.selectors import list_incidents_of, list_updates_of
from tenants.customers.services.incidents import (
    StaleIncident,
    change_incident,
    open_incident,
    write_update,
)
from tenants.customers.states import IncidentImpact
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.STATUS_MANAGE


@portal_view(_MANAGE)
def list_incidents(request: PortalRequest) -> HttpResponse:
    """Show every incident, open ones first."""
    page = paginate(request, list_incidents_of(request.actor))
    return render_page(request, "portals/agency/incidents/list.html", {"page": page})


@portal_view(_MANAGE, methods=_FORM)
def add_incident(request: PortalRequest) -> HttpResponse:
    """Show and save the form of a new incident."""
    form = IncidentForm(posted(request), initial={"impact": IncidentImpact.MINOR})
    made = apply_form(
        form,
        lambda: open_incident(actor=request.actor, at=timezone.now(), **form.cleaned_data),
    )
    if made is not None:
        toast(request, _("It is on the status page now."))
        return go(request, _page_of(made))
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/agency/incidents/form.html", {"form": form}, status=status)


@portal_view(_MANAGE, methods=_FORM)
def show_incident(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show what was said about an incident, and say how it goes on."""
    incident = access_incident(request.actor, public_id)
    form = IncidentUpdateForm(posted(request), incident=incident)
    try:
        saved = apply_form(
            form,
            lambda: write_update(
                incident, actor=request.actor, at=timezone.now(), **form.cleaned_data
            ),
        )
    except StaleIncident as error:
        incident = access_incident(request.actor, public_id)
        form = IncidentUpdateForm(_renew(request, incident), incident=incident)
        return _show(request, incident, form=form, stale=error.message)
    if saved is not None:
        toast(request, _("It is on the status page now."))
        return go(request, _page_of(saved))
    return _show(request, incident, form=form)


@portal_view(_MANAGE, methods=_FORM)
def edit_incident(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the title and the impact of an incident."""
    incident = access_incident(request.actor, public_id)
    form = IncidentChangeForm(posted(request), incident=incident)
    stale = ""
    try:
        saved = apply_form(
            form, lambda: change_incident(incident, actor=request.actor, **form.cleaned_data)
        )
    except StaleIncident as error:
        saved, stale = None, error.message
        incident = access_incident(request.actor, public_id)
        form = IncidentChangeForm(_renew(request, incident), incident=incident)
    if saved is not None:
        toast(request, _("The changes are saved."))
        return go(request, _page_of(saved))
    context = {"form": form, "incident": incident, "stale": stale}
    template = "portals/agency/incidents/form.html"
    return render_page(request, template, context, status=_status(form, stale=stale))


def _show(
    request: PortalRequest, incident: Incident, *, form: PortalForm, stale: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "incident": incident,
        "updates": list_updates_of(incident),
        "stale": stale,
    }
    template = "portals/agency/incidents/detail.html"
    return render_page(request, template, context, status=_status(form, stale=stale))


def _status(form: PortalForm, *, stale: str) -> int:
    if stale:
        return 409
    return 422 if form.is_bound else 200


def _renew(request: PortalRequest, incident: Incident) -> QueryDict:
    """Return what was sent, so that sending it again stands on what is saved now."""
    data = request.POST.copy()
    data["version"] = str(incident.version)
    return data


def _page_of(incident: Incident) -> str:
    return reverse("agency:incident-detail", args=[incident.public_id])
