"""How many pieces are lent at the same time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.lending import Loan, compute_peak
from booking.periods import Period

MIDNIGHT = datetime(2030, 1, 31, tzinfo=UTC)


def lend(start: float, end: float, quantity: int = 1) -> Loan:
    period = Period(start=MIDNIGHT + timedelta(hours=start), end=MIDNIGHT + timedelta(hours=end))
    return Loan(period=period, quantity=quantity)


def test_nothing_is_lent_where_nobody_has_anything() -> None:
    assert compute_peak([]) == 0


def test_what_comes_back_at_a_moment_is_lent_again_at_that_moment() -> None:
    assert compute_peak([lend(9, 10, 2), lend(10, 11, 3)]) == 3


def test_loans_one_after_the_other_do_not_add_up() -> None:
    assert compute_peak([lend(8, 12), lend(8, 9, 2), lend(10, 11, 2)]) == 3


WINDOW = (20, 40)
LOANS = st.lists(st.tuples(st.integers(0, 59), st.integers(1, 30), st.integers(1, 5)), max_size=12)


@settings(max_examples=200)
@given(LOANS)
def test_of_loans_that_touch_a_time_the_peak_lies_within_it(loans) -> None:
    first, last = WINDOW
    touching = [
        (start, start + length, quantity)
        for start, length, quantity in loans
        if start < last and start + length > first
    ]

    naive = max(
        sum(quantity for start, end, quantity in touching if start <= hour < end)
        for hour in range(first, last)
    )

    assert compute_peak([lend(*one) for one in touching]) == naive
