"""Booking a stay that repeats, for a customer or a guest."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from booking.access import access_space
from booking.bookers import booker_of
from booking.services.equipment_uses import find_choices
from booking.services.series import Outcome, SeriesPlan, book_series, preview_series
from booking.states import PaymentRule
from portals.agency.forms.bookings import RENAMED, SeriesForm
from portals.agency.views.booking.calendar import calendar_of, read_moment
from portals.shared.access import portal_view
from portals.shared.booking.series import (
    describe_booked,
    look_again,
    read_days,
    read_unticked,
    view_outcomes,
)
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from tenants.customers.selectors import list_customers_for
from tenants.customers.states import CustomerState
from tenants.permissions import Permission

_MAKE: Final = Permission.RESERVATION_MAKE


@portal_view(_MAKE, methods=("GET", "HEAD", "POST"))
def book_again(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask how a stay repeats, show what would become of each, then book those chosen."""
    actor, now = request.actor, timezone.now()
    space = access_space(actor, public_id, permission=_MAKE)
    customers = list_customers_for(actor).filter(state=CustomerState.ACTIVE)
    form = SeriesForm(
        posted(request),
        space=space,
        at=read_moment(request, space),
        customers=list(customers.order_by("name", "pk")),
        language=get_language() or actor.language,
    )
    booker, is_final = booker_of(actor), request.POST.get("step") == "book"
    days = read_days(request.POST.getlist("days"))

    def plan() -> SeriesPlan:
        return SeriesPlan(
            space=space,
            stay=form.read_period(),
            pattern=form.read_pattern(),
            customer=form.read_visitor().customer,
            equipment=find_choices(form.read_equipment(), space=space),
            pays_later=space.payment == PaymentRule.PREPAID,
        )

    def look() -> list[Outcome]:
        return preview_series(plan(), booker=booker, now=now)

    def book() -> list[Outcome]:
        visitor = form.read_visitor()
        return book_series(
            plan(), booker=booker, visitor=visitor, actor=actor, now=now, chosen=days
        )[1]

    outcomes = apply_form(form, book if is_final else look, renamed=RENAMED)
    if outcomes is not None and is_final:
        return _finish(request, outcomes)
    shown = outcomes or (look_again(form, look) if is_final else [])
    context: dict[str, Any] = {
        "form": form,
        "space": space,
        "back": calendar_of(space, read_moment(request, space)),
        "series": view_outcomes(shown, space=space, room=None, unticked=read_unticked(request.POST))
        if shown
        else None,
    }
    status = 422 if form.is_bound and outcomes is None else 200
    return render_page(request, "portals/agency/calendar/series.html", context, status=status)


def _finish(request: PortalRequest, outcomes: list[Outcome]) -> HttpResponse:
    booked, text = describe_booked(outcomes)
    toast(request, text)
    return go(request, reverse("agency:reservation-detail", args=[booked[0].public_id]))
