"""What happens to a reservation besides the way that most of them go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from booking.events.bases import ReservationEvent
from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ReservationAsked(ReservationEvent):
    """Somebody asks for a stay; the space is kept until the agency says yes or no."""

    name: ClassVar[str] = "booking.reservation.asked"


@dataclass(frozen=True, kw_only=True)
class ReservationApproved(ReservationEvent):
    """The agency said yes; what is paid first is kept until the payment is there."""

    name: ClassVar[str] = "booking.reservation.approved"


@dataclass(frozen=True, kw_only=True)
class ReservationDeclined(ReservationEvent):
    """The agency said no, and the space is free again."""

    name: ClassVar[str] = "booking.reservation.declined"


@dataclass(frozen=True, kw_only=True)
class ReservationLapsed(ReservationEvent):
    """Nobody answered in time; the space was free from that second on."""

    name: ClassVar[str] = "booking.reservation.lapsed"


@dataclass(frozen=True, kw_only=True)
class ReservationExtended(ReservationEvent):
    """The people stay longer."""

    name: ClassVar[str] = "booking.reservation.extended"


@dataclass(frozen=True, kw_only=True)
class ReservationEquipped(ReservationEvent):
    """Other equipment is lent with it."""

    name: ClassVar[str] = "booking.reservation.equipped"


@dataclass(frozen=True, kw_only=True)
class NotesChanged(Event):
    """Who comes wrote something else for the agency."""

    name: ClassVar[str] = "booking.reservation.noted"


@dataclass(frozen=True, kw_only=True)
class InternalNotesChanged(Event):
    """The agency's people wrote something else for each other; customers do not hear of it."""

    name: ClassVar[str] = "booking.reservation.annotated"


@dataclass(frozen=True, kw_only=True)
class CheckInUndone(ReservationEvent):
    """The people are not there: it was noted by mistake."""

    name: ClassVar[str] = "booking.reservation.check_in_undone"


@dataclass(frozen=True, kw_only=True)
class NoShowUndone(ReservationEvent):
    """The people are there, or on their way: the time is theirs again."""

    name: ClassVar[str] = "booking.reservation.no_show_undone"
