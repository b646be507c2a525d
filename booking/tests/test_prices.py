from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.periods import Period
from booking.prices import (
    LineKind,
    PriceLine,
    add_line,
    compute_price,
    compute_refund,
    make_price,
    read_price_lines,
    write_price_lines,
)
from booking.rates import Peak, Rates, do_meet, is_possible, read_peaks, write_peaks

MANY = settings(max_examples=200)
ROME = ZoneInfo("Europe/Rome")
MONDAY = datetime(2026, 6, 1, tzinfo=ROME)
MORNINGS = Peak(weekdays=(0, 1, 2, 3, 4), starts=9 * 60, ends=11 * 60, percent=50)


def stay_at(hour: float, *, hours: float = 1, day: int = 0, first: datetime = MONDAY) -> Period:
    start = (first + timedelta(days=day)).replace(hour=int(hour), minute=round(hour % 1 * 60))
    begin = start.astimezone(UTC)
    return Period(start=begin, end=begin + timedelta(hours=hours))


def price(stay: Period, *, is_member: bool = False, **rates):
    return compute_price(stay, rates=Rates(zone=ROME, **rates), is_member=is_member)


def shown(found) -> list[tuple[str, int, int, int]]:
    return [(one.kind, one.quantity, one.unit_minor, one.amount_minor) for one in found.lines]


@pytest.mark.parametrize(
    ("minutes", "hourly", "total", "vat"),
    [(60, 1220, 1220, 220), (90, 1220, 1830, 330), (10, 100, 17, 3), (30, 101, 51, 9)],
)
def test_a_price_is_by_the_hour_with_its_vat(minutes, hourly, total, vat) -> None:
    found = price(stay_at(10, hours=minutes / 60), hourly_minor=hourly, vat_percent=22)

    assert (found.total_minor, found.vat_minor, found.currency) == (total, vat, "EUR")
    assert shown(found) == [("HOUR", minutes, hourly, total)]


def test_what_is_free_of_charge_needs_no_explanation() -> None:
    found = price(stay_at(10), vat_percent=22, member_percent=10, is_member=True)

    assert (found.total_minor, found.vat_minor, found.lines) == (0, 0, ())


def test_nothing_of_it_is_vat_where_there_is_none() -> None:
    assert price(stay_at(10), hourly_minor=1000).vat_minor == 0


@pytest.mark.parametrize(
    ("hours", "lines"),
    [
        (2, [("HOUR", 120, 1000, 2000)]),
        (3, [("HOUR", 180, 1000, 3000)]),  # as much as half a day: hours are the simpler words
        (4, [("HALF_DAY", 1, 3000, 3000)]),
        (5, [("HALF_DAY", 1, 3000, 3000), ("HOUR", 60, 1000, 1000)]),
        (6, [("DAY", 1, 4500, 4500)]),
        (10, [("DAY", 1, 4500, 4500)]),
    ],
)
def test_the_cheapest_way_to_pay_for_a_day_counts(hours, lines) -> None:
    found = price(stay_at(8, hours=hours), hourly_minor=1000, half_day_minor=3000, daily_minor=4500)

    assert shown(found) == lines


def test_two_halves_of_a_day_are_paid_where_there_is_no_price_for_a_day() -> None:
    found = price(stay_at(8, hours=7), hourly_minor=1000, half_day_minor=2000)

    assert shown(found) == [("HALF_DAY", 2, 2000, 4000)]


def test_a_space_without_a_price_for_an_hour_costs_what_it_has() -> None:
    assert shown(price(stay_at(9), half_day_minor=2000)) == [("HALF_DAY", 1, 2000, 2000)]
    assert shown(price(stay_at(9), daily_minor=4500)) == [("DAY", 1, 4500, 4500)]
    assert shown(price(stay_at(9), weekly_minor=9000)) == [("WEEK", 1, 9000, 9000)]
    assert shown(price(stay_at(9), monthly_minor=30000)) == [("MONTH", 1, 30000, 30000)]


@pytest.mark.parametrize(
    ("days", "lines"),
    [
        (3, [("DAY", 3, 2000, 6000)]),
        (7, [("WEEK", 1, 9000, 9000)]),
        (8, [("WEEK", 1, 9000, 9000), ("DAY", 1, 2000, 2000)]),
        (21, [("MONTH", 1, 24000, 24000)]),
        (30, [("MONTH", 1, 24000, 24000)]),
        (31, [("MONTH", 1, 24000, 24000), ("DAY", 1, 2000, 2000)]),
    ],
)
def test_weeks_and_months_count_where_they_are_cheaper(days, lines) -> None:
    stay = stay_at(8, hours=24 * (days - 1) + 10)

    found = price(stay, daily_minor=2000, weekly_minor=9000, monthly_minor=24000)

    assert shown(found) == lines


