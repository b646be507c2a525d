"""Strangers' calendars: what they keep busy, and what none of them may do to us."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking import calendar_reading
from booking.calendar_reading import (
    CalendarUnusable,
    ReadingProblem,
    _measure_by_wall,
    limit_process,
    read_occurrences,
    write_answer,
)
from booking.drivers import reading
from booking.drivers.reading import read_calendar_apart

ROME = "Europe/Rome"
START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 12, 1, tzinfo=UTC)
P = ReadingProblem


def write(*events: str, before: str = "") -> bytes:
    """Write a calendar; each event is given as its lines."""
    parts = [f"BEGIN:VEVENT\n{one.strip()}\nEND:VEVENT" for one in events]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", before, *parts]
    text = "\n".join(one for one in [*lines, "END:VCALENDAR", ""] if one or one == "")
    return "\r\n".join(line for line in text.splitlines() if line).encode() + b"\r\n"


def read(*events: str, start=START, end=END, before: str = ""):
    content = write(*events, before=before)
    return read_occurrences(content, zone=ZoneInfo(ROME), start=start, end=end)


def times(*events: str, **more) -> list[tuple[str, str]]:
    return [
        (f"{one.starts_at:%m-%d %H:%M}", f"{one.ends_at:%m-%d %H:%M}")
        for one in read(*events, **more)
    ]


def problem_of(content: bytes) -> ReadingProblem:
    with pytest.raises(CalendarUnusable) as caught:
        read_occurrences(content, zone=ZoneInfo(ROME), start=START, end=END)
    return caught.value.problem


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20261010T080000Z\nDTEND:20261010T090000Z", ("10-10 08:00", "10-10 09:00")),
        ("DTSTART:20261010T080000\nDURATION:PT90M", ("10-10 06:00", "10-10 07:30")),
        (
            "DTSTART;TZID=America/New_York:20261010T080000\nDURATION:PT1H",
            ("10-10 12:00", "10-10 13:00"),
        ),
        ("DTSTART;VALUE=DATE:20261024", ("10-23 22:00", "10-24 22:00")),
        # The day on which the clock goes back has 25 hours.
        ("DTSTART;VALUE=DATE:20261025", ("10-24 22:00", "10-25 23:00")),
    ],
)
def test_times_are_by_their_zone_else_by_the_clock_of_the_place(event, expected) -> None:
    assert times(f"UID:1\n{event}") == [expected]


def test_a_zone_that_the_calendar_describes_itself_counts() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        "TZOFFSETFROM:+0300\nTZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE"
    )
    event = "UID:1\nDTSTART;TZID=Ours:20261010T080000\nDTEND;TZID=Ours:20261010T090000"

    assert times(event, before=zone) == [("10-10 05:00", "10-10 06:00")]


def test_what_repeats_keeps_its_hour_over_the_change_of_clocks() -> None:
    event = (
        "UID:1\nDTSTART;TZID=Europe/Rome:20261018T090000\nDTEND;TZID=Europe/Rome:20261018T100000\n"
        "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Rome:20261101T090000"
    )

    assert times(event) == [("10-18 07:00", "10-18 08:00"), ("10-25 08:00", "10-25 09:00")]


def test_an_occurrence_that_was_moved_or_called_off_is_followed() -> None:
    series = "UID:1\nDTSTART:20261005T090000Z\nDTEND:20261005T100000Z\nRRULE:FREQ=WEEKLY;COUNT=3"
    moved = (
        "UID:1\nRECURRENCE-ID:20261012T090000Z\nDTSTART:20261013T150000Z\nDTEND:20261013T160000Z"
    )
    off = (
        "UID:1\nRECURRENCE-ID:20261019T090000Z\nDTSTART:20261019T090000Z\n"
        "DTEND:20261019T100000Z\nSTATUS:CANCELLED"
    )

    assert times(series, moved, off) == [
        ("10-05 09:00", "10-05 10:00"),
        ("10-13 15:00", "10-13 16:00"),
    ]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261010T080000Z\nDTEND:20261010T090000Z\nSTATUS:CANCELLED",
        "DTSTART:20261010T080000Z\nDTEND:20261010T090000Z\nTRANSP:TRANSPARENT",
        "DTSTART:20261010T080000Z\nDTEND:20261010T080000Z",
        "DTSTART:20260910T080000Z\nDTEND:20260910T090000Z",
        "DTSTART:20270110T080000Z\nDTEND:20270110T090000Z",
        "DTSTART:20260930T230000Z\nDTEND:20261001T000000Z",
        "SUMMARY:no time",
        "DTSTART:nonsense\nDTEND:20261010T090000Z",
        "DTSTART:99990101T080000Z\nDTEND:99990101T090000Z",
    ],
)
def test_what_keeps_nothing_busy_is_left_out(event) -> None:
    good = "UID:2\nDTSTART:20261011T080000Z\nDTEND:20261011T090000Z"

    assert times(f"UID:1\n{event}", good) == [("10-11 08:00", "10-11 09:00")]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:99991231",
        "DTSTART:20261129T230000Z\nDTEND:99991231T235959Z",
        "DTSTART:20261130T000000\nDTEND:99991231T235959",
        "DTSTART;TZID=Asia/Tokyo:20261130T080000\nDTEND;TZID=Asia/Tokyo:99991231T235959",
    ],
)
def test_what_is_closed_for_good_is_busy_and_the_rest_is_read(event) -> None:
    good = "UID:2\nDTSTART:20261011T080000Z\nDTEND:20261011T090000Z"

    first, last = read(f"UID:1\n{event}", good)

    assert first.starts_at == datetime(2026, 10, 11, 8, tzinfo=UTC)
    assert last.starts_at == datetime(2026, 11, 29, 23, tzinfo=UTC)
    assert last.ends_at >= END


def test_no_memory_left_is_too_much_work(monkeypatch) -> None:
    def fill(*_args: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr(calendar_reading, "read_occurrences", fill)

    answer = json.loads(write_answer(b"", [ROME, START.isoformat(), END.isoformat()]))

    assert answer == {"problem": "too_much_work"}


def test_keys_stay_the_same_and_titles_are_clean() -> None:
    event = "UID:1\nDTSTART:20261010T080000Z\nDTEND:20261010T090000Z\nSUMMARY:{}"
    nameless = "DTSTART:20261010T080000Z\nDTEND:20261010T090000Z"

    first, second = read(event.format("Gita"))[0], read(event.format(r"Gi\nta\t" + "x" * 200))[0]

    assert first.key == second.key != read(nameless)[0].key
    assert (first.title, second.title.startswith("Gi ta"), len(second.title)) == (
        "Gita",
        True,
        120,
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", P.NOT_A_CALENDAR),
        (b"<html><body>Sign in</body></html>", P.NOT_A_CALENDAR),
        (b"BEGIN:VCALENDAR\r\nnonsense", P.NOT_A_CALENDAR),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5_001, P.TOO_MANY_EVENTS),
    ],
)
def test_what_is_no_calendar_is_said_so(content, problem) -> None:
    assert problem_of(content) == problem


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY"),
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5;BYMINUTE=0,15,30,45,50",
    ],
)
def test_no_rule_repeats_all_day_long(rule) -> None:
    event = f"UID:1\nDTSTART:20261010T080000Z\nDTEND:20261010T080100Z\nRRULE:{rule}"

    assert problem_of(write(event)) == P.RULE_TOO_DENSE


def test_one_dense_rule_among_several_counts() -> None:
    event = (
        "UID:1\nDTSTART:20261010T080000Z\nDTEND:20261010T080100Z\n"
        "RRULE:FREQ=DAILY\nRRULE:FREQ=SECONDLY"
    )

    assert problem_of(write(event)) == P.RULE_TOO_DENSE


def test_there_are_not_more_times_than_anybody_has(monkeypatch) -> None:
    monkeypatch.setattr(calendar_reading, "OCCURRENCES_MAX", 2)
    event = "UID:1\nDTSTART:20261010T080000Z\nDTEND:20261010T090000Z\nRRULE:FREQ=DAILY"

    assert problem_of(write(event)) == P.TOO_MANY_EVENTS


def test_the_program_answers_what_the_function_returns() -> None:
    event = "UID:1\nDTSTART:20261010T080000Z\nDTEND:20261010T090000Z\nSUMMARY:Gita"
    arguments = [ROME, START.isoformat(), END.isoformat()]

    answer = json.loads(write_answer(write(event), arguments))
    apart = read_calendar_apart(write(event), zone=ROME, start=START, end=END)

    assert [one["title"] for one in answer["occurrences"]] == ["Gita"]
    assert apart == read(event)
    assert json.loads(write_answer(b"", arguments)) == {"problem": "not_a_calendar"}
    with pytest.raises(CalendarUnusable, match="not_a_calendar"):
        read_calendar_apart(b"", zone=ROME, start=START, end=END)


def test_a_calendar_that_takes_for_ever_ends_with_its_process(monkeypatch) -> None:
    never = "DTSTART:{:04d}0101T090000Z\nDTEND:{:04d}0101T100000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    events = [f"UID:{year}\n{never.format(year, year)}" for year in range(1900, 2000)]
    monkeypatch.setattr(reading, "_WAIT_SECONDS", 3)

    with pytest.raises(CalendarUnusable, match="too_much_work"):
        read_calendar_apart(write(*events), zone=ROME, start=START, end=START + timedelta(days=1))


@pytest.mark.parametrize(
    ("program", "problem"),
    [("booking.nothing", "not_a_calendar"), ("booking.tests.ends_itself", "too_much_work")],
)
def test_a_process_that_stumbles_or_is_ended_says_so(monkeypatch, program, problem) -> None:
    monkeypatch.setattr(reading, "_MODULE", program)

    with pytest.raises(CalendarUnusable, match=problem):
        read_calendar_apart(write(), zone=ROME, start=START, end=END)


def test_the_process_limits_itself(monkeypatch) -> None:
    kept: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(calendar_reading.resource, "setrlimit", kept.__setitem__)

    limit_process()

    assert set(kept) == {
        calendar_reading.resource.RLIMIT_CPU,
        calendar_reading.resource.RLIMIT_AS,
    }


def test_events_of_one_id_at_different_times_all_count() -> None:
    one = "UID:same\nDTSTART:20261010T080000Z\nDTEND:20261010T090000Z"
    other = "UID:same\nDTSTART:20261011T080000Z\nDTEND:20261011T090000Z"

    assert times(one, other) == times(other, one)
    assert times(one, other) == [("10-10 08:00", "10-10 09:00"), ("10-11 08:00", "10-11 09:00")]
    assert {found.key for found in read(one, other)} == {found.key for found in read(one, other)}


def test_what_is_changed_of_a_series_still_names_it_among_events_of_one_id() -> None:
    single = "UID:same\nDTSTART:20261005T080000Z\nDTEND:20261005T090000Z"
    series = "UID:same\nDTSTART:20261010T080000Z\nDTEND:20261010T090000Z\nRRULE:FREQ=DAILY;COUNT=2"
    changed = (
        "UID:same\nRECURRENCE-ID:20261011T080000Z\nDTSTART:20261011T120000Z\nDTEND:20261011T130000Z"
    )

    assert times(single, series, changed) == [
        ("10-05 08:00", "10-05 09:00"),
        ("10-10 08:00", "10-10 09:00"),
        ("10-11 12:00", "10-11 13:00"),
    ]


def test_the_same_event_twice_is_once() -> None:
    one = "UID:same\nDTSTART:20261010T080000Z\nDTEND:20261010T090000Z"

    assert times(one, f"{one}\nSEQUENCE:1") == [("10-10 08:00", "10-10 09:00")]


def test_a_rule_that_cannot_be_read_leaves_its_first_time_busy() -> None:
    broken = "DTSTART:20261010T080000Z\nDTEND:20261010T090000Z\nRRULE:FREQ=DAILY;UNTIL=soon"

    assert times(broken) == [("10-10 08:00", "10-10 09:00")]


def test_a_time_that_the_clocks_skip_lasts_as_long_as_on_the_wall() -> None:
    gap = "DTSTART:20270328T023000\nDTEND:20270328T033000"
    until = datetime(2027, 4, 1, tzinfo=UTC)

    found = read(gap, end=until)

    assert [one.ends_at - one.starts_at for one in found] == [timedelta(hours=1)]
    assert read("DTSTART:20261010T080000\nDTEND:20261010T080000") == []
    assert _measure_by_wall(date(2026, 10, 10), date(2026, 10, 12)) == timedelta(0)
