"""Which stay is meant by pointing at a slot."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.choosing import choose_stay, drop_slot, find_first_start, join_stays
from booking.periods import Period

HOUR = timedelta(hours=1)


@pytest.fixture
def hours(make_stay):
    """Return ``hours(9, 10, 12)``: slots of one hour each."""
    return lambda *starts: [make_stay(start) for start in starts]


@pytest.mark.parametrize(
    ("chosen", "shortest", "expected"),
    [
        (10, 1, (10, 11)),
        (10, 2, (10, 12)),
        (11, 2, (10, 12)),
        (11, 3, (9, 12)),
        (15, 2, (15, 16)),
        (10, 5, (9, 12)),
        (10, 1.5, (10, 12)),
    ],
)
def test_the_shortest_stay_around_a_slot(hours, make_stay, chosen, shortest, expected) -> None:
    free = hours(9, 10, 11, 15)

    stay = choose_stay(free, chosen=make_stay(chosen), shortest=shortest * HOUR)

    assert stay == make_stay(expected[0], hours=expected[1] - expected[0])


def test_slots_join_where_they_touch(make_stay) -> None:
    held = make_stay(10, hours=2)

    assert join_stays(held, make_stay(9)) == make_stay(9, hours=3)
    assert join_stays(held, make_stay(12)) == make_stay(10, hours=3)
    assert join_stays(held, make_stay(14)) is None


def test_only_the_ends_of_a_stay_are_dropped(make_stay) -> None:
    held = make_stay(10, hours=3)

    assert drop_slot(held, make_stay(10), shortest=HOUR) == make_stay(11, hours=2)
    assert drop_slot(held, make_stay(12), shortest=HOUR) == make_stay(10, hours=2)
    assert drop_slot(held, make_stay(11), shortest=HOUR) is None
    assert drop_slot(held, make_stay(10), shortest=3 * HOUR) is None


def test_the_first_start_is_on_the_grid(make_stay) -> None:
    opened = [make_stay(9, hours=8), make_stay(9, hours=8, day=2)]

    def find(*free: Period, earliest=opened[0].start):
        return find_first_start(opened, free, step=HOUR, shortest=2 * HOUR, earliest=earliest)

    assert find(make_stay(9.5, hours=2.5), make_stay(13, hours=4)) == make_stay(10).start
    assert find(make_stay(9.5, hours=2), make_stay(13, hours=4)) == make_stay(13).start
    assert find(make_stay(13, hours=4), earliest=make_stay(13.5).start) == make_stay(14).start
    assert find(make_stay(16), make_stay(9, hours=8, day=2)) == make_stay(9, day=2).start
    assert find(make_stay(16)) is None
