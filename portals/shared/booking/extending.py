"""Staying longer: what is offered, for the agency's people and for who is there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.bookers import Booker
from booking.models import Reservation
from booking.services.extending import can_extend, extend_stay, list_later_ends
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.stay_times import write_clock, zone_of
from portals.templatetags.ui import money
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict

_MORE: Final = "~"
"""What divides an end from what it costs more."""


class ExtendForm(PortalForm):
    """Until when people stay, each with what that costs more: who chooses one agrees to it."""

    ends_at = forms.ChoiceField(
        label=_("Until"),
        error_messages={
            "invalid_choice": _(
                "What this costs has changed, or somebody comes after you now. Choose again."
            )
        },
    )

    def __init__(self, data: Any, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["ends_at"].choices = choices  # type: ignore[attr-defined]

    def read_end(self) -> tuple[datetime, int]:
        """Return the end that was chosen, and what it costs more."""
        end, _sign, more = self.value_of("ends_at").partition(_MORE)
        return datetime.fromisoformat(end), int(more or 0)


def answer_extension(
    request: PortalRequest,
    reservation: Reservation,
    *,
    actor: Actor,
    booker: Booker,
    template: str,
    page: str,
) -> HttpResponse:
    """Ask until when people stay, and extend their stay; say why where it cannot last longer.

    Args:
        request: of somebody who may change the reservation.
        reservation: with its space and location.
        actor: who asks.
        booker: the same, as somebody who books.
        template: of the page with the form.
        page: the reservation's own.
    """
    now = timezone.now()
    choices = _list_choices(reservation, booker=booker, now=now)
    form = ExtendForm(posted(request), choices=choices)

    def save() -> Reservation:
        ends_at, more_minor = form.read_end()
        return extend_stay(
            reservation,
            ends_at=ends_at,
            booker=booker,
            actor=actor,
            now=now,
            most_minor=reservation.total_minor + more_minor,
        )

    try:
        saved = apply_form(form, save)
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, page)
    if saved is not None:
        toast(request, gettext("The stay lasts longer now."))
        return go(request, page)
    context = {"form": form, "reservation": reservation, "choices": choices, "back": page}
    return render_page(request, template, context, status=422 if form.is_bound else 200)


def _list_choices(
    reservation: Reservation, *, booker: Booker, now: datetime
) -> list[tuple[str, str]]:
    if not can_extend(reservation, booker=booker, now=now):
        return []
    zone = zone_of(reservation.space)
    words = []
    for ends_at, more_minor in list_later_ends(reservation, booker=booker):
        label, value = write_clock(ends_at.astimezone(zone)), ends_at.astimezone(UTC).isoformat()
        if more_minor:
            label = f"{label} · +{money(more_minor, reservation.currency)}"
            value = f"{value}{_MORE}{more_minor}"
        words.append((value, label))
    return words
