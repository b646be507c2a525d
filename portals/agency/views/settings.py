"""The agency's brand, and a person's profile."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portals.agency.forms.settings import BrandForm
from portals.shared.access import portal_view
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.profile import edit_profile
from portals.shared.requests import PortalRequest
from tenants.access import access_agency
from tenants.branding import DARK, LIGHT, compute_contrast, compute_tokens
from tenants.hosts import portal_host_of, url_for
from tenants.models import Agency
from tenants.permissions import Permission
from tenants.services.branding import change_branding
from tenants.states import PortalName


@dataclass(frozen=True, kw_only=True)
class ContrastLine:
    """How well the brand can be read in one theme."""

    theme: str
    on_brand: str
    on_brand_ratio: float
    text_ratio: float


@portal_view(Permission.AGENCY_MANAGE, methods=("GET", "HEAD", "POST"))
def edit_brand(request: PortalRequest) -> HttpResponse:
    """Show and save how the agency appears to its customers."""
    agency = access_agency(request.actor, permission=Permission.AGENCY_MANAGE)
    files = request.FILES if request.method == "POST" else None
    form = BrandForm(posted(request), files, initial=BrandForm.initial_of(agency))
    saved = apply_form(
        form,
        lambda: change_branding(
            agency,
            actor=request.actor,
            changes=form.changes(),
            logo=form.value_of("logo"),
            remove_logo=form.value_of("remove_logo"),
        ),
    )
    if saved is not None:
        toast(request, _("The brand is saved. Every page and mail uses it from now on."))
        return go(request, reverse("agency:brand-change"))
    context = {
        "form": form,
        "agency_row": agency,
        "contrast": _list_contrast(agency),
        "portal_url": url_for(portal_host_of(agency, PortalName.CUSTOMER)),
    }
    template = "portals/agency/settings/brand.html"
    return render_page(request, template, context, status=422 if form.is_bound else 200)


def _list_contrast(agency: Agency) -> list[ContrastLine]:
    lines = []
    for theme, surfaces in ((_("Light"), LIGHT), (_("Dark"), DARK)):
        tokens = compute_tokens(agency.brand_color, surfaces)
        lines.append(
            ContrastLine(
                theme=theme,
                on_brand=_("white") if tokens.on_brand == "#ffffff" else _("black"),
                on_brand_ratio=compute_contrast(tokens.brand, tokens.on_brand),
                text_ratio=compute_contrast(tokens.text, surfaces.surface),
            ),
        )
    return lines


@portal_view(methods=("GET", "HEAD", "POST"))
def edit_own_profile(request: PortalRequest) -> HttpResponse:
    """Show and save the signed-in person's name and language."""
    return edit_profile(request, template="portals/agency/profile.html")
