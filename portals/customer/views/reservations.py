"""The customer's reservations: what comes, what was, and calling one off."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.access import access_reservation
from booking.bookers import booker_of
from booking.models import Reservation
from booking.selectors.reservations import list_reservations_for, search_reservations
from booking.services.series_cancelling import cancel_as_said
from booking.states import OFF
from portals.shared.access import portal_view
from portals.shared.booking.equipping import answer_equipment, offers_equipment
from portals.shared.booking.extending import answer_extension
from portals.shared.booking.files import send_calendar
from portals.shared.booking.forms import CancelForm
from portals.shared.booking.moving import answer_move
from portals.shared.booking.noting import answer_notes
from portals.shared.booking.paying import go_to_till
from portals.shared.booking.purses import look_into_purse
from portals.shared.booking.series import describe_cancelled, drop_scope, list_siblings
from portals.shared.booking.stays import view_reservation
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import list_view_tabs, paginate, read_choice, read_search
from portals.shared.requests import PortalRequest, url_of
from spotex.kernel.errors import Missing
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_VIEWS: Final = {
    "": gettext_lazy("Upcoming"),
    "past": gettext_lazy("Past"),
    "off": gettext_lazy("Called off"),
}


@portal_view(Permission.RESERVATION_VIEW)
def list_reservations(request: PortalRequest) -> HttpResponse:
    """Show the company's reservations, the next one first."""
    now, search = timezone.now(), read_search(request)
    view = read_choice(request, "view", among=list(_VIEWS))
    own = list_reservations_for(request.actor).filter(
        customer__public_id=request.actor.customer_public_id
    )
    found = search_reservations(own, text=search)
    page = paginate(request, _narrow(found, view=view, now=now))
    context = {
        "page": page,
        "rows": [view_reservation(one, now=now) for one in page.object_list],
        "search": search,
        "view": view,
        "tabs": list_view_tabs(request, name="view", labels=_VIEWS, counts={}, active=view),
    }
    return render_page(
        request,
        "portals/customer/reservations/list.html",
        context,
        partials={"reservation-rows": "rows"},
    )


def _narrow(found: QuerySet[Reservation], *, view: str, now: datetime) -> QuerySet[Reservation]:
    if view == "off":
        return found.filter(state__in=OFF)
    standing = found.exclude(state__in=OFF)
    if view == "past":
        return standing.filter(ends_at__lte=now)
    return standing.filter(ends_at__gt=now).order_by("starts_at", "pk")


@portal_view(Permission.RESERVATION_VIEW)
def show(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show a reservation, live."""
    reservation = _find(request, public_id)
    context = {
        **_describe(request, reservation),
        "siblings": list_siblings(list_reservations_for(request.actor), reservation),
        "page": "customer:reservation-detail",
        "can_equip": request.actor.can(Permission.RESERVATION_MAKE)
        and offers_equipment(reservation, booker=booker_of(request.actor), now=timezone.now()),
    }
    return render_page(
        request,
        "portals/customer/reservations/detail.html",
        context,
        partials={"reservation-live": "live"},
    )


@portal_view(Permission.RESERVATION_VIEW)
def send_file(request: PortalRequest, public_id: str) -> HttpResponse:
    """Send a reservation as a calendar file."""
    reservation = _find(request, public_id)
    agency = request.agency
    if agency is None:
        raise Missing(_("There is no such reservation."))
    return send_calendar(reservation, agency=agency, url=url_of(request, _page_of(reservation)))


@portal_view(Permission.RESERVATION_MAKE, methods=("POST",))
def pay(request: PortalRequest, public_id: str) -> HttpResponse:
    """Lead to the till where the reservation is paid."""
    reservation = _find(request, public_id, permission=Permission.RESERVATION_MAKE)
    page = _page_of(reservation)
    return go_to_till(request, reservation, actor=request.actor, page=page)


@portal_view(Permission.RESERVATION_MAKE, methods=_FORM)
def move(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask for another time or space, and move a reservation there as far as the policy lets."""
    reservation = _find(request, public_id, permission=Permission.RESERVATION_MAKE)
    template = "portals/customer/reservations/move.html"
    return answer_move(request, reservation, template=template, page=_page_of(reservation))


@portal_view(Permission.RESERVATION_MAKE, methods=_FORM)
def note(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and change what the agency should know, until the stay begins."""
    reservation = _find(request, public_id, permission=Permission.RESERVATION_MAKE)
    template = "portals/customer/reservations/notes.html"
    page = _page_of(reservation)
    return answer_notes(request, reservation, actor=request.actor, template=template, page=page)


@portal_view(Permission.RESERVATION_MAKE, methods=_FORM)
def extend(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask until when people stay, and let them."""
    reservation = _find(request, public_id, permission=Permission.RESERVATION_MAKE)
    return answer_extension(
        request,
        reservation,
        actor=request.actor,
        booker=booker_of(request.actor),
        template="portals/customer/reservations/extend.html",
        page=_page_of(reservation),
    )


@portal_view(Permission.RESERVATION_MAKE, methods=_FORM)
def equip(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask what is lent with a reservation, and change it."""
    reservation = _find(request, public_id, permission=Permission.RESERVATION_MAKE)
    return answer_equipment(
        request,
        reservation,
        actor=request.actor,
        booker=booker_of(request.actor),
        template="portals/customer/reservations/equipment.html",
        page=_page_of(reservation),
    )


@portal_view(Permission.RESERVATION_MAKE, methods=_FORM)
def cancel(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say what comes back, and call a reservation off."""
    reservation = _find(request, public_id, permission=Permission.RESERVATION_MAKE)
    form, now = CancelForm(posted(request)), timezone.now()
    drop_scope(form, reservation)
    done = apply_form(
        form,
        lambda: cancel_as_said(
            reservation,
            actor=request.actor,
            now=now,
            reason=form.value_of("reason"),
            scope=form.cleaned_data.get("scope") or "one",
        ),
    )
    if done is not None:
        toast(request, describe_cancelled(len(done)))
        return go(request, _page_of(reservation))
    return render_page(
        request,
        "portals/customer/reservations/cancel.html",
        {"form": form, **_describe(request, reservation)},
        status=422 if form.is_bound else 200,
    )


def _find(
    request: PortalRequest, public_id: str, *, permission: Permission = Permission.RESERVATION_VIEW
) -> Reservation:
    """Return a reservation of the person's own company.

    Raises:
        Missing: there is none; who else booked a space of the company is seen elsewhere.
    """
    reservation = access_reservation(request.actor, public_id, permission=permission)
    if reservation.customer_id != request.actor.customer_id:
        raise Missing(_("There is no such reservation."))
    return reservation


def _describe(request: PortalRequest, reservation: Reservation) -> dict[str, Any]:
    purse = look_into_purse(reservation, agency_id=request.actor.agency_id)
    now = timezone.now()
    return {
        "view": view_reservation(
            reservation, now=now, charged_minor=purse.charged_minor, paid_minor=purse.paid_minor
        ),
        "purse": purse,
        "may_pay": request.actor.can(Permission.RESERVATION_MAKE),
    }


def _page_of(reservation: Reservation) -> str:
    return reverse("customer:reservation-detail", args=[reservation.public_id])
