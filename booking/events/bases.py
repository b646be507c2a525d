"""Bases of the events of this context."""

from __future__ import annotations

from dataclasses import dataclass

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    """Slots of some spaces may look different now; base of what changes calendars.

    ``spaces`` are public ids: a hold on a hall shows on each room in it.
    """

    spaces: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReservationEvent(CalendarChanged):
    """Something happened to a reservation; base of the events below."""

    reservation: str
    state: str
    with_others: bool = False
    """Whether another event tells of it together with others."""
