"""How the agency appears to its customers: the form, its preview, the report."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portals.agency.brand_report import BrandPreview, preview_brand
from portals.agency.forms.settings import BrandForm
from portals.shared.access import portal_view
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Missing
from tenants.access import access_agency
from tenants.branding import is_color, write_stylesheet
from tenants.hosts import portal_host_of, url_for
from tenants.models import Agency
from tenants.permissions import Permission
from tenants.services.branding import change_branding
from tenants.states import PortalName

PREVIEW_SELECTOR = ".brand-sample"
_TEMPLATE = "portals/agency/settings/brand.html"


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
    return _show(request, agency, form, status=422 if form.is_bound else 200)


@portal_view(Permission.AGENCY_MANAGE, methods=("POST",))
def show_brand_preview(request: PortalRequest) -> HttpResponse:
    """Show what was typed as pages would show it; nothing is saved."""
    agency = access_agency(request.actor, permission=Permission.AGENCY_MANAGE)
    form = BrandForm(request.POST, initial=BrandForm.initial_of(agency))
    return _show(request, agency, form, status=200 if form.is_valid() else 422)


@portal_view(Permission.AGENCY_MANAGE)
def preview_css(request: PortalRequest) -> HttpResponse:
    """Return the colours of a brand that is not saved, for the preview alone."""
    saved = access_agency(request.actor, permission=Permission.AGENCY_MANAGE).brand_color
    color = request.GET.get("color", saved)
    if not is_color(color):
        raise Missing("No such stylesheet.")
    sheet = write_stylesheet(color, selector=PREVIEW_SELECTOR)
    return HttpResponse(sheet, content_type="text/css")


def _show(request: PortalRequest, agency: Agency, form: BrandForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "agency_row": agency,
        "preview": _preview(agency, form),
        "portal_url": url_for(portal_host_of(agency, PortalName.CUSTOMER)),
    }
    partials = {"brand-preview": "preview"}
    return render_page(request, _TEMPLATE, context, partials=partials, status=status)


def _preview(agency: Agency, form: BrandForm) -> BrandPreview:
    """Return the preview of what is typed; the saved value where that cannot be used."""
    typed = form.cleaned_data if form.is_bound else {}
    return preview_brand(
        name=typed.get("brand_name") or agency.display_name,
        footer=typed.get("brand_footer", agency.brand_footer),
        color=typed.get("brand_color") or agency.brand_color,
    )
