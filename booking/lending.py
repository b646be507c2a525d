"""How many pieces are lent at the same time; pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from booking.periods import Period


@dataclass(frozen=True, kw_only=True)
class Loan:
    """So many pieces, from when to when."""

    period: Period
    quantity: int


def compute_peak(loans: Iterable[Loan]) -> int:
    """Return the most pieces that are lent at one moment.

    What is given back at a moment can be lent at that moment. Of loans that all touch some time,
    the peak lies within that time: stretches that meet each other in pairs all meet in one point.
    """
    changes = sorted(
        change
        for loan in loans
        for change in ((loan.period.start, loan.quantity), (loan.period.end, -loan.quantity))
    )
    peak = lent = 0
    for _moment, quantity in changes:
        lent += quantity
        peak = max(peak, lent)
    return peak
