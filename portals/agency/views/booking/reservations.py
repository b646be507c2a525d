"""Reservations: list, one of them, calling off."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.access import access_reservation
from booking.bookers import booker_of
from booking.models import Reservation
from booking.price_parts import list_equipment_words
from booking.selectors.reservations import (
    is_still_to_pay,
    list_reservations_for,
    search_reservations,
)
from booking.services.arrivals import is_timely, opens_at
from booking.services.extending import can_extend
from booking.services.series_cancelling import cancel_as_said
from booking.states import LIVE, OFF, RESERVATION_MACHINE, ReservationAction, ReservationState
from portals.agency.forms.bookings import CancelForm
from portals.agency.looks import ACTIVITY_PAGES, RESERVATION_LOOKS
from portals.shared.access import portal_view
from portals.shared.actions import list_action_buttons
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.booking.equipping import offers_equipment
from portals.shared.booking.purses import look_into_purse
from portals.shared.booking.series import describe_cancelled, drop_scope, list_siblings
from portals.shared.booking.stays import ReservationView, view_reservation
from portals.shared.exports import Column, Export, export_list
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import change_query, list_view_tabs, paginate, read_choice, read_search
from portals.shared.requests import PortalRequest
from portals.shared.saved_views import build_view_bar, find_default_address
from portals.stay_times import write_moment, zone_of
from spotex.kernel.errors import Conflict
from tenants.billing.models import Payment
from tenants.billing.selectors import describe_state, list_payments_for
from tenants.customers.states import ListName
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_VIEWS: Final = {
    "UPCOMING": gettext_lazy("To come"),
    "ASKED": gettext_lazy("To approve"),
    "UNPAID": gettext_lazy("Waiting for payment"),
    "PAST": gettext_lazy("Past"),
    "OFF": gettext_lazy("Called off"),
    "ALL": gettext_lazy("All"),
}
_USUAL: Final = "UPCOMING"
_SOONEST_FIRST: Final = {"UPCOMING", "ASKED"}
COLUMNS: Final = (
    Column(name="id", label=gettext_lazy("Id"), read=lambda row: row.public_id, is_chosen=False),
    Column(name="code", label=gettext_lazy("Code"), read=lambda row: row.code),
    Column(
        name="location", label=gettext_lazy("Location"), read=lambda row: row.space.location.name
    ),
    Column(name="space", label=gettext_lazy("Space"), read=lambda row: row.space.name),
    Column(
        name="starts", label=gettext_lazy("From"), read=lambda row: row.starts_at, is_moment=True
    ),
    Column(name="ends", label=gettext_lazy("To"), read=lambda row: row.ends_at, is_moment=True),
    Column(name="name", label=gettext_lazy("Name"), read=lambda row: row.name),
    Column(name="email", label=gettext_lazy("E-mail address"), read=lambda row: row.email),
    Column(
        name="customer",
        label=gettext_lazy("Customer"),
        read=lambda row: row.customer.name if row.customer else "",
    ),
    Column(name="state", label=gettext_lazy("State"), read=lambda row: row.get_state_display()),
    Column(
        name="total",
        label=gettext_lazy("Total (EUR)"),
        read=lambda row: f"{row.total_minor / 100:.2f}",
    ),
    Column(
        name="equipment",
        label=gettext_lazy("Equipment"),
        read=lambda row: ", ".join(list_equipment_words(row.price)),
    ),
    Column(name="notes", label=gettext_lazy("Notes"), read=lambda row: row.notes, is_chosen=False),
    Column(
        name="internal_notes",
        label=gettext_lazy("Internal notes"),
        read=lambda row: row.internal_notes,
        is_chosen=False,
    ),
)


@portal_view(Permission.RESERVATION_VIEW)
def list_reservations(request: PortalRequest) -> HttpResponse:
    """Show who comes, and who came."""
    first = find_default_address(request, list_name=ListName.RESERVATIONS)
    if first:
        return redirect(first)
    now, text, view = timezone.now(), read_search(request), _read_view(request)
    found = search_reservations(list_reservations_for(request.actor), text=text)
    counts = _count(found, now=now)
    context = {
        "page": paginate(request, _narrow(found, view=view, now=now)),
        "search": text,
        "state": view,
        "tabs": list_view_tabs(request, name="state", labels=_VIEWS, counts=counts, active=view),
        "bar": build_view_bar(
            request,
            list_name=ListName.RESERVATIONS,
            now={"search": text, "state": view},
            usual={"state": _USUAL},
        ),
        "has_any": bool(counts["ALL"]) or bool(text),
        "export_query": change_query(request),
        "can_book": request.actor.can(Permission.RESERVATION_MAKE),
    }
    return render_page(
        request,
        "portals/agency/reservations/list.html",
        context,
        partials={"reservation-rows": "rows"},
    )


@portal_view(Permission.RESERVATION_VIEW)
def export_reservations(request: PortalRequest) -> HttpResponse:
    """Send the reservations that the list shows as a file."""
    found = search_reservations(list_reservations_for(request.actor), text=read_search(request))
    export = Export(
        title=_("Export reservations"),
        file_name=_("reservations"),
        back=reverse("agency:reservation-list"),
        columns=COLUMNS,
        rows=_narrow(found, view=_read_view(request), now=timezone.now()),
    )
    return export_list(request, export)


def _read_view(request: PortalRequest) -> str:
    return read_choice(request, "state", among=tuple(_VIEWS), default=_USUAL)


def _filters(now: datetime) -> dict[str, Q]:
    off = Q(state__in=OFF)
    return {
        "UPCOMING": Q(state__in=LIVE, ends_at__gt=now),
        "ASKED": Q(state=ReservationState.PENDING_APPROVAL),
        "UNPAID": is_still_to_pay(),
        "PAST": ~off & (Q(ends_at__lte=now) | ~Q(state__in=LIVE)),
        "OFF": off,
        "ALL": Q(),
    }


def _narrow(found: QuerySet[Reservation], *, view: str, now: datetime) -> QuerySet[Reservation]:
    rows = found.filter(_filters(now)[view])
    return rows.order_by("starts_at", "pk") if view in _SOONEST_FIRST else rows


def _count(found: QuerySet[Reservation], *, now: datetime) -> dict[str, int]:
    counts = {
        name: Count("pk", filter=rule) if rule else Count("pk")
        for name, rule in _filters(now).items()
    }
    return found.order_by().aggregate(**counts)


@portal_view(Permission.RESERVATION_VIEW)
def show_reservation(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one reservation: who, when, what it costs and why, and what happened to it."""
    reservation = access_reservation(request.actor, public_id)
    now = timezone.now()
    entries = list_activity_for(request.actor).filter(subject_public_id=reservation.public_id)
    buttons = list_action_buttons(
        RESERVATION_MACHINE, reservation, actor=request.actor, looks=RESERVATION_LOOKS
    )
    context = {
        **_describe(request, reservation, now=now),
        "payments": _list_payments(request, reservation),
        "siblings": list_siblings(list_reservations_for(request.actor), reservation),
        "page": "agency:reservation-detail",
        "can_move": request.actor.can(Permission.RESERVATION_MAKE)
        and reservation.state == ReservationState.CONFIRMED
        and reservation.starts_at > now,
        "can_equip": request.actor.can(Permission.RESERVATION_MAKE)
        and offers_equipment(reservation, booker=booker_of(request.actor), now=now),
        "can_annotate": request.actor.can(Permission.RESERVATION_MANAGE),
        "can_extend": request.actor.can(Permission.RESERVATION_MAKE)
        and can_extend(reservation, booker=booker_of(request.actor), now=now),
        "buttons": [one for one in buttons if _is_offered(one.name, reservation, now=now)],
        "door_opens": _write_door(reservation, now=now),
        "came": _write_arrival(reservation),
        "activity": describe_activity(entries[:10], actor=request.actor, pages=ACTIVITY_PAGES),
    }
    return render_page(request, "portals/agency/reservations/detail.html", context)