@pytest.mark.parametrize(
    ("first", "days"), [((2026, 1, 31), 28), ((2026, 2, 1), 28), ((2028, 1, 31), 29)]
)
def test_a_month_ends_with_the_next_one_where_that_is_shorter(first, days) -> None:
    start = datetime(*first, tzinfo=ROME)
    whole = stay_at(0, hours=24 * days, first=start)

    assert shown(price(whole, daily_minor=5000, monthly_minor=9000)) == [("MONTH", 1, 9000, 9000)]
    longer = stay_at(0, hours=24 * days + 1, first=start)
    assert price(longer, daily_minor=5000, monthly_minor=9000).total_minor == 14000


def test_hours_with_another_price_are_cut_out_exactly() -> None:
    found = price(stay_at(8.5, hours=3), hourly_minor=1000, peaks=(MORNINGS,))

    assert shown(found) == [("HOUR", 60, 1000, 1000), ("PEAK", 120, 1500, 3000)]


def test_on_other_days_they_cost_the_same() -> None:
    saturday = stay_at(8.5, hours=3, day=5)

    assert shown(price(saturday, hourly_minor=1000, peaks=(MORNINGS,))) == [
        ("HOUR", 180, 1000, 3000)
    ]


def test_hours_can_have_a_price_of_their_own_and_be_cheaper() -> None:
    evening = Peak(weekdays=(0,), starts=18 * 60, ends=24 * 60, hourly_minor=700)

    found = price(stay_at(17, hours=8), hourly_minor=1000, peaks=(evening, MORNINGS))

    assert shown(found) == [("HOUR", 120, 1000, 2000), ("PEAK", 360, 700, 4200)]


def test_a_day_costs_the_same_whatever_its_hours_do() -> None:
    found = price(stay_at(8, hours=8), hourly_minor=1000, daily_minor=4000, peaks=(MORNINGS,))

    assert shown(found) == [("DAY", 1, 4000, 4000)]


ALL_DAY = Peak(weekdays=tuple(range(7)), starts=0, ends=24 * 60, hourly_minor=1000)
NIGHT = Peak(weekdays=(6,), starts=150, ends=165, percent=100)


@pytest.mark.parametrize(
    ("first", "hours"),
    [
        (datetime(2026, 3, 29, tzinfo=ROME), 23),
        (datetime(2026, 10, 25, tzinfo=ROME), 25),
        (datetime(2026, 6, 7, tzinfo=ROME), 24),
    ],
)
def test_the_night_in_which_clocks_change_is_as_long_as_it_is(first, hours) -> None:
    day = stay_at(0, hours=hours, first=first)

    assert shown(price(day, hourly_minor=1, peaks=(ALL_DAY,))) == [
        ("PEAK", hours * 60, 1000, hours * 1000)
    ]
    assert price(day, hourly_minor=1000).total_minor == hours * 1000


@pytest.mark.parametrize(
    ("first", "minutes"),
    [
        # 2:30 to 2:45 is not there in spring, and in autumn it is when the clock first shows it.
        (datetime(2026, 3, 29, tzinfo=ROME), 0),
        (datetime(2026, 10, 25, tzinfo=ROME), 15),
        (datetime(2026, 6, 7, tzinfo=ROME), 15),
    ],
)
def test_hours_with_another_price_in_that_night(first, minutes) -> None:
    day = stay_at(0, hours=6, first=first)

    found = price(day, hourly_minor=1000, peaks=(NIGHT,))

    peaks = [one.quantity for one in found.lines if one.kind == LineKind.PEAK]
    assert sum(peaks) == minutes
    assert sum(one.quantity for one in found.lines) == 360


def test_where_clocks_go_back_over_midnight_no_hour_is_lost() -> None:
    """In Cuba the clock shows the last hour of that Saturday twice."""
    havana = ZoneInfo("America/Havana")
    start = datetime(2026, 11, 1, 0, 30, tzinfo=havana, fold=1).astimezone(UTC)
    stay = Period(start=start, end=start + timedelta(hours=2))

    found = compute_price(stay, rates=Rates(zone=havana, hourly_minor=600))

    assert shown(found) == [("HOUR", 120, 600, 1200)]


def test_members_pay_less_at_the_end() -> None:
    found = price(
        stay_at(9, hours=1), hourly_minor=999, member_percent=10, is_member=True, vat_percent=22
    )

    assert shown(found) == [("HOUR", 60, 999, 999), ("MEMBER", 10, 0, -100)]
    assert (found.total_minor, found.vat_minor) == (899, 162)
    assert price(stay_at(9), hourly_minor=999, member_percent=10).total_minor == 999


