"""What the agency's people write for each other about a reservation."""

from __future__ import annotations

from typing import Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.access import access_reservation
from booking.services.notes import change_internal_notes
from booking.services.reservations import NOTES_MAX_LENGTH
from portals.shared.access import portal_view
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission

_MANAGE: Final = Permission.RESERVATION_MANAGE


class InternalNotesForm(PortalForm):
    """Notes that nobody outside the agency reads."""

    notes = forms.CharField(
        label=gettext_lazy("Internal notes"),
        required=False,
        max_length=NOTES_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Only your people read them, never who comes."),
    )


@portal_view(_MANAGE, methods=("GET", "HEAD", "POST"))
def note(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and change the agency's own notes."""
    reservation = access_reservation(request.actor, public_id, permission=_MANAGE)
    form = InternalNotesForm(posted(request), initial={"notes": reservation.internal_notes})
    page = reverse("agency:reservation-detail", args=[reservation.public_id])
    saved = apply_form(
        form,
        lambda: change_internal_notes(
            reservation, notes=form.value_of("notes"), actor=request.actor
        ),
    )
    if saved is not None:
        toast(request, _("The internal notes are saved."))
        return go(request, page)
    context = {"form": form, "reservation": reservation, "back": page}
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/agency/reservations/notes.html", context, status=status)
