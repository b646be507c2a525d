"""Requests: saying yes or no to a stay that somebody asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_reservation
from booking.hold_terms import approved_time
from booking.models import Reservation
from booking.services.requests import approve_request, decline_request
from booking.states import ReservationState
from portals.agency.forms.answers import AnswerForm
from portals.shared.access import portal_view
from portals.shared.booking.stays import view_reservation
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.stay_times import write_moment, zone_of
from spotex.kernel.errors import Conflict
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.RESERVATION_MANAGE


@portal_view(_MANAGE, methods=_FORM)
def approve(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show what is asked for, and say yes."""
    return _answer(request, public_id, service=approve_request, template="approve")


@portal_view(_MANAGE, methods=_FORM)
def decline(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say no, in a few words."""
    return _answer(request, public_id, service=decline_request, template="decline")


def _answer(
    request: PortalRequest, public_id: str, *, service: Callable[..., Reservation], template: str
) -> HttpResponse:
    reservation = access_reservation(request.actor, public_id, permission=_MANAGE)
    form, now = AnswerForm(posted(request)), timezone.now()
    page = reverse("agency:reservation-detail", args=[reservation.public_id])

    def save() -> Reservation:
        words = form.value_of("words")
        return service(reservation, actor=request.actor, now=now, words=words)

    try:
        saved = apply_form(form, save)
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, page)
    if saved is not None:
        toast(request, _describe(saved))
        return go(request, page)
    context = {
        "reservation": reservation,
        "view": view_reservation(reservation, now=now),
        "kept_until": _write_term(reservation, now=now),
        "form": form,
        "back": page,
    }
    status = 422 if form.is_bound else 200
    return render_page(
        request, f"portals/agency/reservations/{template}.html", context, status=status
    )


def _write_term(reservation: Reservation, *, now: datetime) -> str:
    """Say until when the time would be kept for the payment after a yes given now."""
    until = now + approved_time(starts_at=reservation.starts_at, now=now)
    return write_moment(until, zone=zone_of(reservation.space))


def _describe(reservation: Reservation) -> str:
    words = {"name": reservation.name}
    if reservation.state == ReservationState.DECLINED:
        return _("Declined. %(name)s gets a mail; the time is free again.") % words
    if reservation.state == ReservationState.PENDING_PAYMENT:
        return _("Approved. %(name)s gets a mail with the link to pay.") % words
    return _("Approved. %(name)s gets the confirmation by mail.") % words
