"""Other equipment for a reservation that stands: for the agency's people and for who comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.forms import BoundField
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from booking.bookers import Booker
from booking.models import Reservation
from booking.periods import Period
from booking.prices import Price
from booking.selectors.equipment import list_offered, list_uses
from booking.services.changing import PriceRises
from booking.services.equipment_prices import Choice
from booking.services.equipment_uses import EquipmentTaken, find_choices
from booking.services.reservation_equipment import can_equip, change_reservation_equipment
from portals.shared.booking.equipment import EquipmentChoice, list_choices
from portals.shared.booking.moving import read_most
from portals.shared.booking.prices import write_price_words
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from portals.templatetags.ui import money
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict
from spotex.kernel.versions import Stale, version_of


class EquipForm(PortalForm):
    """How many pieces of what a location lends, each with a field of its own."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        reservation: Reservation,
        choices: Sequence[EquipmentChoice],
    ) -> None:
        """Ask for pieces.

        Args:
            data: what was sent, if anything.
            reservation: with its version.
            choices: what can be lent with it, and what is.
        """
        super().__init__(data, initial={"version": version_of(reservation)})
        self._choices = {one.item.public_id: one for one in choices}
        self.fields |= {name: _piece_field(one) for name, one in self._choices.items() if one.most}

    def list_rows(self) -> list[tuple[EquipmentChoice, BoundField | None]]:
        """Return what can be lent, each with its field; None where there is nothing to choose."""
        return [
            (one, self[name] if name in self.fields else None)
            for name, one in self._choices.items()
        ]

    def read_wanted(self) -> dict[str, int]:
        """Return how many pieces of what somebody wants; what was not asked stays as it is."""
        wanted = {}
        for name, one in self._choices.items():
            was_asked = name in self.fields and name in self.data
            wanted[name] = (self.value_of(name) or 0) if was_asked else one.quantity
        return wanted


def _piece_field(choice: EquipmentChoice) -> forms.IntegerField:
    """Return a field for how many pieces; a list where these are few."""
    text = ngettext("At most %(n)s piece.", "At most %(n)s pieces.", choice.most)
    field = forms.IntegerField(
        label=choice.item.name,
        required=False,
        min_value=0,
        initial=choice.quantity,
        validators=[MaxValueValidator(choice.most, text % {"n": choice.most})],
        widget=forms.Select(choices=[(n, n) for n in choice.numbers])
        if choice.numbers
        else forms.NumberInput(attrs={"inputmode": "numeric", "max": choice.most}),
    )
    field.widget.attrs["class"] = "pieces"
    return field


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What became of a form: a changed reservation, or why not."""

    changed: Reservation | None = None
    price: Price | None = None
    """To which somebody has to agree first."""

    refusal: str = ""


def offers_equipment(reservation: Reservation, *, booker: Booker, now: datetime) -> bool:
    """Tell whether there is anything to change on the page of equipment."""
    if not can_equip(reservation, booker=booker, now=now):
        return False
    return list_uses(reservation).exists() or list_offered(reservation.space).exists()


def answer_equipment(
    request: PortalRequest,
    reservation: Reservation,
    *,
    actor: Actor,
    booker: Booker,
    template: str,
    page: str,
) -> HttpResponse:
    """Ask what is lent with a reservation, and change it; say why where it stays as it is.

    Args:
        request: of somebody who may change the reservation.
        reservation: with its space and location.
        actor: who asks.
        booker: the same, as somebody who books.
        template: of the page with the form.
        page: the reservation's own.
    """
    now = timezone.now()
    if not offers_equipment(reservation, booker=booker, now=now):
        toast(request, gettext("The equipment cannot be changed here any more."), tone="error")
        return go(request, page)
    form = _make_form(posted(request), reservation)

    def save() -> Reservation:
        return change_reservation_equipment(
            reservation,
            choices=_find_choices(form, reservation),
            booker=booker,
            actor=actor,
            now=now,
            version=form.value_of("version"),
            most_minor=max(read_most(request), reservation.total_minor),
        )

    try:
        answer = _change(form, save)
    except Stale as error:
        reservation = Reservation.objects.select_related("space__location").get(pk=reservation.pk)
        form = _make_form(renew_post(request, reservation), reservation)
        answer = _Answer(refusal=error.message)
    except EquipmentTaken as error:  # in this moment: what is left now stands beside the fields
        form = _make_form(posted(request), reservation)
        answer = _Answer(refusal=error.message)
    if answer.changed is not None:
        toast(request, _describe(answer.changed, before_minor=reservation.total_minor))
        return go(request, page)
    context = {**_describe_form(form, reservation, answer=answer), "back": page}
    status = 409 if answer.refusal else 422 if form.is_bound else 200
    return render_page(request, template, context, status=status)


def _make_form(data: QueryDict | None, reservation: Reservation) -> EquipForm:
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    choices = list_choices(reservation.space, stay=stay, subject=reservation)
    return EquipForm(data, reservation=reservation, choices=choices)


def _find_choices(form: EquipForm, reservation: Reservation) -> list[Choice]:
    return find_choices(form.read_wanted(), space=reservation.space, subject=reservation)


def _change(form: EquipForm, save: Callable[[], Reservation]) -> _Answer:
    """Change the equipment, or return the price to which somebody has to agree first.

    Raises:
        Stale: somebody else changed the reservation meanwhile.
        EquipmentTaken: others have the pieces.
    """
    try:
        return _Answer(changed=apply_form(form, save))
    except PriceRises as error:
        return _Answer(price=error.price)
    except (Stale, EquipmentTaken):
        raise
    except Conflict as error:
        return _Answer(refusal=error.message)


def _describe(changed: Reservation, *, before_minor: int) -> str:
    """Say that it is changed, and what it costs where that is something else now."""
    if changed.total_minor == before_minor:
        return gettext("The equipment is changed.")
    price = money(changed.total_minor, changed.currency)
    return gettext("The equipment is changed. All in all it costs %(price)s now.") % {
        "price": price
    }


def _describe_form(form: EquipForm, reservation: Reservation, *, answer: _Answer) -> dict[str, Any]:
    return {
        "form": form,
        "rows": form.list_rows(),
        "reservation": reservation,
        "price": answer.price,
        "words": write_price_words(answer.price or reservation.price),
        "refusal": answer.refusal,
    }
