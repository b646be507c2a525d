"""What is left of a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.periods import Period, subtract

START = datetime(2026, 11, 21, tzinfo=UTC)


def between(start: int, end: int) -> Period:
    return Period(start=START + timedelta(hours=start), end=START + timedelta(hours=end))


@pytest.mark.parametrize(
    ("covered", "left"),
    [
        ([], [(8, 12)]),
        ([(8, 12)], []),
        ([(6, 14)], []),
        ([(6, 9)], [(9, 12)]),
        ([(11, 14)], [(8, 11)]),
        ([(9, 10)], [(8, 9), (10, 12)]),
        ([(9, 10), (9, 11), (13, 15), (4, 5)], [(8, 9), (11, 12)]),
        ([(6, 14), (20, 21)], []),
        ([(12, 14)], [(8, 12)]),
    ],
)
def test_what_others_cover_is_taken_off(covered, left) -> None:
    others = [between(*one) for one in covered]

    assert subtract(between(8, 12), others) == [between(*one) for one in left]
