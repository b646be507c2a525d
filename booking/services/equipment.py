"""Equipment: what a location lends with a stay. Who has it: see ``equipment_uses``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events.equipment import (
    EquipmentArchived,
    EquipmentChanged,
    EquipmentCreated,
    EquipmentEvent,
)
from booking.models import Equipment, Location, Space
from booking.models.equipment import EQUIPMENT_NAME_MAX_LENGTH, EQUIPMENT_TEXT_MAX_LENGTH
from booking.rates import MOST_MINOR
from booking.states import EquipmentPricing
from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version

MOST_PIECES: Final = 1_000


class EquipmentInvalid(RuleViolation):
    """The equipment contradicts itself."""

    code = "equipment_invalid"


class EquipmentOver(Conflict):
    """It was archived before."""

    code = "equipment_archived"


@transaction.atomic
def create_equipment(
    location: Location, *, actor: Actor, name: str, spaces: Sequence[Space] = (), **details: Any
) -> Equipment:
    """Add something that a location lends.

    Args:
        location: where it is.
        actor: who adds it.
        name: as people know it.
        spaces: of the location, in which it is lent; none for all.
        **details: other fields of the model.

    Raises:
        EquipmentInvalid: an input breaks a rule.
    """
    item = Equipment(location=location, name=name.strip(), **details)
    _require_sense(item, spaces=spaces)
    item.save()
    item.spaces.set(spaces)
    _tell(EquipmentCreated, item, actor=actor)
    return item


@transaction.atomic
def change_equipment(
    item: Equipment,
    *,
    actor: Actor,
    spaces: Sequence[Space] | None = None,
    version: int | None = None,
    **changes: Any,
) -> Equipment:
    """Change equipment; what is booked with it keeps its price and its pieces.

    With fewer pieces than are booked nobody loses any, but nobody is lent one at that time until
    enough are back.

    Raises:
        EquipmentInvalid: an input breaks a rule.
        EquipmentOver: it was archived.
        Stale: somebody else changed it meanwhile.
    """
    item = _lock(item)
    require_version(item, seen=version)
    if item.archived_at is not None:
        raise EquipmentOver(_("This equipment was archived."))
    before = {name: getattr(item, name) for name in changes}
    for field, value in changes.items():
        setattr(item, field, value.strip() if field == "name" else value)
    _require_sense(item, spaces=spaces or ())
    item.save()
    details = list_changes(before, {name: getattr(item, name) for name in changes})
    if spaces is not None:
        former = sorted(item.spaces.values_list("name", flat=True))
        item.spaces.set(spaces)
        details |= list_changes({"spaces": former}, {"spaces": sorted(one.name for one in spaces)})
    _tell(EquipmentChanged, item, actor=actor, **details)
    return item


@transaction.atomic
def archive_equipment(item: Equipment, *, actor: Actor, now: datetime) -> Equipment:
    """Lend something no more; what is held or booked with it stays. Again changes nothing."""
    item = _lock(item)
    if item.archived_at is None:
        item.archived_at = now
        item.save()
        _tell(EquipmentArchived, item, actor=actor)
    return item


def _lock(item: Equipment) -> Equipment:
    location = item.location
    item = lock_row(item)
    item.location = location
    return item


def _require_sense(item: Equipment, *, spaces: Sequence[Space]) -> None:
    is_free = item.pricing == EquipmentPricing.FREE
    item.price_minor = 0 if is_free else item.price_minor
    name_text = _("Give it a name of at most %(n)s characters.") % {"n": EQUIPMENT_NAME_MAX_LENGTH}
    problems = {
        "name": (0 < len(item.name) <= EQUIPMENT_NAME_MAX_LENGTH, name_text),
        "description": (
            len(item.description) <= EQUIPMENT_TEXT_MAX_LENGTH,
            _("Say it in at most %(n)s characters.") % {"n": EQUIPMENT_TEXT_MAX_LENGTH},
        ),
        "pricing": (item.pricing in EquipmentPricing.values, _("Say what the price counts for.")),
        "price": (
            is_free or 1 <= item.price_minor <= MOST_MINOR,
            _("Give a price, or say that it is free of charge."),
        ),
        "stock": (
            item.stock is None or 0 <= item.stock <= MOST_PIECES,
            _("At most %(n)s pieces.") % {"n": MOST_PIECES},
        ),
        "most_per_booking": (
            item.most_per_booking is None or 1 <= item.most_per_booking <= MOST_PIECES,
            _("From 1 to %(n)s pieces, or nothing for no limit.") % {"n": MOST_PIECES},
        ),
        "spaces": (
            all(one.location_id == item.location_id for one in spaces),
            _("Choose spaces of this location."),
        ),
    }
    for field, (is_right, text) in problems.items():
        if not is_right:
            raise EquipmentInvalid(text, field=field)


def _tell(kind: type[EquipmentEvent], item: Equipment, *, actor: Actor, **details: Any) -> None:
    """Publish an event about equipment whose location is loaded."""
    customer = item.location.customer
    publish(
        kind(
            actor=actor,
            subject_public_id=item.public_id,
            subject_name=f"{item.name} · {item.location.name}",
            customer_public_id=customer.public_id if customer else "",
            details=details,
        ),
    )
