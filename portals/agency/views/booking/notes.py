"""What the agency's people write for each other about a reservation."""

from __future__ import annotations

from typing import Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.access import access_reservation
from booking.models import Reservation
from booking.services.notes import change_internal_notes
from booking.services.reservations import NOTES_MAX_LENGTH
from portals.shared.access import portal_view
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from spotex.kernel.versions import Stale, version_of
from tenants.permissions import Permission

_MANAGE: Final = Permission.RESERVATION_MANAGE
_TEMPLATE: Final = "portals/agency/reservations/notes.html"


class InternalNotesForm(PortalForm):
    """Notes that nobody outside the agency reads."""

    notes = forms.CharField(
        label=gettext_lazy("Internal notes"),
        required=False,
        max_length=NOTES_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Only your people read them, never who comes."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


@portal_view(_MANAGE, methods=("GET", "HEAD", "POST"))
def note(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and change the agency's own notes."""
    reservation = access_reservation(request.actor, public_id, permission=_MANAGE)
    initial = {"notes": reservation.internal_notes, "version": version_of(reservation)}
    form = InternalNotesForm(posted(request), initial=initial)
    page = reverse("agency:reservation-detail", args=[reservation.public_id])

    def save() -> Reservation:
        return change_internal_notes(
            reservation,
            notes=form.value_of("notes"),
            actor=request.actor,
            version=form.value_of("version"),
        )

    context = {"form": form, "reservation": reservation, "back": page}
    try:
        saved = apply_form(form, save)
    except Stale as error:
        reservation = access_reservation(request.actor, public_id, permission=_MANAGE)
        again = InternalNotesForm(renew_post(request, reservation))
        context |= {"form": again, "reservation": reservation, "stale": error.message}
        return render_page(request, _TEMPLATE, context, status=409)
    if saved is not None:
        toast(request, _("The internal notes are saved."))
        return go(request, page)
    return render_page(request, _TEMPLATE, context, status=422 if form.is_bound else 200)
