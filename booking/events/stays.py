"""What happens to a reservation besides the way that most of them go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from booking.events.bases import ReservationEvent


@dataclass(frozen=True, kw_only=True)
class CheckInUndone(ReservationEvent):
    """The people are not there: it was noted by mistake."""

    name: ClassVar[str] = "booking.reservation.check_in_undone"


@dataclass(frozen=True, kw_only=True)
class NoShowUndone(ReservationEvent):
    """The people are there, or on their way: the time is theirs again."""

    name: ClassVar[str] = "booking.reservation.no_show_undone"
