"""What a stranger's calendar says: the times that it keeps busy. Pure, and a program of its own.

A calendar may hold rules that take for ever to work out. ``booking.drivers.reading`` therefore runs
this module as a process with limits: ``python -m booking.calendar_reading ZONE FROM TO``, the
calendar on the standard input, JSON on the standard output. Nothing of Django is imported here.

Source: RFC 5545, §3.3.10 (rules), §3.8.2.7 (what is transparent), §3.8.4.4 (changed occurrences).
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from math import prod
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, vDDDTypes, vRecur

EVENTS_MAX: Final = 5_000
OCCURRENCES_MAX: Final = 3_000
TITLE_MAX_LENGTH: Final = 120
SECONDS_MAX: Final = 15
MEMORY_MAX: Final = 1_024 * 1_024 * 1_024
_DAY: Final = timedelta(days=1)
_PACES: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_TIMES_A_DAY_MAX: Final = 24


class ReadingProblem(StrEnum):
    """Why a calendar cannot be used."""

    NOT_A_CALENDAR = "not_a_calendar"
    TOO_MANY_EVENTS = "too_many_events"
    RULE_TOO_DENSE = "rule_too_dense"
    TOO_MUCH_WORK = "too_much_work"


class CalendarUnusable(Exception):
    """Nothing can be taken from it; ``problem`` says why."""

    def __init__(self, problem: ReadingProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, kw_only=True, order=True)
class Occurrence:
    """One time that the calendar keeps busy; ``key`` is the same at the next reading."""

    starts_at: datetime
    ends_at: datetime
    key: str
    title: str


def read_occurrences(
    content: bytes, *, zone: ZoneInfo, start: datetime, end: datetime
) -> list[Occurrence]:
    """Return what is busy between two moments, the earliest first.

    What is cancelled, or does not make busy, is left out. Whole days and times without a zone are
    by the clock of the place.

    Args:
        content: the calendar as it came.
        zone: the clock of the place.
        start: what ends before is left out.
        end: what begins later is left out.

    Raises:
        CalendarUnusable: it is no calendar, or more than anybody has in one.
    """
    calendar = _parse(content)
    found: dict[str, Occurrence] = {}
    for event in _expand(calendar, start=start, end=end):
        one = _read_event(event, zone=zone)
        if one is None or one.ends_at <= start or one.starts_at >= end:
            continue
        if len(found) >= OCCURRENCES_MAX:
            raise CalendarUnusable(ReadingProblem.TOO_MANY_EVENTS)
        found[one.key] = one
    return sorted(found.values())


def _parse(content: bytes) -> Calendar:
    text = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text[:15].upper().startswith(b"BEGIN:VCALENDAR"):
        raise CalendarUnusable(ReadingProblem.NOT_A_CALENDAR)
    if text.upper().count(b"BEGIN:VEVENT") > EVENTS_MAX:
        raise CalendarUnusable(ReadingProblem.TOO_MANY_EVENTS)
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise CalendarUnusable(ReadingProblem.NOT_A_CALENDAR) from error
    events = calendar.walk("VEVENT")
    for event in events:
        rules = _list_rules(event)
        if not all(isinstance(rule, vRecur) for rule in rules):
            del event["RRULE"]  # a rule that cannot be read: its first time stays busy
            continue
        for rule in rules:
            _require_sparse(rule)
    _tell_apart(events)
    return calendar


def _tell_apart(events: Iterable[Component]) -> None:
    """Give events of one UID that begin at different times a UID each: sloppy programs write such.

    The one that repeats keeps it, for what is changed of it later names it; so does the first.
    """
    known: dict[str, bytes] = {}
    masters = [one for one in events if "UID" in one and "RECURRENCE-ID" not in one]
    for event in sorted(masters, key=lambda one: "RRULE" not in one):
        begins = event.get("DTSTART")
        mark = begins.to_ical() if _is_day_or_time(begins) else b""
        uid = str(event["UID"])
        if known.setdefault(uid, mark) != mark:
            event["UID"] = f"{uid}|{mark.decode()}"


def _list_rules(event: Component) -> Sequence[Any]:
    rules = event.get("RRULE") or []
    return rules if isinstance(rules, list) else [rules]


def _require_sparse(rule: Any) -> None:
    """Pass if a rule means some times a day at most: no room is busy every second."""
    paces = {str(pace).upper() for pace in rule.get("FREQ", [])}
    times = prod(max(1, len(rule.get(part, []))) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    if not paces <= _PACES or times > _TIMES_A_DAY_MAX:
        raise CalendarUnusable(ReadingProblem.RULE_TOO_DENSE)


def _expand(calendar: Calendar, *, start: datetime, end: datetime) -> Iterator[Any]:
    calendar.subcomponents = [
        one for one in calendar.subcomponents if one.name != "VEVENT" or "DTSTART" in one
    ]
    for event in calendar.walk("VEVENT"):
        _end_soon_after(event, end + 2 * _DAY)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    # A day more on each side: times without a zone are by a clock that is not known here.
    yield from query.between(start - _DAY, end + _DAY)


def _end_soon_after(event: Component, moment: datetime) -> None:
    """Let an event that lasts for good end after what is looked at: the last year has no morrow."""
    begins, ends = event.get("DTSTART"), event.get("DTEND")
    if not _is_day_or_time(begins) or not _is_day_or_time(ends):
        return
    if begins.dt.year > moment.year or ends.dt.year <= moment.year:
        return
    is_day = not isinstance(ends.dt, datetime)
    ends.dt = moment.date() if is_day else moment.replace(tzinfo=ends.dt.tzinfo)


def _is_day_or_time(said: Any) -> bool:
    return isinstance(said, vDDDTypes) and isinstance(said.dt, date)


def _read_event(event: Any, *, zone: ZoneInfo) -> Occurrence | None:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return None
    begins, ends = event.start, event.end
    starts_at, ends_at = _to_moment(begins, zone), _to_moment(ends, zone)
    if ends_at <= starts_at:  # nothing, unless the clocks skip it: then as long as on the wall
        ends_at = starts_at + _measure_by_wall(begins, ends)
    if ends_at <= starts_at:
        return None
    which = event.get("RECURRENCE-ID")
    place = _to_moment(which.dt, zone).isoformat() if which is not None else ""
    name = f"{event.get('UID', '')}|{place}" if event.get("UID") else f"{starts_at}|{ends_at}"
    return Occurrence(
        starts_at=starts_at,
        ends_at=ends_at,
        key=hashlib.sha256(name.encode()).hexdigest(),
        title=_clean(str(event.get("SUMMARY", ""))),
    )


def _measure_by_wall(begins: date | datetime, ends: date | datetime) -> timedelta:
    if isinstance(begins, datetime) and isinstance(ends, datetime):
        return ends.replace(tzinfo=None) - begins.replace(tzinfo=None)
    return timedelta(0)


def _to_moment(when: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(when, datetime):
        when = datetime.combine(when, time.min)
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone)
    return when.astimezone(UTC)


def _clean(text: str) -> str:
    line = " ".join(text.split())
    return "".join(one for one in line if one.isprintable())[:TITLE_MAX_LENGTH]


def write_answer(content: bytes, arguments: Sequence[str]) -> str:
    """Return as JSON what the program answers; arguments are zone, beginning and end."""
    zone, start, end = arguments
    try:
        found = read_occurrences(
            content,
            zone=ZoneInfo(zone),
            start=datetime.fromisoformat(start),
            end=datetime.fromisoformat(end),
        )
    except CalendarUnusable as error:
        return json.dumps({"problem": error.problem.value})
    except MemoryError:
        return json.dumps({"problem": ReadingProblem.TOO_MUCH_WORK.value})
    return json.dumps({"occurrences": [asdict(one) for one in found]}, default=str)


def limit_process() -> None:
    """Let this process have so much time and memory, and no more."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))


if __name__ == "__main__":  # pragma: no cover  runs in a process of its own
    limit_process()
    sys.stdout.write(write_answer(sys.stdin.buffer.read(), sys.argv[1:]))
