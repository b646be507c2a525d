"""The waiting list for guests: an address is proved by the link that goes there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_public_space
from booking.bookers import Booker
from booking.guest_access import access_guest_wish
from booking.guest_links import sign_reservation, sign_wish
from booking.lengths import write_length
from booking.models import Reservation, Wish
from booking.periods import Period
from booking.selectors.waiting import find_booked
from booking.services.reservations import Visitor, book_space
from booking.services.waiting import (
    Wanted,
    booker_of_wish,
    join_waiting_list,
    leave_waiting_list,
    require_wait,
)
from portals.guests.forms import GuestWishForm, read_wish_details, sign_wish_details
from portals.guests.visitors import agency_of, desk_of, network_key
from portals.letters import Link, mail_link
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.booking.days import read_day
from portals.shared.booking.forms import BookForm
from portals.shared.booking.grid import stay_of
from portals.shared.booking.paying import go_on_after_booking
from portals.shared.booking.stays import view_stay
from portals.shared.booking.waiting import RENAMED, view_wish
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.stay_times import write_stay, zone_of
from spotex.kernel.errors import Conflict, Missing, RuleViolation
from spotex.kernel.limits import HOUR, require_within
from tenants.states import PortalName

LINKS_TO_ADDRESS: Final = 5
LINKS_FROM_NETWORK: Final = 20
_FORM: Final = ("GET", "HEAD", "POST")


@portal_view(public=True, methods=_FORM)
def join(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask for when, how long and who, and mail a link that proves the address."""
    space, now = access_public_space(public_id), timezone.now()
    day = read_day(request, space, now=now)
    form = GuestWishForm(posted(request), space=space, day=day)

    def read() -> Wanted:
        wanted = form.read_wanted()
        require_wait(space, wanted=wanted, booker=Booker(key="", is_guest=True), now=now)
        return wanted

    wanted = apply_form(form, read, renamed=RENAMED)
    context: dict[str, Any] = {"form": form, "space": space, "day": day}
    if wanted is not None:
        _send_link(request, form, wanted=wanted, about=space.name, public_id=public_id)
        context["email"] = form.value_of("email")
        return render_page(request, "portals/guests/waiting/sent.html", context)
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/guests/waiting/join.html", context, status=status)


def _send_link(
    request: PortalRequest, form: GuestWishForm, *, wanted: Wanted, about: str, public_id: str
) -> None:
    to = form.value_of("email").strip().lower()
    require_within("guest-code-to", to, allowed=LINKS_TO_ADDRESS, seconds=HOUR)
    network = network_key(request)
    require_within("guest-code-from", network, allowed=LINKS_FROM_NETWORK, seconds=HOUR)
    details = {
        "space": public_id,
        "starts_at": wanted.window.start.isoformat(),
        "ends_at": wanted.window.end.isoformat(),
        "minutes": wanted.minutes,
        "name": form.value_of("name"),
        "email": to,
    }
    mail_link(
        "guest_wish",
        agency=agency_of(request),
        recipient=to,
        link=Link(
            portal=PortalName.CUSTOMER,
            name="guest-wish-confirm",
            arguments=[sign_wish_details(details)],
        ),
        language=request.LANGUAGE_CODE,
        context={"name": details["name"], "about": about},
    )


@portal_view(public=True, methods=_FORM)
def confirm(request: PortalRequest, token: str) -> HttpResponse:
    """Put whoever followed the link on the list, when they press the button."""
    said = read_wish_details(token)
    if said is None:
        raise Missing(_("This link is too old. Join the list again."))
    space = access_public_space(said["space"])
    window = Period(
        start=datetime.fromisoformat(said["starts_at"]),
        end=datetime.fromisoformat(said["ends_at"]),
    )
    wanted = Wanted(window=window, minutes=said["minutes"])
    context: dict[str, Any] = {
        "space": space,
        "words": write_stay(window, zone=zone_of(space)),
        "length": write_length(wanted.minutes),
    }
    if request.method == "POST":
        try:
            made = _join(request, said, wanted=wanted)
        except RuleViolation as error:
            context["refusal"] = error
        else:
            toast(request, _("You are on the list. We write to you when the time comes free."))
            return go(request, _page_of(sign_wish(made.public_id)))
    status = 422 if "refusal" in context else 200
    return render_page(request, "portals/guests/waiting/confirm.html", context, status=status)


def _join(request: PortalRequest, said: dict[str, Any], *, wanted: Wanted) -> Wish:
    desk = desk_of(request, name=said["name"], email=said["email"])
    return join_waiting_list(
        access_public_space(said["space"]),
        wanted=wanted,
        booker=Booker(key="", is_guest=True),
        visitor=Visitor(name=said["name"], email=said["email"], language=request.LANGUAGE_CODE),
        actor=desk.actor,
        now=timezone.now(),
    )


@portal_view(public=True, methods=_FORM)
def show(request: PortalRequest, token: str) -> HttpResponse:
    """Show where somebody stands; book what is offered."""
    wish, now = access_guest_wish(token), timezone.now()
    page, hold = _page_of(token), wish.hold
    row = view_wish(wish, now=now)
    context: dict[str, Any] = {"row": row, "token": token, "back": page}
    if row.offer is None or hold is None:
        made = find_booked(wish)
        context["booked"] = _find_page(made) if made else ""
        return render_page(request, "portals/guests/waiting/show.html", context)
    hold.space = wish.space
    form = BookForm(posted(request))
    try:
        done = apply_form(form, lambda: _book(request, wish, form=form, now=now))
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, page)
    if done is not None:
        page = _find_page(done)
        desk = desk_of(request, name=wish.name, email=wish.email)
        return go_on_after_booking(request, done, actor=desk.actor, page=page)
    context.update(form=form, view=view_stay(hold, now=now))
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/guests/waiting/offer.html", context, status=status)


def _book(request: PortalRequest, wish: Wish, *, form: BookForm, now: datetime) -> Reservation:
    desk = desk_of(request, name=wish.name, email=wish.email)
    hold = wish.hold
    if hold is None:
        raise Missing(_("There is no such hold."))
    return book_space(
        wish.space,
        stay=stay_of(hold),
        booker=booker_of_wish(wish),
        visitor=Visitor(
            name=wish.name,
            email=wish.email,
            language=wish.language,
            customer=wish.customer,
            notes=form.value_of("notes"),
        ),
        actor=desk.actor,
        now=now,
        hold=hold,
    )


@portal_view(public=True, methods=("POST",))
def leave(request: PortalRequest, token: str) -> HttpResponse:
    """Wait no longer, and give back what is offered."""
    wish = access_guest_wish(token)
    desk = desk_of(request, name=wish.name, email=wish.email)
    return carry_out(
        request,
        lambda: leave_waiting_list(wish, actor=desk.actor),
        done=_("You do not wait any more."),
        then=_page_of(token),
    )


def _find_page(reservation: Reservation) -> str:
    return reverse("guest-reservation-detail", args=[sign_reservation(reservation.public_id)])


def _page_of(token: str) -> str:
    return reverse("guest-wish-detail", args=[token])
