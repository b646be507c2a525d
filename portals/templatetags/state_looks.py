"""How states are shown: one table for every portal."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class StateLook(NamedTuple):
    """How a state is shown: always a tone, an icon and a word together."""

    tone: str
    icon: str
    word: Promise | str
    moving: bool = False


STATES: Final[dict[str, StateLook]] = {
    "ACTIVE": StateLook("ok", "circle-check", gettext_lazy("Active")),
    "DEPLOYING": StateLook("info", "rocket", gettext_lazy("Deploying")),
    "ERROR": StateLook("error", "circle-x", gettext_lazy("Error")),
    "SUSPENDED": StateLook("warn", "pause", gettext_lazy("Suspended")),
    "DELETING": StateLook("warn", "trash-2", gettext_lazy("Deleting")),
    "DELETED": StateLook("neutral", "trash-2", gettext_lazy("Deleted")),
    "LIVE": StateLook("ok", "circle-check", gettext_lazy("Live")),
    "BROKEN": StateLook("error", "triangle-alert", gettext_lazy("Records broken")),
    "LAPSED": StateLook("neutral", "circle-x", gettext_lazy("Switched off")),
    "ISSUED": StateLook("ok", "shield-check", gettext_lazy("Issued")),
    "NONE": StateLook("neutral", "circle-dashed", gettext_lazy("None yet")),
    "PENDING": StateLook("neutral", "clock", gettext_lazy("Waiting")),
    "RUNNING": StateLook("info", "loader-circle", gettext_lazy("Running"), moving=True),
    "DONE": StateLook("ok", "circle-check", gettext_lazy("Done")),
    "FAILED": StateLook("error", "circle-x", gettext_lazy("Failed")),
    "CANCELLED": StateLook("neutral", "ban", gettext_lazy("Cancelled")),
    "PENDING_APPROVAL": StateLook("warn", "hourglass", gettext_lazy("Waiting for approval")),
    "DECLINED": StateLook("neutral", "circle-x", gettext_lazy("Declined")),
    "PENDING_PAYMENT": StateLook("warn", "credit-card", gettext_lazy("Waiting for payment")),
    "REQUIRES_PAYMENT": StateLook("warn", "credit-card", gettext_lazy("To be paid")),
    "REQUIRES_ACTION": StateLook("warn", "shield", gettext_lazy("Waiting for the bank’s approval")),
    "PROCESSING": StateLook("info", "hourglass", gettext_lazy("Under way")),
    "AUTHORISED": StateLook("info", "shield-check", gettext_lazy("Approved by the bank")),
    "CAPTURED": StateLook("ok", "circle-check", gettext_lazy("Paid")),
    "REFUNDED": StateLook("neutral", "undo-2", gettext_lazy("Refunded")),
    "SUCCEEDED": StateLook("ok", "circle-check", gettext_lazy("Refunded")),
    "CONFIRMED": StateLook("ok", "circle-check", gettext_lazy("Confirmed")),
    "CHECKED_IN": StateLook("ok", "user-check", gettext_lazy("Checked in")),
    "COMPLETED": StateLook("neutral", "check", gettext_lazy("Completed")),
    "WAITING": StateLook("neutral", "hourglass", gettext_lazy("Waiting")),
    "OFFERED": StateLook("info", "bell", gettext_lazy("Offered")),
    "BOOKED": StateLook("ok", "circle-check", gettext_lazy("Booked")),
    "MISSED": StateLook("neutral", "timer", gettext_lazy("Offer not taken")),
    "LEFT": StateLook("neutral", "ban", gettext_lazy("Left the list")),
    "OVER": StateLook("neutral", "circle-x", gettext_lazy("Nothing came free")),
    "NO_SHOW": StateLook("neutral", "user-minus", gettext_lazy("Nobody came")),
    "INVITED": StateLook("info", "mail", gettext_lazy("Invited")),
    "REMOVED": StateLook("neutral", "user-minus", gettext_lazy("Removed")),
    "ARCHIVED": StateLook("neutral", "archive", gettext_lazy("Archived")),
    "EXPIRED": StateLook("warn", "timer", gettext_lazy("Expired")),
    "REVOKED": StateLook("neutral", "ban", gettext_lazy("Revoked")),
    "DISABLED": StateLook("warn", "pause", gettext_lazy("Disabled")),
    "TRIAL": StateLook("info", "sparkles", gettext_lazy("Trial")),
    "PAST_DUE": StateLook("warn", "triangle-alert", gettext_lazy("Past due")),
    "QUEUED": StateLook("neutral", "clock", gettext_lazy("Queued")),
    "READY": StateLook("ok", "circle-check", gettext_lazy("Ready")),
    "SENT": StateLook("ok", "mail-check", gettext_lazy("Sent")),
    "UP": StateLook("ok", "circle-check", gettext_lazy("Operational")),
    "DOWN": StateLook("error", "circle-x", gettext_lazy("Not available")),
    "DEGRADED": StateLook("warn", "triangle-alert", gettext_lazy("Delayed")),
    "INVESTIGATING": StateLook("error", "search", gettext_lazy("Investigating")),
    "IDENTIFIED": StateLook("warn", "wrench", gettext_lazy("Cause found")),
    "MONITORING": StateLook("info", "eye", gettext_lazy("Under observation")),
    "RESOLVED": StateLook("ok", "circle-check", gettext_lazy("Resolved")),
    "PLANNED": StateLook("info", "calendar-days", gettext_lazy("Planned")),
}
