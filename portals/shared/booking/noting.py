"""Changing the notes of a reservation, for who comes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Reservation
from booking.services.notes import change_notes
from portals.shared.booking.forms import BookForm
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict


def answer_notes(
    request: PortalRequest,
    reservation: Reservation,
    *,
    actor: Actor,
    template: str,
    page: str,
    **more: Any,
) -> HttpResponse:
    """Show the notes in a form, and change them until the stay begins.

    Args:
        request: of somebody who may change the reservation.
        reservation: with its space.
        actor: who asks.
        template: of the page with the form.
        page: the reservation's own.
        **more: what else the page says.
    """
    form = BookForm(posted(request), initial={"notes": reservation.notes})

    def save() -> Reservation:
        notes = form.value_of("notes")
        return change_notes(reservation, notes=notes, actor=actor, now=timezone.now())

    try:
        saved = apply_form(form, save)
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, page)
    if saved is not None:
        toast(request, _("Your notes are saved."))
        return go(request, page)
    context = {"form": form, "reservation": reservation, "back": page, **more}
    return render_page(request, template, context, status=422 if form.is_bound else 200)
