from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.periods import Period
from booking.prices import PriceLine, compute_price, compute_refund

TEN = datetime(2026, 6, 1, 10, tzinfo=UTC)


def price(minutes: int, hourly_minor: int, *, vat_percent: int = 22):
    stay = Period(start=TEN, end=TEN + timedelta(minutes=minutes))
    return compute_price(stay, hourly_minor=hourly_minor, currency="EUR", vat_percent=vat_percent)


@pytest.mark.parametrize(
    ("minutes", "hourly", "total", "vat"),
    [
        (60, 1220, 1220, 220),
        (90, 1220, 1830, 330),
        (10, 100, 17, 3),
        (30, 101, 51, 9),
        (60, 0, 0, 0),
    ],
)
def test_a_price_is_by_the_hour_with_its_vat(minutes, hourly, total, vat) -> None:
    found = price(minutes, hourly)

    assert (found.total_minor, found.vat_minor, found.currency) == (total, vat, "EUR")
    assert found.lines == (PriceLine(minutes=minutes, hourly_minor=hourly, amount_minor=total),)


def test_nothing_of_it_is_vat_where_there_is_none() -> None:
    assert price(60, 1000, vat_percent=0).vat_minor == 0


@pytest.mark.parametrize(
    ("hours_before", "back"), [(48, 1000), (24, 1000), (23.9, 505), (0.1, 505), (0, 0), (-1, 0)]
)
def test_what_comes_back_follows_the_policy(hours_before, back) -> None:
    assert (
        compute_refund(
            paid_minor=1000 if back == 1000 else 1010,
            hours_before=hours_before,
            free_cancel_hours=24,
            late_refund_percent=50,
        )
        == back
    )
