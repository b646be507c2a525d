"""What a space costs: rates, hours with another price, and what stays cost by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_space
from booking.models import Space
from booking.opening import find_instant
from booking.periods import Period
from booking.rates import read_peaks
from booking.services.pricing import price_stay
from booking.services.spaces import change_peaks, change_space
from booking.states import PaymentRule
from portals.agency.forms.rates import PeakForm, RatesForm
from portals.shared.access import portal_view
from portals.shared.booking.prices import PriceWords, list_peaks, write_price_words
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from portals.stay_times import zone_of
from spotex.kernel.errors import Missing
from spotex.kernel.versions import Stale, version_of
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.SPACE_MANAGE
_OPENS: Final = 9 * 60
_RENAMED: Final = {"hourly_price": "hourly"}


@dataclass(frozen=True, kw_only=True)
class Example:
    """What a stay of some length costs, and how that comes about."""

    length: str
    price: PriceWords | None


@portal_view(_MANAGE, methods=_FORM)
def change(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the prices of a space."""
    space = access_space(request.actor, public_id, permission=_MANAGE)
    form = RatesForm(posted(request), initial=RatesForm.initial_of(space))
    try:
        saved = apply_form(
            form,
            lambda: change_space(
                space, actor=request.actor, version=form.value_of("version"), **form.values()
            ),
            renamed=_RENAMED,
        )
    except Stale as error:
        return _show_stale(request, space, error=error, form=form)
    if saved is not None:
        toast(request, _("The changes are saved."))
        return go(request, _page_of(saved))
    return _show(request, space, form=form, status=422 if form.is_bound else 200)


@portal_view(_MANAGE, methods=("POST",))
def add_peak(request: PortalRequest, public_id: str) -> HttpResponse:
    """Give some hours a price of their own."""
    space = access_space(request.actor, public_id, permission=_MANAGE)
    form = PeakForm(posted(request))
    try:
        saved = apply_form(form, lambda: _add_peak(request, space, form=form))
    except Stale as error:
        return _show_stale(request, space, error=error, peak_form=form)
    if saved is None:
        return _show(request, space, peak_form=form, status=422)
    toast(request, _("The changes are saved."))
    return go(request, _page_of(saved))


@portal_view(_MANAGE, methods=("POST",))
def remove_peak(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let some hours cost what the others do.

    Raises:
        Missing: there are no such hours.
    """
    space = access_space(request.actor, public_id, permission=_MANAGE)
    peaks = list(read_peaks(space.peaks))
    number = request.POST.get("peak", "")
    version = request.POST.get("version", "")
    if version != str(version_of(space)):
        toast(request, _("Somebody else changed this meanwhile. Look at it again."), tone="error")
        return go(request, _page_of(space))
    if not number.isascii() or not number.isdigit() or int(number) >= len(peaks):
        raise Missing(_("There are no such hours."))
    del peaks[int(number)]
    change_peaks(space, peaks, actor=request.actor, version=version_of(space))
    toast(request, _("The changes are saved."))
    return go(request, _page_of(space))


def _add_peak(request: PortalRequest, space: Space, *, form: PeakForm) -> Space:
    peaks = [*read_peaks(space.peaks), form.read_peak()]
    return change_peaks(space, peaks, actor=request.actor, version=form.value_of("version"))


def _show_stale(
    request: PortalRequest, space: Space, *, error: Stale, **forms: PortalForm
) -> HttpResponse:
    """Show the forms once more, ready to be saved over what somebody else did."""
    space = access_space(request.actor, space.public_id, permission=_MANAGE)
    data = renew_post(request, space)
    again = {name: type(form)(data) for name, form in forms.items()}
    return _show(request, space, status=409, stale=error.message, **again)


def _show(
    request: PortalRequest,
    space: Space,
    *,
    form: PortalForm | None = None,
    peak_form: PortalForm | None = None,
    **state: Any,
) -> HttpResponse:
    status = state.pop("status", 200)
    version = version_of(space)
    context = {
        "space": space,
        "form": form or RatesForm(initial=RatesForm.initial_of(space)),
        "peak_form": peak_form or PeakForm(initial={"version": version}, auto_id="peak_%s"),
        "peaks": list_peaks(space),
        "examples": _list_examples(space, now=timezone.now()),
        "version": version,
        **state,
    }
    return render_page(request, "portals/agency/spaces/rates.html", context, status=status)


def _list_examples(space: Space, *, now: datetime) -> list[Example]:
    """Return what stays cost from nine o'clock of the Monday to come, if it costs anything."""
    if space.payment == PaymentRule.FREE:
        return []
    zone = zone_of(space)
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    start = find_instant(monday, _OPENS, zone=zone)
    lengths = (
        (_("1 hour"), timedelta(hours=1)),
        (_("4 hours"), timedelta(hours=4)),
        (_("8 hours"), timedelta(hours=8)),
        (_("2 days"), timedelta(days=1, hours=8)),
        (_("7 days"), timedelta(days=6, hours=8)),
        (_("30 days"), timedelta(days=29, hours=8)),
    )
    return [
        Example(
            length=words,
            price=write_price_words(
                price_stay(space, stay=Period(start=start, end=start + length))
            ),
        )
        for words, length in lengths
    ]


def _page_of(space: Space) -> str:
    return reverse("agency:space-rates", args=[space.public_id])
