"""The waiting list of a space: who waits, offering a time by hand, taking somebody off."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_space, access_wish
from booking.models import Space
from booking.selectors.waiting import list_open_wishes
from booking.services.waiting import leave_waiting_list, offer_wish
from booking.states import WishState
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.booking.waiting import view_wishes
from portals.shared.htmx import render_page
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission

_MANAGE: Final = Permission.RESERVATION_MANAGE


@portal_view(Permission.RESERVATION_VIEW)
def list_wishes(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show who waits for a space, for a part of it or for what is around it."""
    space = access_space(request.actor, public_id)
    page = paginate(request, list_open_wishes(space))
    context = {
        "space": space,
        "page": page,
        "rows": view_wishes(page.object_list, now=timezone.now()),
        "offset": page.start_index() - 1 if page.object_list else 0,
        "can_offer": request.actor.can(_MANAGE),
        "waiting": WishState.WAITING.value,
    }
    return render_page(request, "portals/agency/waiting/list.html", context)


@portal_view(_MANAGE, methods=("POST",))
def offer(request: PortalRequest, public_id: str) -> HttpResponse:
    """Hold the first time that fits for somebody, out of turn."""
    wish = access_wish(request.actor, public_id, permission=_MANAGE)
    return carry_out(
        request,
        lambda: offer_wish(wish, actor=request.actor, now=timezone.now()),
        done=_("The time is held for %(name)s, who gets a mail.") % {"name": wish.name},
        then=_page_of(wish.space),
    )


@portal_view(_MANAGE, methods=("POST",))
def drop(request: PortalRequest, public_id: str) -> HttpResponse:
    """Take somebody off the list."""
    wish = access_wish(request.actor, public_id, permission=_MANAGE)
    return carry_out(
        request,
        lambda: leave_waiting_list(wish, actor=request.actor),
        done=_("%(name)s does not wait any more.") % {"name": wish.name},
        then=_page_of(wish.space),
    )


def _page_of(space: Space) -> str:
    return reverse("agency:wish-list", args=[space.public_id])
