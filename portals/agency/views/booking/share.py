"""Sharing a space: its public page as a link and a code, and the widget for other websites."""

from __future__ import annotations

import base64
import io
from typing import Final

import qrcode
from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage

from booking.access import access_space
from booking.models import Space
from booking.models.widgets import ORIGIN_MAX_LENGTH
from booking.outside_access import access_widget_site
from booking.selectors.places import list_public_spaces
from booking.selectors.widgets import list_widget_sites_for
from booking.services.widgets import allow_widget_site, remove_widget_site
from portals.addresses import address_in
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Missing
from tenants.permissions import Permission
from tenants.states import PortalName

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.SPACE_MANAGE


class SiteForm(PortalForm):
    """A website that may show the widget."""

    address = forms.CharField(
        label=gettext_lazy("Website"),
        max_length=ORIGIN_MAX_LENGTH,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=gettext_lazy("Such as www.hotel.example, with and without www separately."),
    )


@portal_view(_MANAGE, methods=_FORM)
def share_space(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show link, code and widget of a space, and allow websites."""
    space = access_space(request.actor, public_id, permission=_MANAGE)
    form = SiteForm(posted(request))
    made = apply_form(
        form, lambda: allow_widget_site(actor=request.actor, address=form.value_of("address"))
    )
    if made is not None:
        toast(request, _("The widget may stand on %(name)s.") % {"name": made.origin})
        return go(request, f"{_page_of(space)}#widget")
    link = _public_url(request, "guest-space-detail", space.public_id)
    frame = _public_url(request, "guest-frame", space.public_id)
    script = _public_url(request, "guest-widget")
    title = escape(_("Free times of %(name)s") % {"name": space.name})
    context = {
        "space": space,
        "form": form,
        "sites": list_widget_sites_for(request.actor),
        "is_public": list_public_spaces().filter(pk=space.pk).exists(),
        "link": link,
        "code": _draw_code(link),
        "snippet": f'<div data-booking="{space.public_id}" data-language="{get_language()}" data-title="{title}"></div>\n'
        f'<script src="{script}" async></script>',
        "frame": f'<iframe src="{frame}?lang={get_language()}" title="{title}" '
        'width="100%" height="640" frameborder="0" referrerpolicy="origin"></iframe>',
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/agency/spaces/share.html", context, status=status)


@portal_view(_MANAGE, methods=("POST",))
def remove_site(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let a website show the widget no longer."""
    site = access_widget_site(request.actor, public_id)
    name = site.origin
    return carry_out(
        request,
        lambda: remove_widget_site(site, actor=request.actor),
        done=_("The widget no longer works on %(name)s.") % {"name": name},
        then=reverse("agency:space-list"),
    )


def _public_url(request: PortalRequest, name: str, *arguments: str) -> str:
    if request.agency is None:
        raise Missing(_("There is nothing at this address."))
    return address_in(PortalName.CUSTOMER, name, *arguments, agency=request.agency)


def _draw_code(text: str) -> str:
    """Return a picture of an address that phones read, as a ``data:`` address."""
    picture = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=1).save(picture)
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.getvalue()).decode()}"


def _page_of(space: Space) -> str:
    return reverse("agency:space-share", args=[space.public_id])
