"""What occupies a space, and the life of a reservation."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from spotex.kernel.machine import Move, StateMachine
from tenants.permissions import Permission


class ClaimKind(TextChoices):
    """Why a space is taken."""

    HOLD = "HOLD", _("Held")
    RESERVATION = "RESERVATION", _("Reserved")
    BLOCK = "BLOCK", _("Blocked")
    EXTERNAL = "EXTERNAL", _("Busy elsewhere")


class SpaceKind(TextChoices):
    """What a space is to people."""

    MEETING_ROOM = "MEETING_ROOM", _("Meeting room")
    OFFICE = "OFFICE", _("Office")
    DESK = "DESK", _("Desk")
    OPEN_SPACE = "OPEN_SPACE", _("Open space")
    EVENT_HALL = "EVENT_HALL", _("Event hall")
    STUDIO = "STUDIO", _("Studio")
    OTHER = "OTHER", _("Other")


class PaymentRule(TextChoices):
    """When a stay in a space is paid."""

    FREE = "FREE", _("Free of charge")
    PREPAID = "PREPAID", _("Paid when booking")
    PAY_LATER = "PAY_LATER", _("Paid later")


class EquipmentPricing(TextChoices):
    """What a piece of equipment costs."""

    FREE = "FREE", _("Free of charge")
    PER_BOOKING = "PER_BOOKING", _("For the whole stay")
    PER_HOUR = "PER_HOUR", _("By the hour")


class SlotState(TextChoices):
    """What a person sees of a slot."""

    FREE = "FREE", _("Free")
    HELD = "HELD", _("Held")
    BOOKED = "BOOKED", _("Taken")
    BLOCKED = "BLOCKED", _("Blocked")
    CLOSED = "CLOSED", _("Closed")
    PAST = "PAST", _("Past")


class FeedKind(TextChoices):
    """What a calendar feed is about."""

    PERSON = "PERSON", _("A person’s reservations")
    SPACE = "SPACE", _("A space")
    LOCATION = "LOCATION", _("A location")


class OutsideState(TextChoices):
    """What became of an event of a calendar elsewhere."""

    BUSY = "BUSY", _("Keeps the space busy")
    CONFLICT = "CONFLICT", _("Collides")
    IGNORED = "IGNORED", _("Ignored")
    GONE = "GONE", _("Gone")


class Frequency(TextChoices):
    """How often a stay repeats."""

    DAILY = "DAILY", _("Every day")
    WEEKLY = "WEEKLY", _("Every week")
    MONTHLY = "MONTHLY", _("Every month, on this weekday")


class Verdict(TextChoices):
    """Whether one stay of a series is possible."""

    FREE = "FREE", _("Available")
    TAKEN = "TAKEN", _("Taken")
    REFUSED = "REFUSED", _("Not possible")
    SKIPPED = "SKIPPED", _("Skipped by the clocks")
    BOOKED = "BOOKED", _("Booked")


class HoldEnd(TextChoices):
    """How a hold ended, if not by its clock."""

    BOOKED = "BOOKED", _("Booked")
    RELEASED = "RELEASED", _("Given back")


class CreditEntryKind(TextChoices):
    """Why minutes of a credit came or went."""

    GRANTED = "GRANTED", _("Granted")
    USED = "USED", _("Used")
    RETURNED = "RETURNED", _("Returned")
    CORRECTED = "CORRECTED", _("Corrected")


class ReservationState(TextChoices):
    """Where a reservation stands."""

    PENDING_APPROVAL = "PENDING_APPROVAL", _("Waiting for approval")
    PENDING_PAYMENT = "PENDING_PAYMENT", _("Waiting for payment")
    CONFIRMED = "CONFIRMED", _("Confirmed")
    CHECKED_IN = "CHECKED_IN", _("Checked in")
    COMPLETED = "COMPLETED", _("Completed")
    NO_SHOW = "NO_SHOW", _("Nobody came")
    CANCELLED = "CANCELLED", _("Cancelled")
    DECLINED = "DECLINED", _("Declined")
    EXPIRED = "EXPIRED", _("Expired")


class WishState(TextChoices):
    """Where somebody on the waiting list stands."""

    WAITING = "WAITING", _("Waiting")
    OFFERED = "OFFERED", _("Offered")
    BOOKED = "BOOKED", _("Booked")
    MISSED = "MISSED", _("Offer not taken")
    LEFT = "LEFT", _("Left the list")
    OVER = "OVER", _("Nothing came free")


class WishAction(StrEnum):
    """What can happen to a wish."""

    OFFER = "offer"
    BOOK = "book"
    MISS = "miss"
    LEAVE = "leave"
    END = "end"


class ReservationAction(StrEnum):
    """What can happen to a reservation."""

    APPROVE = "approve"
    DECLINE = "decline"
    CONFIRM = "confirm"
    CHECK_IN = "check-in"
    UNDO_CHECK_IN = "undo-check-in"
    UNDO_MISS = "undo-no-show"
    CANCEL = "cancel"
    MISS = "no-show"
    COMPLETE = "complete"
    EXPIRE = "expire"


class DemandReason(TextChoices):
    """Why somebody who wanted a space did not get it."""

    TAKEN = "TAKEN", _("Somebody else had it")
    CLOSED = "CLOSED", _("Closed at that time")
    LIMIT = "LIMIT", _("A rule or a limit forbade it")
    NOTHING_FREE = "NOTHING_FREE", _("Looked, and nothing was free that day")


R = ReservationState

RESERVATION_MACHINE: StateMachine[ReservationAction] = StateMachine(
    MappingProxyType(
        {
            # What is paid later, or free, is confirmed at once: see ``approve_request``.
            ReservationAction.APPROVE: Move(
                frozenset({R.PENDING_APPROVAL}),
                R.PENDING_PAYMENT,
                Permission.RESERVATION_MANAGE,
                "booking.reservation.approved",
            ),
            ReservationAction.DECLINE: Move(
                frozenset({R.PENDING_APPROVAL}),
                R.DECLINED,
                Permission.RESERVATION_MANAGE,
                "booking.reservation.declined",
            ),
            # Money that comes late confirms what had expired, if the space is still free.
            ReservationAction.CONFIRM: Move(
                frozenset({R.PENDING_PAYMENT, R.EXPIRED}),
                R.CONFIRMED,
                event="booking.reservation.confirmed",
            ),
            ReservationAction.CHECK_IN: Move(
                frozenset({R.CONFIRMED}),
                R.CHECKED_IN,
                Permission.RESERVATION_MANAGE,
                "booking.reservation.checked_in",
            ),
            ReservationAction.CANCEL: Move(
                frozenset({R.PENDING_APPROVAL, R.PENDING_PAYMENT, R.CONFIRMED}),
                R.CANCELLED,
                Permission.RESERVATION_MAKE,
                "booking.reservation.cancelled",
            ),
            ReservationAction.MISS: Move(
                frozenset({R.CONFIRMED}),
                R.NO_SHOW,
                Permission.RESERVATION_MANAGE,
                "booking.reservation.missed",
            ),
            ReservationAction.UNDO_CHECK_IN: Move(
                frozenset({R.CHECKED_IN}),
                R.CONFIRMED,
                Permission.RESERVATION_MANAGE,
                "booking.reservation.check_in_undone",
            ),
            ReservationAction.UNDO_MISS: Move(
                frozenset({R.NO_SHOW}),
                R.CONFIRMED,
                Permission.RESERVATION_MANAGE,
                "booking.reservation.no_show_undone",
            ),
            ReservationAction.COMPLETE: Move(
                frozenset({R.CONFIRMED, R.CHECKED_IN}),
                R.COMPLETED,
                event="booking.reservation.completed",
            ),
            ReservationAction.EXPIRE: Move(
                frozenset({R.PENDING_APPROVAL, R.PENDING_PAYMENT}),
                R.EXPIRED,
                event="booking.reservation.expired",
            ),
        },
    ),
)

SOLD: frozenset[str] = frozenset({R.CONFIRMED, R.CHECKED_IN, R.COMPLETED, R.NO_SHOW})
"""States in which the space was given to somebody, whether or not they came."""

PENDING: frozenset[str] = frozenset({R.PENDING_APPROVAL, R.PENDING_PAYMENT})
"""States in which a space is kept until a term, for an answer or for money."""

LIVE: frozenset[str] = PENDING | {R.CONFIRMED, R.CHECKED_IN}
"""States in which a reservation has, or may still get, its space."""

OFF: frozenset[str] = frozenset({R.CANCELLED, R.DECLINED, R.EXPIRED})
"""States in which nobody comes, and nobody was expected."""

W = WishState

WISH_MACHINE: StateMachine[WishAction] = StateMachine(
    MappingProxyType(
        {
            WishAction.OFFER: Move(
                frozenset({W.WAITING}),
                W.OFFERED,
                Permission.RESERVATION_MANAGE,
                "booking.wish.offered",
            ),
            WishAction.BOOK: Move(frozenset({W.OFFERED}), W.BOOKED, event="booking.wish.booked"),
            WishAction.MISS: Move(frozenset({W.OFFERED}), W.MISSED, event="booking.wish.missed"),
            WishAction.LEAVE: Move(
                frozenset({W.WAITING, W.OFFERED}),
                W.LEFT,
                Permission.RESERVATION_MAKE,
                "booking.wish.left",
            ),
            WishAction.END: Move(frozenset({W.WAITING}), W.OVER, event="booking.wish.ended"),
        },
    ),
)

OPEN_WISHES: frozenset[str] = frozenset({W.WAITING, W.OFFERED})
"""States in which somebody is on the list."""
