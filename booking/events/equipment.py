"""What happens to equipment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class EquipmentEvent(Event):
    """Something happened to what a location lends; base of the events below."""


@dataclass(frozen=True, kw_only=True)
class EquipmentCreated(EquipmentEvent):
    """There is one more thing to lend."""

    name: ClassVar[str] = "booking.equipment.created"


@dataclass(frozen=True, kw_only=True)
class EquipmentChanged(EquipmentEvent):
    """Its price, its pieces or its rules differ."""

    name: ClassVar[str] = "booking.equipment.changed"


@dataclass(frozen=True, kw_only=True)
class EquipmentArchived(EquipmentEvent):
    """Nobody is lent it any more."""

    name: ClassVar[str] = "booking.equipment.archived"
