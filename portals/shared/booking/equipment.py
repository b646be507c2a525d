"""Equipment for what somebody holds, for customers and guests alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.access import access_hold
from booking.models import Equipment, Hold, Reservation, Space
from booking.periods import Period
from booking.selectors.equipment import count_left, list_offered, list_uses
from booking.services.equipment import MOST_PIECES
from booking.services.equipment_uses import EquipmentLimit, EquipmentTaken, EquipmentUnknown
from booking.services.hold_equipment import put_equipment_on_hold
from booking.states import EquipmentPricing
from portals.shared.booking.desks import Desk, ShowHold
from portals.shared.htmx import go, toast
from portals.shared.requests import PortalRequest
from portals.templatetags.ui import money
from spotex.kernel.errors import Conflict

_SHORT: Final = 12
"""Up to so many pieces are chosen from a list, more are typed."""

_DIGITS: Final = 4


def piece_field(choice: EquipmentChoice) -> forms.IntegerField:
    """Return a field for how many pieces, with the price and what is left of it."""
    return forms.IntegerField(
        label=choice.item.name,
        required=False,
        min_value=0,
        max_value=MOST_PIECES,
        help_text=" · ".join(part for part in (choice.price, choice.left) if part),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": "0"}),
    )


@dataclass(frozen=True, kw_only=True)
class EquipmentChoice:
    """Something that can be lent with a stay."""

    item: Equipment
    price: str
    quantity: int
    """What is chosen."""

    most: int
    """What can be chosen, with what is."""

    left: str
    """How many pieces there are at that time, ``""`` where that never ends."""

    @property
    def numbers(self) -> range | None:
        """The numbers from which one chooses, None where there are too many for a list."""
        return range(self.most + 1) if self.most <= _SHORT else None


def list_choices(
    space: Space, *, stay: Period, subject: Hold | Reservation | None = None
) -> list[EquipmentChoice]:
    """Return what can be lent with a stay, with what is left of it at that time.

    Args:
        space: where.
        stay: when.
        subject: the hold or reservation for which it is, with the pieces that it has.
    """
    chosen = {use.equipment: use.quantity for use in list_uses(subject)} if subject else {}
    items = list(list_offered(space))
    items += [one for one in chosen if one not in items]
    left = count_left(items, stay=stay, besides=subject)
    return [_describe(one, quantity=chosen.get(one, 0), left=left[one.pk]) for one in items]


def _describe(item: Equipment, *, quantity: int, left: int | None) -> EquipmentChoice:
    limits = [MOST_PIECES, *(one for one in (item.most_per_booking, left) if one is not None)]
    return EquipmentChoice(
        item=item,
        price=write_piece_price(item),
        quantity=quantity,
        most=max(quantity, min(limits)),
        left=write_left(left),
    )


def write_piece_price(item: Equipment) -> str:
    """Say what a piece costs."""
    if item.pricing == EquipmentPricing.FREE:
        return _("Free of charge")
    price = {"price": money(item.price_minor, item.currency)}
    if item.pricing == EquipmentPricing.PER_HOUR:
        return _("%(price)s an hour") % price
    return _("%(price)s each") % price


def write_left(left: int | None) -> str:
    """Say how many pieces are left at a time."""
    if left is None:
        return ""
    if left <= 0:
        return _("None left at that time")
    return ngettext("%(n)s left at that time", "%(n)s left at that time", left) % {"n": left}


def read_wanted(data: Mapping[str, str]) -> dict[str, int]:
    """Return how many pieces of what a form asks for.

    Raises:
        EquipmentLimit: what was typed is not a number.
    """
    wanted = {}
    for name, value in data.items():
        text = value.strip() or "0"
        if not name.startswith("eqp_"):
            continue
        if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
            raise EquipmentLimit(_("Say how many pieces as a number."), field="equipment")
        wanted[name] = int(text)
    return wanted


def use_equipment(
    request: PortalRequest,
    public_id: str,
    *,
    desk: Desk,
    show: ShowHold,
) -> HttpResponse:
    """Lend what a form asks for with a hold, and show the page of booking again.

    Args:
        request: with a number for each public id.
        public_id: of the hold.
        desk: where somebody books.
        show: renders the page, with ``equipment_refused`` where something refused it.

    Raises:
        Missing: the hold is somebody else's.
    """
    hold = access_hold(desk.booker, public_id)
    try:
        wanted = read_wanted(request.POST.dict())
        hold = put_equipment_on_hold(hold, wanted=wanted, booker=desk.booker, now=timezone.now())
    except (EquipmentUnknown, EquipmentLimit, EquipmentTaken) as error:
        return show(hold, {"equipment_refused": error.message})
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, desk.book_url(hold))
    return show(hold, {}) if request.htmx else go(request, desk.book_url(hold))
