"""What a change of plan within a period costs, in whole cents. Pure arithmetic."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Proration:
    """What is left of the old plan, what the rest of the period costs on the new one."""

    credit_minor: int
    charge_minor: int
    seconds_left: int
    seconds_total: int

    @property
    def due_minor(self) -> int:
        """What is to be paid for the change; a credit is never paid out."""
        return max(0, self.charge_minor - self.credit_minor)


def compute_proration(
    *,
    old_price_minor: int,
    new_price_minor: int,
    period_start: datetime,
    period_end: datetime,
    at: datetime,
) -> Proration:
    """Return what changing from one price to another costs at a moment of a period.

    The moment is moved into the period; both shares are rounded half up to a cent.
    """
    total = max(1, int((period_end - period_start).total_seconds()))
    left = min(total, max(0, int((period_end - at).total_seconds())))
    return Proration(
        credit_minor=compute_share(old_price_minor, left=left, total=total),
        charge_minor=compute_share(new_price_minor, left=left, total=total),
        seconds_left=left,
        seconds_total=total,
    )


def compute_share(price_minor: int, *, left: int, total: int) -> int:
    """Return the part of a price that belongs to the part of a period, rounded half up."""
    return (2 * price_minor * left + total) // (2 * total)


def add_month(moment: datetime, *, billing_day: int) -> datetime:
    """Return the same time a month later, on the billing day or the last day before it.

    The day is given because a short month must not move all that follow: 31 January,
    28 February, 31 March.
    """
    year = moment.year + moment.month // 12
    month = moment.month % 12 + 1
    day = min(billing_day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)
