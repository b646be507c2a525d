"""Free time between two moments, and holds of exactly one time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from booking.periods import Period
from booking.selectors.hours import LONGEST_STAY, find_hours
from booking.selectors.reservations import find_open_hold
from booking.selectors.spans import LONGEST_SPAN, SpanTooLong, list_free_periods
from booking.services.holds import hold_space, release_hold


def test_periods_have_something_in_common_or_nothing(make_stay) -> None:
    one, other = make_stay(9, hours=3), make_stay(10, hours=4)

    assert one.overlap(other) == other.overlap(one) == make_stay(10, hours=2)
    assert one.overlap(make_stay(12)) is None


def test_what_is_held_is_not_free(space, stay, booker, contact_actor, now, make_stay) -> None:
    hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    free = list_free_periods(space, make_stay(0, hours=24), now=now)

    assert free == [make_stay(8, hours=2), make_stay(11, hours=9)]


def test_only_what_was_asked_for_and_is_to_come_counts(space, make_stay) -> None:
    span = make_stay(7, hours=8)

    assert list_free_periods(space, span, now=make_stay(9).start) == [make_stay(9, hours=6)]
    assert list_free_periods(space, span, now=span.end) == []


def test_what_is_shorter_than_any_stay_is_left_out(space, make_stay, now) -> None:
    assert list_free_periods(space, make_stay(19.5, hours=4), now=now) == []


def test_what_cannot_be_booked_is_never_free(make_space, make_stay, now) -> None:
    frame = make_space(name="Piano terra", is_bookable=False)

    assert list_free_periods(frame, make_stay(8, hours=4), now=now) == []


def test_a_span_of_months_is_refused(space, stay, now) -> None:
    span = Period(start=stay.start, end=stay.start + LONGEST_SPAN + timedelta(seconds=1))

    with pytest.raises(SpanTooLong):
        list_free_periods(space, span, now=now)


@pytest.mark.parametrize("year", [1, 1999, 2200, 9999])
def test_beyond_the_calendar_it_is_closed(space, year, now) -> None:
    hours = find_hours(space)
    start = datetime(year, 12, 31, 23, tzinfo=UTC)
    night = Period(start=start, end=start + timedelta(minutes=59))

    assert hours.list_around(night) == []
    assert hours.list_open(date(year, 1, 1), date(year, 1, 1)) == []
    assert hours.list_usual(date(year, 1, 1), date(year, 1, 1)) == []


def test_nobody_lists_the_hours_of_years(space, stay) -> None:
    long = Period(start=stay.start, end=stay.start + LONGEST_STAY)

    assert find_hours(space).list_around(long)
    assert not find_hours(space).list_around(
        Period(start=long.start, end=long.end + timedelta(seconds=1))
    )


def test_a_hold_is_found_by_its_exact_time_while_it_lasts(
    space, stay, make_stay, booker, rival, contact_actor, now
) -> None:
    hold = hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    assert find_open_hold(space, stay, booker=booker.key) == hold
    assert find_open_hold(space, make_stay(10, hours=2), booker=booker.key) is None
    assert find_open_hold(space, stay, booker=rival.key) is None
    release_hold(hold, booker=booker, actor=contact_actor)
    assert find_open_hold(space, stay, booker=booker.key) is None


def test_without_a_word_the_shortest_stay_is_one_slot(make_space) -> None:
    short, long = make_space(slot_minutes=15), make_space(name="Sala Verde", slot_minutes=600)

    assert (short.min_minutes, short.max_minutes) == (15, 480)
    assert (long.min_minutes, long.max_minutes) == (600, 600)
