from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.proration import add_month, compute_proration, compute_share

START = datetime(2026, 3, 1, tzinfo=UTC)
END = datetime(2026, 4, 1, tzinfo=UTC)
PRICES = st.integers(0, 10_000_000)
MOMENTS = st.integers(-2_000_000, 5_000_000).map(lambda s: START + timedelta(seconds=s))


def _prorate(old: int, new: int, at: datetime):
    return compute_proration(
        old_price_minor=old, new_price_minor=new, period_start=START, period_end=END, at=at
    )


def test_half_of_a_period_costs_half_of_the_difference() -> None:
    result = _prorate(7_900, 19_900, START + (END - START) / 2)

    assert (result.credit_minor, result.charge_minor, result.due_minor) == (3_950, 9_950, 6_000)


@pytest.mark.parametrize(
    ("price", "left", "total", "share"),
    [(100, 1, 3, 33), (100, 2, 3, 67), (1, 1, 2, 1), (3, 1, 2, 2), (0, 1, 2, 0), (5, 0, 9, 0)],
)
def test_shares_are_rounded_half_up(price: int, left: int, total: int, share: int) -> None:
    assert compute_share(price, left=left, total=total) == share


@given(old=PRICES, new=PRICES, at=MOMENTS)
def test_a_change_never_costs_more_than_the_new_price_nor_pays_out(old, new, at) -> None:
    result = _prorate(old, new, at)

    assert 0 <= result.due_minor <= new
    assert 0 <= result.credit_minor <= old
    assert 0 <= result.charge_minor <= new


@given(price=PRICES, left=st.integers(0, 2_678_400))
def test_two_parts_of_a_period_cost_the_whole_within_a_cent(price: int, left: int) -> None:
    total = 2_678_400
    parts = compute_share(price, left=left, total=total)
    parts += compute_share(price, left=total - left, total=total)

    assert price <= parts <= price + 1


@given(old=PRICES, more=PRICES, at=MOMENTS, later=st.integers(0, 86_400 * 40))
def test_a_later_upgrade_never_costs_more(old: int, more: int, at: datetime, later: int) -> None:
    early = _prorate(old, old + more, at)
    late = _prorate(old, old + more, at + timedelta(seconds=later))

    assert late.due_minor <= early.due_minor + 1


@given(at=MOMENTS)
def test_the_same_price_costs_nothing(at: datetime) -> None:
    assert _prorate(7_900, 7_900, at).due_minor == 0


def test_the_edges_of_the_period() -> None:
    assert _prorate(7_900, 19_900, START - timedelta(days=3)).due_minor == 12_000
    assert _prorate(7_900, 19_900, END).due_minor == 0
    assert _prorate(7_900, 19_900, END + timedelta(days=3)).due_minor == 0


@pytest.mark.parametrize(
    ("moment", "day", "expected"),
    [
        ((2026, 1, 31), 31, (2026, 2, 28)),
        ((2026, 2, 28), 31, (2026, 3, 31)),
        ((2028, 1, 30), 30, (2028, 2, 29)),
        ((2026, 12, 15), 15, (2027, 1, 15)),
        ((2026, 11, 1), 1, (2026, 12, 1)),
    ],
)
def test_a_month_later_keeps_the_billing_day(moment, day, expected) -> None:
    start = datetime(*moment, 10, 30, tzinfo=UTC)

    assert add_month(start, billing_day=day) == datetime(*expected, 10, 30, tzinfo=UTC)


@given(start=MOMENTS, day=st.integers(1, 31))
def test_a_month_lasts_28_to_59_days_and_twelve_make_a_year(start: datetime, day: int) -> None:
    moment = start.replace(day=min(day, 28))
    for _ in range(12):
        following = add_month(moment, billing_day=day)
        assert following > moment
        moment = following

    assert (moment.year, moment.month) == (start.year + 1, start.month)
