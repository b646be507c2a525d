"""Opening an agency: the form, and the page that says where to look for the mail."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from portals.public.forms import SignUpForm
from portals.shared.access import portal_view
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page
from portals.shared.requests import PortalRequest, address_of
from tenants.dunning import TRIAL_DAYS
from tenants.hosts import host_of, url_for
from tenants.selectors import list_plans
from tenants.services.agencies import register_agency
from tenants.slugs import is_slug
from tenants.states import PortalName, Tier


@portal_view(public=True, methods=("GET", "HEAD", "POST"))
def sign_up(request: PortalRequest) -> HttpResponse:
    """Create person, agency and trial; the portal opens when the address is confirmed."""
    form = SignUpForm(posted(request), plans=list(list_plans()), initial=_initial(request))
    done = apply_form(
        form,
        lambda: register_agency(
            **form.cleaned_data,
            language=get_language() or "",
            address=address_of(request),
        ),
    )
    if done is not None:
        agency, _user = done
        return go(request, f"{reverse('check-mail')}?{urlencode({'portal': agency.slug})}")
    return render_page(
        request,
        "portals/public/sign_up.html",
        {"form": form, "trial_days": TRIAL_DAYS},
        partials={"sign-up": "form"},
        status=422 if form.is_bound else 200,
    )


@portal_view(public=True)
def check_mail(request: PortalRequest) -> HttpResponse:
    """Say that a mail is on its way, and where the portal will be."""
    slug = request.GET.get("portal", "")
    host = host_of(slug, PortalName.AGENCY) if is_slug(slug) else ""
    return render_page(
        request,
        "portals/public/check_mail.html",
        {"portal_host": host, "portal_url": url_for(host) if host else ""},
    )


def _initial(request: PortalRequest) -> dict[str, str]:
    tier = request.GET.get("tier", "")
    return {"tier": tier if tier in Tier.values else Tier.STARTER}
