"""Lending equipment, never more pieces than there are.

Pieces are written under the lock of their item, in the transaction of the hold or the reservation
to which they belong. Nobody has to give them back: they count as long as what they are for. Whoever
needs several locks takes them in this order: who books, the hold or the reservation, the line of
the spaces, equipment by key, the voucher, the account of credits, the claim. So nobody waits for
another in a circle.

Source: ADR 0039.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Equipment, EquipmentUse, Hold, Reservation, Space
from booking.periods import Period
from booking.price_parts import drop_lines, sum_equipment
from booking.prices import LineKind, Price
from booking.selectors.equipment import count_left, list_counting_uses, list_offered, list_uses
from booking.services.equipment import MOST_PIECES
from booking.services.equipment_prices import Choice, charge, find_promised
from booking.services.pricing import PriceChanged
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.locks import lock_row


class EquipmentUnknown(RuleViolation):
    """There is no such equipment for this space."""

    code = "equipment_unknown"


class EquipmentLimit(RuleViolation):
    """More pieces than one booking may have."""

    code = "equipment_limit"


class EquipmentTaken(Conflict):
    """Others have the pieces at that time."""

    code = "equipment_taken"


@dataclass(frozen=True, kw_only=True)
class Lent:
    """What something costs with equipment, and the uses of it."""

    price: Price
    uses: list[EquipmentUse]


def find_choices(
    wanted: Mapping[str, int], *, space: Space, subject: Hold | Reservation | None = None
) -> list[Choice]:
    """Return what somebody wants, by public ids; nothing of what is wanted zero times.

    Args:
        wanted: public id → pieces.
        space: where.
        subject: what has pieces already, which it may keep although they are lent no more.

    Raises:
        EquipmentUnknown: there is no such equipment for this space.
        EquipmentLimit: a number makes no sense.
    """
    known = {one.public_id: one for one in list_offered(space)}
    if subject is not None:
        known |= {use.equipment.public_id: use.equipment for use in list_uses(subject)}
    choices = []
    for public_id, quantity in wanted.items():
        if public_id not in known:
            raise EquipmentUnknown(
                _("There is no such equipment for this space."), field="equipment"
            )
        if not 0 <= quantity <= MOST_PIECES:
            raise EquipmentLimit(_("At most %(n)s pieces.") % {"n": MOST_PIECES}, field="equipment")
        if quantity:
            choices.append(Choice(equipment=known[public_id], quantity=quantity))
    return choices


def borrow(
    choices: Iterable[Choice],
    *,
    space: Space,
    stay: Period,
    subject: Hold | Reservation | None = None,
) -> list[EquipmentUse]:
    """Return the uses for a stay, their items locked until the transaction ends; not yet saved.

    Args:
        choices: what somebody wants.
        space: where.
        stay: when.
        subject: whose pieces do not count, for these take their place; its time is still the one
            before.

    Raises:
        EquipmentUnknown: something is lent no more, or not in this space.
        EquipmentLimit: it is more than a booking may have.
        EquipmentTaken: others have the pieces.
    """
    wanted: Counter[Equipment] = Counter()
    for choice in choices:
        wanted[choice.equipment] += choice.quantity
    kept = {use.equipment_id: use for use in list_uses(subject)} if subject else {}
    uses = []
    for item, quantity in sorted(wanted.items(), key=lambda one: one[0].pk):
        use = kept.get(item.pk) or EquipmentUse()
        former = use.quantity if use.pk else 0
        use.equipment = lock_row(item)
        if quantity > former or not _is_lent_in(use.equipment, space):
            _require_offered(use.equipment, quantity, space=space)
        use.quantity = quantity
        _require_left(use, stay=stay, subject=subject, former=former)
        uses.append(use)
    return uses


def borrow_again(subject: Hold | Reservation, *, space: Space, stay: Period) -> list[EquipmentUse]:
    """Return the uses of what a hold or a reservation has already, for another time or space.

    Raises:
        EquipmentUnknown: something is not lent there.
        EquipmentTaken: others have the pieces then.
    """
    return borrow(list_choices_of(subject), space=space, stay=stay, subject=subject)


def list_choices_of(subject: Hold | Reservation) -> list[Choice]:
    """Return what a hold or a reservation has."""
    return [Choice(equipment=use.equipment, quantity=use.quantity) for use in list_uses(subject)]


def lend(
    price: Price,
    *,
    choices: Sequence[Choice] | None,
    space: Space,
    stay: Period,
    hold: Hold | None,
) -> Lent:
    """Return what a reservation costs with equipment, and the uses that are to belong to it.

    A voucher is in the price only if nothing changed: ``redeem`` comes afterwards.

    Args:
        price: without equipment, or that of the hold.
        choices: what is wanted; None for that of the hold, if it has any.
        space: where.
        stay: when.
        hold: locked, as long as there is one.

    Raises:
        EquipmentUnknown, EquipmentLimit, EquipmentTaken: it cannot be lent for this.
        PriceChanged: the hold's time is up, and its equipment has another price now.
    """
    if choices is not None:
        promised = find_promised(hold, price=price)
        uses = borrow(choices, space=space, stay=stay, subject=hold)
        kinds = (LineKind.EQUIPMENT, LineKind.VOUCHER)
        bare = drop_lines(price, *kinds, vat_percent=space.vat_percent)
        price = charge(bare, uses, space=space, stay=stay, promised=promised)
        return Lent(price=price, uses=uses)
    uses = borrow_again(hold, space=space, stay=stay) if hold is not None else []
    if hold is None or not uses or sum_equipment(price) is not None:
        return Lent(price=price, uses=uses)
    price = charge(price, uses, space=space, stay=stay)
    if sum_equipment(price) != sum_equipment(hold.price):
        raise PriceChanged(
            _("The time is no longer held for you, and its price has changed. Choose it again.")
        )
    return Lent(price=price, uses=uses)


def replace_uses(subject: Hold | Reservation, uses: Sequence[EquipmentUse]) -> None:
    """Let a hold or a reservation have these pieces, and no others."""
    list_uses(subject).exclude(pk__in=[use.pk for use in uses if use.pk]).delete()
    keep_uses(subject, uses)


def keep_uses(subject: Hold | Reservation, uses: Iterable[EquipmentUse]) -> None:
    """Let a saved hold or reservation have these pieces."""
    for use in uses:
        if isinstance(subject, Hold):
            use.hold = subject
        else:
            use.reservation = subject
        use.save()


def lock_items_of(hold: Hold) -> None:
    """Lock what belongs to a hold that is to last longer: its pieces are to count on."""
    for use in list_uses(hold).order_by("equipment_id"):
        lock_row(use.equipment)


def find_late_equipment(reservation: Reservation) -> bool:
    """Tell whether money that comes late finds pieces with others.

    The items are locked, so that the answer holds until the transaction ends.
    """
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    for use in sorted(list_uses(reservation), key=lambda one: one.equipment_id):
        use.equipment = lock_row(use.equipment)
        try:
            _require_left(use, stay=stay, subject=reservation, former=use.quantity)
        except EquipmentTaken:
            return True
    return False


def _is_lent_in(item: Equipment, space: Space) -> bool:
    spaces = set(item.spaces.values_list("pk", flat=True))
    return item.location_id == space.location_id and (not spaces or space.pk in spaces)


def _require_offered(item: Equipment, quantity: int, *, space: Space) -> None:
    if not list_offered(space).filter(pk=item.pk).exists():
        text = _("%(name)s is not lent there.") % {"name": item.name}
        raise EquipmentUnknown(text, field="equipment")
    if item.most_per_booking is not None and quantity > item.most_per_booking:
        text = ngettext(
            "%(name)s: at most %(n)s piece for one booking.",
            "%(name)s: at most %(n)s pieces for one booking.",
            item.most_per_booking,
        )
        raise EquipmentLimit(
            text % {"name": item.name, "n": item.most_per_booking}, field="equipment"
        )


def _require_left(
    use: EquipmentUse, *, stay: Period, subject: Hold | Reservation | None, former: int
) -> None:
    item = use.equipment
    left = count_left([item], stay=stay, besides=subject)[item.pk]
    if left is None or use.quantity <= left or _has_them(use, stay=stay, former=former):
        return
    if left <= 0:
        text = _("%(name)s: others have all of them at that time.") % {"name": item.name}
        raise EquipmentTaken(text, field="equipment")
    text = ngettext(
        "%(name)s: only %(n)s piece is left at that time.",
        "%(name)s: only %(n)s pieces are left at that time.",
        left,
    )
    raise EquipmentTaken(text % {"name": item.name, "n": left}, field="equipment")


def _has_them(use: EquipmentUse, *, stay: Period, former: int) -> bool:
    """Tell whether as many pieces are theirs now for all of a time: stock may be less since."""
    mine = list_counting_uses([use.equipment], stay=stay)
    is_theirs = mine.filter(pk=use.pk, starts_at__lte=stay.start, ends_at__gte=stay.end).exists()
    return is_theirs and use.quantity <= former