def _is_offered(action: str, reservation: Reservation, *, now: datetime) -> bool:
    """Tell whether a move makes sense here: who may decline a request need not cancel it."""
    is_asked = reservation.state == ReservationState.PENDING_APPROVAL
    is_declined_instead = is_asked and action == ReservationAction.CANCEL
    return not is_declined_instead and is_timely(action, reservation, now=now)


def _write_door(reservation: Reservation, *, now: datetime) -> str:
    """Say from when on people can be checked in, as long as they cannot."""
    opening = opens_at(reservation)
    is_awaited = reservation.state == ReservationState.CONFIRMED and now < opening
    return write_moment(opening, zone=zone_of(reservation.space)) if is_awaited else ""


def _write_arrival(reservation: Reservation) -> str:
    """Say when people came, by the clock of the place where they stay."""
    at = reservation.checked_in_at
    return write_moment(at, zone=zone_of(reservation.space)) if at else ""


def _describe(request: PortalRequest, reservation: Reservation, *, now: datetime) -> dict[str, Any]:
    purse = look_into_purse(reservation, agency_id=request.actor.agency_id)
    view: ReservationView = view_reservation(
        reservation, now=now, charged_minor=purse.charged_minor, paid_minor=purse.paid_minor
    )
    return {"reservation": reservation, "view": view, "space": reservation.space, "purse": purse}


def _list_payments(request: PortalRequest, reservation: Reservation) -> list[tuple[Payment, str]]:
    """Return the payments of a reservation that the person sees, each with its state in words."""
    found = list_payments_for(request.actor).filter(subject=reservation.public_id)
    return [(payment, describe_state(payment)) for payment in found]


@portal_view(Permission.RESERVATION_MAKE, methods=_FORM)
def cancel(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say what would come back, then call a reservation off."""
    reservation = access_reservation(
        request.actor, public_id, permission=Permission.RESERVATION_MAKE
    )
    form, now = CancelForm(posted(request)), timezone.now()
    drop_scope(form, reservation)
    if not request.actor.can(Permission.PAYMENT_MANAGE):
        del form.fields["in_full"]

    def save() -> list[Reservation]:
        return cancel_as_said(
            reservation,
            actor=request.actor,
            now=now,
            reason=form.value_of("reason"),
            in_full=form.cleaned_data.get("in_full", False),
            scope=form.cleaned_data.get("scope") or "one",
        )

    try:
        saved = apply_form(form, save)
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, _page_of(reservation))
    if saved is not None:
        toast(request, describe_cancelled(len(saved)))
        return go(request, _page_of(reservation))
    return render_page(
        request,
        "portals/agency/reservations/cancel.html",
        {**_describe(request, reservation, now=now), "form": form, "back": _page_of(reservation)},
        status=422 if form.is_bound else 200,
    )


def _page_of(reservation: Reservation) -> str:
    return reverse("agency:reservation-detail", args=[reservation.public_id])
