"""The public pages on which guests book, in the brand of the agency."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_hold, access_public_space
from booking.guest_links import sign_reservation
from booking.models import Hold
from booking.selectors.places import list_public_spaces
from booking.selectors.reservations import list_open_holds
from booking.services.guests import book_as_guest, send_code
from portals.guests.forms import CodeForm, GuestForm, read_details, sign_details
from portals.guests.visitors import agency_of, desk_of, desk_of_new, network_key, remember
from portals.realtime.topics import space_topic
from portals.realtime.views import hand_over
from portals.shared.access import portal_view
from portals.shared.booking.desks import Desk
from portals.shared.booking.equipment import use_equipment
from portals.shared.booking.paying import go_on_after_booking
from portals.shared.booking.spaces import build_space_list, show_space, take_choice
from portals.shared.booking.stays import view_stay
from portals.shared.booking.taking import back_to_slots, day_url, give_hold_back
from portals.shared.booking.vouchers import use_voucher
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from spotex.kernel.limits import HOUR, require_within

CHOICES_PER_HOUR: Final = 120
"""How many slots may be chosen or given back from one network."""

NEW_GUESTS: Final = 10
"""How many people may begin to hold from one network while holds last, each a few times."""

NEW_GUESTS_SECONDS: Final = 900

_FORM: Final = ("GET", "HEAD", "POST")
_PAGE: Final = "portals/guests/space.html"


@portal_view(public=True)
def list_spaces(request: PortalRequest) -> HttpResponse:
    """Show what guests can book, each with its next free time."""
    context = build_space_list(
        request, list_public_spaces(), desk=desk_of(request), now=timezone.now()
    )
    return render_page(request, "portals/guests/list.html", context)


@portal_view(public=True)
def show(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the slots of a space on one day, live."""
    space = access_public_space(public_id)
    return show_space(request, space, desk=desk_of(request), template=_PAGE, now=timezone.now())


@portal_view(public=True, methods=("POST",))
def choose(request: PortalRequest, public_id: str) -> HttpResponse:
    """Hold a slot, or give one back."""
    space = access_public_space(public_id)
    network = network_key(request)
    require_within("guest-choice", network, allowed=CHOICES_PER_HOUR, seconds=HOUR)
    desk = desk_of(request)
    if not desk.booker.key:
        # Whoever takes no cookie is somebody new each time, and would hold without limit.
        require_within("guest-new", network, allowed=NEW_GUESTS, seconds=NEW_GUESTS_SECONDS)
        desk = desk_of_new(request)
    return remember(
        take_choice(request, space, desk=desk, template=_PAGE, now=timezone.now()), desk
    )


@portal_view(public=True)
def follow_space(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say when the slots of a space change."""
    space = access_public_space(public_id)
    desk = desk_of(request)
    return hand_over(desk.actor, space_topic(space.public_id), follower=network_key(request))


@portal_view(public=True, methods=("POST",))
def release(request: PortalRequest, public_id: str) -> HttpResponse:
    """Give a hold back."""
    return give_hold_back(request, public_id, desk=desk_of(request))


@portal_view(public=True, methods=("POST",))
def put_voucher(request: PortalRequest, public_id: str) -> HttpResponse:
    """Take what a code is worth off the price of a hold."""
    desk, network = desk_of(request), network_key(request)
    show = partial(_show_booking, request)
    return use_voucher(request, public_id, desk=desk, network=network, show=show)


@portal_view(public=True, methods=("POST",))
def put_equipment(request: PortalRequest, public_id: str) -> HttpResponse:
    """Lend equipment with what is held."""
    show = partial(_show_booking, request)
    return use_equipment(request, public_id, desk=desk_of(request), show=show)


@portal_view(public=True, methods=_FORM)
def book(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask who comes, explain the price, and mail a code."""
    desk = desk_of(request)
    hold = access_hold(desk.booker, public_id)
    if not list_open_holds(desk.booker.key).filter(pk=hold.pk).exists():
        toast(request, _("This hold is over. Choose the time again."), tone="error")
        return go(request, day_url(desk, hold))
    return back_to_slots(request, hold, desk=desk, call=lambda: _ask(request, hold))


@portal_view(public=True, methods=("POST",))
def verify(request: PortalRequest, public_id: str) -> HttpResponse:
    """Book, if the code from the mail is right."""
    desk = desk_of(request)
    hold = access_hold(desk.booker, public_id)
    return back_to_slots(request, hold, desk=desk, call=lambda: _verify(request, hold))


def _ask(request: PortalRequest, hold: Hold) -> HttpResponse:
    form = GuestForm(posted(request))
    held = apply_form(form, lambda: _send_code(request, hold, said=form.cleaned_data))
    if held is not None:
        code_form = CodeForm(initial={"details": sign_details(hold, form.cleaned_data)})
        return _show_code(request, held, form=code_form, said=form.cleaned_data)
    return render_page(
        request,
        "portals/guests/book.html",
        {"form": form, **_describe(request, hold)},
        status=422 if form.is_bound else 200,
    )


def _show_booking(request: PortalRequest, hold: Hold, said: Mapping[str, str]) -> HttpResponse:
    return render_page(
        request,
        "portals/guests/book.html",
        {"form": GuestForm(), **_describe(request, hold), **said},
        partials={"stay-sum": "sum"},
        status=409 if "equipment_refused" in said else 422 if said else 200,
    )


def _send_code(request: PortalRequest, hold: Hold, *, said: dict[str, Any]) -> Hold:
    desk = desk_of(request, name=said["name"], email=said["email"])
    view = view_stay(hold, now=timezone.now())
    about = f"{hold.space.name} · {view.words}"
    return send_code(
        hold, booker=desk.booker, about=about, agency=agency_of(request), actor=desk.actor
    )


def _verify(request: PortalRequest, hold: Hold) -> HttpResponse:
    form = CodeForm(request.POST)
    said = read_details(hold, request.POST.get("details", ""))
    if said is None:
        return go(request, reverse("guest-hold-book", args=[hold.public_id]))
    desk = desk_of(request, name=said["name"], email=said["email"])
    done = apply_form(
        form,
        lambda: book_as_guest(
            hold,
            code=form.value_of("code"),
            booker=desk.booker,
            notes=said["notes"],
            actor=desk.actor,
            now=timezone.now(),
        ),
    )
    if done is not None:
        page = reverse("guest-reservation-detail", args=[sign_reservation(done.public_id)])
        return go_on_after_booking(request, done, actor=desk.actor, page=page)
    return _show_code(request, hold, form=form, said=said, status=422)


def _show_code(
    request: PortalRequest, hold: Hold, *, form: CodeForm, said: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {"form": form, "said": said, **_describe(request, hold)}
    return render_page(request, "portals/guests/code.html", context, status=status)


def _describe(request: PortalRequest, hold: Hold) -> dict[str, Any]:
    desk: Desk = desk_of(request)
    return {
        "view": view_stay(hold, now=timezone.now()),
        "back": day_url(desk, hold),
        **desk.hold_urls(hold),
    }
