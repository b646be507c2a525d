"""The waiting list of the customer's people: joining, where they stand, leaving."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_space, access_wish
from booking.bookers import booker_of
from booking.models import Wish
from booking.selectors.waiting import list_wishes_for
from booking.services.reservations import Visitor
from booking.services.waiting import join_waiting_list, leave_waiting_list
from booking.states import OPEN_WISHES
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.booking.days import read_day
from portals.shared.booking.waiting import RENAMED, WishForm, view_wishes
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.customers.access import access_customer
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MAKE: Final = Permission.RESERVATION_MAKE


@portal_view(Permission.RESERVATION_VIEW)
def list_wishes(request: PortalRequest) -> HttpResponse:
    """Show what the company's people wait for, and what is offered to them."""
    found = list_wishes_for(request.actor).filter(
        customer__public_id=request.actor.customer_public_id, state__in=OPEN_WISHES
    )
    page = paginate(request, found)
    context = {
        "page": page,
        "rows": view_wishes(page.object_list, now=timezone.now()),
        "booker": request.actor.user_public_id,
        "can_book": request.actor.can(_MAKE),
    }
    return render_page(request, "portals/customer/waiting/list.html", context)


@portal_view(_MAKE, methods=_FORM)
def join(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask for when and how long, and put the person on the list."""
    actor, now = request.actor, timezone.now()
    space = access_space(actor, public_id, permission=_MAKE)
    day = read_day(request, space, now=now)
    form = WishForm(posted(request), space=space, day=day)

    def save() -> Wish:
        return join_waiting_list(
            space,
            wanted=form.read_wanted(),
            booker=booker_of(actor),
            visitor=Visitor(
                name=actor.name or actor.email,
                email=actor.email,
                language=request.LANGUAGE_CODE,
                customer=access_customer(actor, actor.customer_public_id),
            ),
            actor=actor,
            now=now,
        )

    made = apply_form(form, save, renamed=RENAMED)
    if made is not None:
        toast(request, _("You are on the list. We write to you when the time comes free."))
        return go(request, reverse("customer:wish-list"))
    context = {"form": form, "space": space, "day": day}
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/customer/waiting/join.html", context, status=status)


@portal_view(_MAKE, methods=("POST",))
def leave(request: PortalRequest, public_id: str) -> HttpResponse:
    """Wait no longer."""
    wish = access_wish(request.actor, public_id, permission=_MAKE)
    return carry_out(
        request,
        lambda: leave_waiting_list(wish, actor=request.actor),
        done=_("You do not wait any more."),
        then=reverse("customer:wish-list"),
    )
