"""What happens to places and reservations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from booking.events import (  # noqa: F401  who knows one knows all
    equipment,
    reports,
    stays,
    waiting,
    widgets,
)
from booking.events.bases import CalendarChanged as CalendarChanged
from booking.events.bases import ReservationEvent as ReservationEvent
from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LocationCreated(Event):
    """There is one more location."""

    name: ClassVar[str] = "booking.location.created"


@dataclass(frozen=True, kw_only=True)
class LocationEvent(Event):
    """What portals show of the spaces in a location may differ; ``spaces`` are their public ids."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LocationChanged(LocationEvent):
    """A location's data or hours differ."""

    name: ClassVar[str] = "booking.location.changed"


@dataclass(frozen=True, kw_only=True)
class LocationArchived(LocationEvent):
    """A location is no longer offered, and neither are the spaces in it."""

    name: ClassVar[str] = "booking.location.archived"


@dataclass(frozen=True, kw_only=True)
class SpaceChanged(Event):
    """Anything that portals show of a space may differ; base of the events of spaces."""


@dataclass(frozen=True, kw_only=True)
class SpaceCreated(SpaceChanged):
    """There is one more space."""

    name: ClassVar[str] = "booking.space.created"


@dataclass(frozen=True, kw_only=True)
class SpaceEdited(SpaceChanged):
    """A space's data or rules differ."""

    name: ClassVar[str] = "booking.space.changed"


@dataclass(frozen=True, kw_only=True)
class SpaceArchived(SpaceChanged):
    """A space is no longer offered."""

    name: ClassVar[str] = "booking.space.archived"


@dataclass(frozen=True, kw_only=True)
class VoucherCreated(Event):
    """There is one more voucher."""

    name: ClassVar[str] = "booking.voucher.created"


@dataclass(frozen=True, kw_only=True)
class VoucherChanged(Event):
    """A voucher's value, days or limits differ."""

    name: ClassVar[str] = "booking.voucher.changed"


@dataclass(frozen=True, kw_only=True)
class VoucherEnded(Event):
    """A voucher counts no more."""

    name: ClassVar[str] = "booking.voucher.ended"


@dataclass(frozen=True, kw_only=True)
class SpaceHeld(CalendarChanged):
    """Somebody keeps a space free for some minutes; too small a thing for the trail."""

    audited: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class HoldReleased(CalendarChanged):
    """Somebody gave a hold back."""

    audited: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class SpaceBlocked(CalendarChanged):
    """Nobody can book a space for some time."""

    name: ClassVar[str] = "booking.space.blocked"


@dataclass(frozen=True, kw_only=True)
class BlockLifted(CalendarChanged):
    """A block ended early."""

    name: ClassVar[str] = "booking.space.unblocked"


@dataclass(frozen=True, kw_only=True)
class ReservationRequested(ReservationEvent):
    """Somebody booked; the space is kept until the payment is there."""

    name: ClassVar[str] = "booking.reservation.requested"


@dataclass(frozen=True, kw_only=True)
class ReservationConfirmed(ReservationEvent):
    """The space is theirs."""

    name: ClassVar[str] = "booking.reservation.confirmed"


@dataclass(frozen=True, kw_only=True)
class SeriesBooked(Event):
    """Several stays were booked together; each of them is a reservation of its own."""

    name: ClassVar[str] = "booking.series.booked"
    series: str


@dataclass(frozen=True, kw_only=True)
class SeriesCancelled(Event):
    """The stays of a series that were to come were called off."""

    name: ClassVar[str] = "booking.series.cancelled"
    series: str


@dataclass(frozen=True, kw_only=True)
class ReservationMoved(ReservationEvent):
    """It is at another time, or in another space."""

    name: ClassVar[str] = "booking.reservation.moved"


@dataclass(frozen=True, kw_only=True)
class ReservationCancelled(ReservationEvent):
    """It was called off, and the space is free again."""

    name: ClassVar[str] = "booking.reservation.cancelled"


@dataclass(frozen=True, kw_only=True)
class ReservationExpired(ReservationEvent):
    """Nobody paid in time; the space was free from that second on."""

    name: ClassVar[str] = "booking.reservation.expired"


@dataclass(frozen=True, kw_only=True)
class ReservationUnsold(ReservationEvent):
    """Money came when somebody else had the space already; it is let go."""

    name: ClassVar[str] = "booking.reservation.unsold"


@dataclass(frozen=True, kw_only=True)
class ReservationCheckedIn(ReservationEvent):
    """The people came."""

    name: ClassVar[str] = "booking.reservation.checked_in"


@dataclass(frozen=True, kw_only=True)
class ReservationMissed(ReservationEvent):
    """Nobody came."""

    name: ClassVar[str] = "booking.reservation.missed"


@dataclass(frozen=True, kw_only=True)
class ReservationReminded(ReservationEvent):
    """It is soon, and who comes is told."""

    name: ClassVar[str] = "booking.reservation.reminded"


@dataclass(frozen=True, kw_only=True)
class ReservationCompleted(ReservationEvent):
    """The stay is over."""

    name: ClassVar[str] = "booking.reservation.completed"


@dataclass(frozen=True, kw_only=True)
class FeedEvent(Event):
    """Something happened to an address that calendars read; base of the events below."""


@dataclass(frozen=True, kw_only=True)
class FeedCreated(FeedEvent):
    """Somebody made an address from which a calendar reads."""

    name: ClassVar[str] = "booking.feed.created"


@dataclass(frozen=True, kw_only=True)
class FeedRenewed(FeedEvent):
    """The address is another one now."""

    name: ClassVar[str] = "booking.feed.renewed"


@dataclass(frozen=True, kw_only=True)
class FeedRevoked(FeedEvent):
    """Calendars that read there are refused."""

    name: ClassVar[str] = "booking.feed.revoked"


@dataclass(frozen=True, kw_only=True)
class OutsideCalendarEvent(Event):
    """Something happened to a calendar elsewhere that is read; base of the events below."""


@dataclass(frozen=True, kw_only=True)
class OutsideCalendarAdded(OutsideCalendarEvent):
    """Its events keep a space busy from now on."""

    name: ClassVar[str] = "booking.outside.added"


@dataclass(frozen=True, kw_only=True)
class OutsideCalendarRemoved(OutsideCalendarEvent):
    """It keeps nothing busy any more."""

    name: ClassVar[str] = "booking.outside.removed"


@dataclass(frozen=True, kw_only=True)
class OutsideCalendarFailed(OutsideCalendarEvent):
    """It could not be read, for the first time after it could."""

    name: ClassVar[str] = "booking.outside.failed"


@dataclass(frozen=True, kw_only=True)
class OutsideEventIgnored(OutsideCalendarEvent):
    """Somebody decided that an event does not count."""

    name: ClassVar[str] = "booking.outside.ignored"


@dataclass(frozen=True, kw_only=True)
class OutsideBusyChanged(CalendarChanged):
    """A calendar elsewhere keeps a space busy at other times than before."""

    name: ClassVar[str] = "booking.outside.changed"