def test_what_is_taken_off_never_makes_it_negative() -> None:
    base = make_price([], currency="EUR", vat_percent=22)
    line = PriceLine(kind=LineKind.VOUCHER, quantity=1, unit_minor=0, amount_minor=-500, label="X")

    assert add_line(base, line, vat_percent=22).total_minor == 0


def test_lines_are_stored_and_read_again() -> None:
    found = price(stay_at(8.5, hours=3), hourly_minor=1000, peaks=(MORNINGS,))

    assert read_price_lines(write_price_lines(found)) == found.lines


amounts = st.integers(min_value=0, max_value=20_000)
lengths = st.integers(min_value=1, max_value=31 * 24 * 12).map(lambda n: n * 5)
YEAR = datetime(2026, 1, 5, tzinfo=UTC)
starts = st.integers(min_value=0, max_value=365 * 24 * 12).map(
    lambda n: YEAR + timedelta(minutes=5 * n)
)
peaks = st.builds(
    lambda days, start, length, percent: Peak(
        weekdays=tuple(sorted(days)),
        starts=start,
        ends=min(start + length, 24 * 60),
        percent=percent,
    ),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 23 * 60),
    st.integers(5, 600),
    st.integers(-100, 300),
)
rates = st.builds(
    Rates,
    zone=st.sampled_from([ROME, ZoneInfo("Etc/UTC"), ZoneInfo("America/Havana")]),
    hourly_minor=amounts,
    half_day_minor=amounts,
    half_day_hours=st.integers(1, 12),
    daily_minor=amounts,
    weekly_minor=amounts,
    monthly_minor=amounts,
    peaks=st.lists(peaks, max_size=1),
    member_percent=st.integers(0, 100),
    vat_percent=st.integers(0, 100),
)


@MANY
@given(rates=rates, start=starts, minutes=lengths, is_member=st.booleans())
def test_lines_sum_to_the_total_and_vat_is_a_part_of_it(rates, start, minutes, is_member) -> None:
    stay = Period(start=start, end=start + timedelta(minutes=minutes))

    found = compute_price(stay, rates=rates, is_member=is_member)

    assert sum(line.amount_minor for line in found.lines) == found.total_minor >= 0
    assert 0 <= found.vat_minor <= found.total_minor


@MANY
@given(
    rates=rates,
    start=starts,
    minutes=lengths,
    cut=st.tuples(st.integers(0, 600), st.integers(0, 600)),
)
def test_a_part_of_a_stay_never_costs_more_than_all_of_it(rates, start, minutes, cut) -> None:
    whole = Period(start=start, end=start + timedelta(minutes=minutes))
    first, last = (5 * one for one in cut)
    if first + last >= minutes:
        first, last = 0, minutes // 2
    part = Period(
        start=whole.start + timedelta(minutes=first), end=whole.end - timedelta(minutes=last)
    )

    assert (
        compute_price(part, rates=rates).total_minor
        <= compute_price(whole, rates=rates).total_minor
    )


@MANY
@given(rates=rates, start=starts, minutes=lengths)
def test_hours_alone_cover_the_stay_to_the_minute(rates, start, minutes) -> None:
    stay = Period(start=start, end=start + timedelta(minutes=minutes))
    by_hour = Rates(zone=rates.zone, hourly_minor=1000, peaks=rates.peaks)

    found = compute_price(stay, rates=by_hour)

    assert sum(line.quantity for line in found.lines) == minutes


@pytest.mark.parametrize(
    ("changes", "possible"),
    [
        ({}, True),
        ({"weekdays": ()}, False),
        ({"weekdays": (7,)}, False),
        ({"starts": 660}, False),
        ({"starts": -5}, False),
        ({"ends": 1441}, False),
        ({"percent": None}, False),
        ({"hourly_minor": 500}, False),
        ({"percent": None, "hourly_minor": 500}, True),
        ({"percent": None, "hourly_minor": -1}, False),
        ({"percent": -101}, False),
        ({"percent": 301}, False),
    ],
)
def test_a_peak_has_days_hours_and_one_price(changes, possible) -> None:
    fields = {"weekdays": (0,), "starts": 540, "ends": 660, "percent": 20, **changes}

    assert is_possible(Peak(**fields)) is possible


def test_two_peaks_at_the_same_time_are_found() -> None:
    later = Peak(weekdays=(4, 5), starts=11 * 60, ends=12 * 60, percent=10)
    across = Peak(weekdays=(4,), starts=10 * 60, ends=12 * 60, percent=10)

    assert not do_meet([MORNINGS, later])
    assert do_meet([MORNINGS, later, across])


def test_peaks_are_stored_in_the_order_of_the_week() -> None:
    sunday = Peak(weekdays=(6,), starts=0, ends=60, hourly_minor=100)

    assert read_peaks(write_peaks([sunday, MORNINGS])) == (MORNINGS, sunday)


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
