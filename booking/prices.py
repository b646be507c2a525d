"""What a stay costs, and why; pure arithmetic in minor units."""

from __future__ import annotations

from dataclasses import dataclass

from booking.periods import Period

_HOUR_SECONDS = 3_600


@dataclass(frozen=True, kw_only=True)
class PriceLine:
    """One step of the explanation: so many minutes at so much an hour."""

    minutes: int
    hourly_minor: int
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a stay costs; VAT is a part of the total."""

    total_minor: int
    vat_minor: int
    currency: str
    lines: tuple[PriceLine, ...] = ()


def compute_price(stay: Period, *, hourly_minor: int, currency: str, vat_percent: int) -> Price:
    """Return the price of a stay: elapsed time by the hour, half cents rounded up.

    Elapsed, not by the wall: the night in which clocks go back is an hour longer to use.
    """
    seconds = int(stay.length.total_seconds())
    total = _divide(hourly_minor * seconds, _HOUR_SECONDS)
    line = PriceLine(minutes=seconds // 60, hourly_minor=hourly_minor, amount_minor=total)
    return Price(
        total_minor=total,
        vat_minor=_divide(total * vat_percent, 100 + vat_percent),
        currency=currency,
        lines=(line,),
    )


def compute_refund(
    *, paid_minor: int, hours_before: float, free_cancel_hours: int, late_refund_percent: int
) -> int:
    """Return what a person who cancels gets back, in minor units.

    Args:
        paid_minor: what was paid.
        hours_before: hours until the stay begins, negative after it began.
        free_cancel_hours: until then everything comes back.
        late_refund_percent: what comes back later than that, until the beginning.
    """
    if hours_before >= free_cancel_hours:
        return paid_minor
    return paid_minor * late_refund_percent // 100 if hours_before > 0 else 0


def _divide(amount: int, by: int) -> int:
    """Divide two numbers that are not negative, halves rounded up."""
    return (2 * amount + by) // (2 * by)
