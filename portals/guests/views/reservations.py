"""A guest's reservation, behind the signed link of the mail."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from booking.access import access_guest_reservation
from booking.bookers import Booker
from booking.models import Reservation
from booking.services.series_cancelling import cancel_as_said
from portals.guests.visitors import agency_of, desk_of
from portals.shared.access import portal_view
from portals.shared.booking.equipping import answer_equipment, offers_equipment
from portals.shared.booking.extending import answer_extension
from portals.shared.booking.files import send_calendar
from portals.shared.booking.forms import CancelForm
from portals.shared.booking.noting import answer_notes
from portals.shared.booking.paying import go_to_till
from portals.shared.booking.purses import look_into_purse
from portals.shared.booking.series import describe_cancelled, drop_scope
from portals.shared.booking.stays import view_reservation
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest, url_of

_FORM: Final = ("GET", "HEAD", "POST")


@portal_view(public=True)
def show(request: PortalRequest, token: str) -> HttpResponse:
    """Show a reservation to who has its link."""
    reservation = access_guest_reservation(token)
    desk = desk_of(request, name=reservation.name, email=reservation.email)
    context = {
        **_describe(request, reservation),
        "token": token,
        "can_equip": offers_equipment(reservation, booker=desk.booker, now=timezone.now()),
    }
    return render_page(request, "portals/guests/reservation.html", context)


@portal_view(public=True)
def send_file(request: PortalRequest, token: str) -> HttpResponse:
    """Send a reservation as a calendar file."""
    reservation = access_guest_reservation(token)
    page = url_of(request, _page_of(token))
    return send_calendar(reservation, agency=agency_of(request), url=page)


@portal_view(public=True, methods=("POST",))
def pay(request: PortalRequest, token: str) -> HttpResponse:
    """Lead to the till where the reservation is paid."""
    reservation = access_guest_reservation(token)
    desk = desk_of(request, name=reservation.name, email=reservation.email)
    return go_to_till(request, reservation, actor=desk.actor, page=_page_of(token))


@portal_view(public=True, methods=_FORM)
def note(request: PortalRequest, token: str) -> HttpResponse:
    """Show and change what the agency should know, until the stay begins."""
    reservation = access_guest_reservation(token)
    desk = desk_of(request, name=reservation.name, email=reservation.email)
    template, page = "portals/guests/notes.html", _page_of(token)
    return answer_notes(request, reservation, actor=desk.actor, template=template, page=page)


@portal_view(public=True, methods=_FORM)
def equip(request: PortalRequest, token: str) -> HttpResponse:
    """Ask what is lent with a reservation, and change it."""
    reservation = access_guest_reservation(token)
    desk = desk_of(request, name=reservation.name, email=reservation.email)
    return answer_equipment(
        request,
        reservation,
        actor=desk.actor,
        booker=desk.booker,
        template="portals/guests/equipment.html",
        page=_page_of(token),
    )


@portal_view(public=True, methods=_FORM)
def extend(request: PortalRequest, token: str) -> HttpResponse:
    """Ask until when people stay, and let them: who has the link was let in already."""
    reservation = access_guest_reservation(token)
    name, email = reservation.name, reservation.email
    return answer_extension(
        request,
        reservation,
        actor=desk_of(request, name=name, email=email).actor,
        booker=Booker(key=reservation.booker, name=name, email=email),
        template="portals/guests/extend.html",
        page=_page_of(token),
    )


@portal_view(public=True, methods=_FORM)
def cancel(request: PortalRequest, token: str) -> HttpResponse:
    """Say what comes back, and call a reservation off."""
    reservation = access_guest_reservation(token)
    form = CancelForm(posted(request))
    drop_scope(form, reservation)
    done = apply_form(form, lambda: _cancel(request, reservation, form=form))
    if done is not None:
        toast(request, describe_cancelled(len(done)))
        return go(request, _page_of(token))
    return render_page(
        request,
        "portals/guests/cancel.html",
        {"form": form, **_describe(request, reservation), "token": token},
        status=422 if form.is_bound else 200,
    )


def _cancel(
    request: PortalRequest, reservation: Reservation, *, form: CancelForm
) -> list[Reservation]:
    desk = desk_of(request, name=reservation.name, email=reservation.email)
    return cancel_as_said(
        reservation,
        actor=desk.actor,
        now=timezone.now(),
        reason=form.value_of("reason"),
        scope=form.cleaned_data.get("scope") or "one",
    )


def _describe(request: PortalRequest, reservation: Reservation) -> dict[str, Any]:
    purse = look_into_purse(reservation, agency_id=agency_of(request).id)
    now = timezone.now()
    return {
        "view": view_reservation(
            reservation, now=now, charged_minor=purse.charged_minor, paid_minor=purse.paid_minor
        ),
        "purse": purse,
    }


def _page_of(token: str) -> str:
    return reverse("guest-reservation-detail", args=[token])
