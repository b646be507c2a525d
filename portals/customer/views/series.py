"""Booking what is held again and again, such as every Tuesday."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_hold, access_space
from booking.bookers import booker_of
from booking.services.person_limits import count_allowed
from booking.services.reservations import Visitor
from booking.services.series import (
    Outcome,
    SeriesPlan,
    book_series,
    preview_series,
    require_repeatable,
)
from portals.shared.access import portal_view
from portals.shared.booking.forms import RepeatBookForm
from portals.shared.booking.grid import stay_of
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
from portals.stay_times import write_stay, zone_of
from spotex.kernel.errors import Missing
from tenants.customers.access import access_customer
from tenants.permissions import Permission

_MAKE: Final = Permission.RESERVATION_MAKE


@portal_view(_MAKE, methods=("GET", "HEAD", "POST"))
def book_again(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask how a held stay repeats, show what would become of each, then book those chosen."""
    actor, now = request.actor, timezone.now()
    if actor.customer_id is None:
        raise Missing(_("There is no such hold."))
    booker = booker_of(actor)
    hold = access_hold(booker, public_id)
    space = access_space(actor, hold.space.public_id, permission=_MAKE)
    require_repeatable(space, booker=booker, pays_later=False)
    customer = access_customer(actor, actor.customer_public_id)
    form = RepeatBookForm(posted(request))
    is_final = request.POST.get("step") == "book"
    days = read_days(request.POST.getlist("days"))

    def plan() -> SeriesPlan:
        pattern, stay = form.read_pattern(), stay_of(hold)
        return SeriesPlan(space=space, stay=stay, pattern=pattern, hold=hold, customer=customer)

    def look() -> list[Outcome]:
        return preview_series(plan(), booker=booker, now=now)

    def book() -> list[Outcome]:
        visitor = Visitor(
            name=actor.name or actor.email,
            email=actor.email,
            language=request.LANGUAGE_CODE,
            customer=customer,
            notes=form.value_of("notes"),
        )
        return book_series(
            plan(), booker=booker, visitor=visitor, actor=actor, now=now, chosen=days
        )[1]

    outcomes = apply_form(form, book if is_final else look)
    if outcomes is not None and is_final:
        booked, text = describe_booked(outcomes)
        toast(request, text)
        return go(request, reverse("customer:reservation-detail", args=[booked[0].public_id]))
    shown = outcomes or (look_again(form, look) if is_final else [])
    context: dict[str, Any] = {
        "form": form,
        "space": space,
        "words": write_stay(stay_of(hold), zone=zone_of(space)),
        "back": reverse("customer:hold-book", args=[hold.public_id]),
        "series": view_outcomes(
            shown,
            space=space,
            room=count_allowed(space, booker=booker, email=actor.email),
            unticked=read_unticked(request.POST),
        )
        if shown
        else None,
    }
    status = 422 if form.is_bound and outcomes is None else 200
    return render_page(request, "portals/customer/spaces/series.html", context, status=status)
