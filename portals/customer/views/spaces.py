"""Spaces that the customer's people can book: slots, holds, booking."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_hold, access_space
from booking.bookers import booker_of
from booking.models import Hold
from booking.selectors.credits import has_credits
from booking.selectors.places import list_spaces_for
from booking.selectors.reports import has_own_spaces
from booking.selectors.reservations import list_open_holds
from booking.services.reservations import Visitor, book_space
from portals.shared.access import portal_view
from portals.shared.booking.credits import find_credit_offer
from portals.shared.booking.desks import Desk
from portals.shared.booking.equipment import use_equipment
from portals.shared.booking.forms import BookForm
from portals.shared.booking.grid import stay_of
from portals.shared.booking.paying import go_on_after_booking
from portals.shared.booking.spaces import build_space_list, show_space, take_choice
from portals.shared.booking.stays import view_stay
from portals.shared.booking.taking import back_to_slots, day_url, give_hold_back
from portals.shared.booking.vouchers import use_voucher
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Missing
from tenants.customers.access import access_customer
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_PAGE: Final = "portals/customer/spaces/detail.html"


@portal_view(Permission.SPACE_VIEW)
def list_spaces(request: PortalRequest) -> HttpResponse:
    """Show what can be booked, each with its next free time."""
    now, desk = timezone.now(), _desk_of(request)
    spaces = list_spaces_for(request.actor).filter(is_bookable=True)
    return render_page(
        request,
        "portals/customer/spaces/list.html",
        {
            **build_space_list(request, spaces, desk=desk, now=now),
            "has_report": has_own_spaces(request.actor),
            "has_credits": has_credits(request.actor),
        },
        partials={"space-rows": "rows"},
    )


@portal_view(Permission.SPACE_VIEW)
def show(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the slots of a space on one day, live."""
    space = access_space(request.actor, public_id)
    return show_space(request, space, desk=_desk_of(request), template=_PAGE, now=timezone.now())


@portal_view(Permission.RESERVATION_MAKE, methods=("POST",))
def choose(request: PortalRequest, public_id: str) -> HttpResponse:
    """Hold a slot, or give one back."""
    space = access_space(request.actor, public_id, permission=Permission.RESERVATION_MAKE)
    return take_choice(request, space, desk=_desk_of(request), template=_PAGE, now=timezone.now())


@portal_view(Permission.RESERVATION_MAKE, methods=("POST",))
def release(request: PortalRequest, public_id: str) -> HttpResponse:
    """Give a hold back."""
    return give_hold_back(request, public_id, desk=_desk_of(request))


@portal_view(Permission.RESERVATION_MAKE, methods=("POST",))
def put_voucher(request: PortalRequest, public_id: str) -> HttpResponse:
    """Take what a code is worth off the price of a hold."""
    desk = _desk_of(request)
    network, show = desk.booker.key, partial(show_booking, request, desk)
    return use_voucher(request, public_id, desk=desk, network=network, show=show)


@portal_view(Permission.RESERVATION_MAKE, methods=_FORM)
def book(request: PortalRequest, public_id: str) -> HttpResponse:
    """Explain the price of a hold, and book it."""
    desk = _desk_of(request)
    hold = access_hold(desk.booker, public_id)
    access_space(request.actor, hold.space.public_id, permission=Permission.RESERVATION_MAKE)
    if not list_open_holds(desk.booker.key).filter(pk=hold.pk).exists():
        toast(request, _("This hold is over. Choose the time again."), tone="error")
        return go(request, day_url(desk, hold))
    return back_to_slots(request, hold, desk=desk, call=lambda: _book(request, hold, desk=desk))


@portal_view(Permission.RESERVATION_MAKE, methods=("POST",))
def put_equipment(request: PortalRequest, public_id: str) -> HttpResponse:
    """Lend equipment with what is held."""
    desk = _desk_of(request)
    show = partial(show_booking, request, desk)
    return use_equipment(request, public_id, desk=desk, show=show)


def _book(request: PortalRequest, hold: Hold, *, desk: Desk) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    form = BookForm(posted(request))
    done = apply_form(
        form,
        lambda: book_space(
            hold.space,
            stay=stay_of(hold),
            booker=desk.booker,
            visitor=Visitor(
                name=actor.name or actor.email,
                email=actor.email,
                language=request.LANGUAGE_CODE,
                customer=access_customer(actor, actor.customer_public_id),
                notes=form.value_of("notes"),
            ),
            actor=actor,
            now=now,
            hold=hold,
        ),
    )
    if done is not None:
        page = reverse("customer:reservation-detail", args=[done.public_id])
        return go_on_after_booking(request, done, actor=actor, page=page)
    return show_booking(request, desk, hold, form=form)


def show_booking(
    request: PortalRequest,
    desk: Desk,
    hold: Hold,
    said: Mapping[str, str] = MappingProxyType({}),
    *,
    form: BookForm | None = None,
) -> HttpResponse:
    """Show the page on which a hold is booked, or what it costs; ``said`` is what was refused."""
    form = form or BookForm()
    context = {
        "form": form,
        "view": view_stay(hold, now=timezone.now()),
        "back": day_url(desk, hold),
        **desk.hold_urls(hold),
        "offer": find_credit_offer(hold, customer_id=desk.actor.customer_id),
        "credits_url": desk.credits_url(hold),
        **said,
    }
    is_taken, is_wrong = "equipment_refused" in said, bool(said) or form.is_bound
    status = 409 if is_taken else 422 if is_wrong else 200
    return render_page(
        request,
        "portals/customer/spaces/book.html",
        context,
        partials={"stay-sum": "sum"},
        status=status,
    )


def _desk_of(request: PortalRequest) -> Desk:
    if request.actor.customer_id is None:
        raise Missing(_("There is no such space."))
    return Desk(booker=booker_of(request.actor), actor=request.actor, pages="customer:")
