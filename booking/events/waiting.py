"""What happens on the waiting list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class WishEvent(Event):
    """Something happened to somebody on the waiting list; base of the events below."""

    wish: str


@dataclass(frozen=True, kw_only=True)
class WishMade(WishEvent):
    """Somebody waits for a time."""

    name: ClassVar[str] = "booking.wish.made"


@dataclass(frozen=True, kw_only=True)
class WishOffered(WishEvent):
    """What somebody waits for became free, and is held for them."""

    name: ClassVar[str] = "booking.wish.offered"


@dataclass(frozen=True, kw_only=True)
class WishBooked(WishEvent):
    """Somebody took what was offered."""

    name: ClassVar[str] = "booking.wish.booked"


@dataclass(frozen=True, kw_only=True)
class WishMissed(WishEvent):
    """Somebody did not take what was offered; it is the next one's turn."""

    name: ClassVar[str] = "booking.wish.missed"


@dataclass(frozen=True, kw_only=True)
class WishLeft(WishEvent):
    """Somebody does not wait any more."""

    name: ClassVar[str] = "booking.wish.left"


@dataclass(frozen=True, kw_only=True)
class WishEnded(WishEvent):
    """The time came, and nothing had become free."""

    name: ClassVar[str] = "booking.wish.ended"
