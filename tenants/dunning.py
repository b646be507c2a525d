"""When owners are reminded and when patience ends. Pure: moments from a subscription's dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol

from tenants.states import SubscriptionStatus

TRIAL_DAYS: Final = 30
PAYMENT_DAYS: Final = 14
"""How long a new period may remain unpaid before it is past due."""

GRACE_DAYS: Final = 14
"""How long an agency works on while it is past due."""

TRIAL_REMINDERS: Final = (7, 1)
"""Days before the end of a trial."""

PAYMENT_REMINDERS: Final = (3, 7, 12)
"""Days after falling due."""


class Dates(Protocol):
    """What of a subscription decides about reminders."""

    status: str
    trial_until: datetime | None
    payment_due_at: datetime | None
    grace_until: datetime | None
    reminders_sent: int

    @property
    def is_owed(self) -> bool:
        """Tell whether money is expected."""


def list_reminders(dates: Dates) -> list[datetime]:
    """Return all moments of reminders of the present status, those of the past included."""
    if dates.status == SubscriptionStatus.TRIAL and dates.trial_until:
        return [dates.trial_until - timedelta(days=days) for days in TRIAL_REMINDERS]
    if dates.status == SubscriptionStatus.PAST_DUE and dates.grace_until:
        fell_due = dates.grace_until - timedelta(days=GRACE_DAYS)
        return [fell_due + timedelta(days=days) for days in PAYMENT_REMINDERS]
    return []


def find_next_step(dates: Dates) -> datetime | None:
    """Return when something happens next: a reminder, falling due, suspension; None for never."""
    if dates.status == SubscriptionStatus.ACTIVE:
        return dates.payment_due_at if dates.is_owed else None
    waiting = list_reminders(dates)[dates.reminders_sent :]
    if waiting:
        return waiting[0]
    return dates.grace_until if dates.status == SubscriptionStatus.PAST_DUE else None


def count_reached(dates: Dates, *, at: datetime) -> int:
    """Return how many reminders' moments have come: one mail stands for all that were missed."""
    return sum(moment <= at for moment in list_reminders(dates))
