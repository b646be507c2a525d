"""Reading a stranger's calendar in a process of its own, with a limit of time and of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from typing import Final

from django.conf import settings

from booking.calendar_reading import SECONDS_MAX, CalendarUnusable, Occurrence, ReadingProblem

_MODULE: Final = "booking.calendar_reading"
_WAIT_SECONDS: Final = 2 * SECONDS_MAX
"""With what starting takes on a busy machine."""


def read_calendar_apart(
    content: bytes, *, zone: str, start: datetime, end: datetime
) -> list[Occurrence]:
    """Return what a calendar keeps busy between two moments.

    Raises:
        CalendarUnusable: it is no calendar, or working it out takes too long.
    """
    command = [sys.executable, "-m", _MODULE, zone, start.isoformat(), end.isoformat()]
    try:
        done = subprocess.run(  # noqa: S603  our own program
            command,
            input=content,
            capture_output=True,
            cwd=settings.BASE_DIR,
            timeout=_WAIT_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise CalendarUnusable(ReadingProblem.TOO_MUCH_WORK) from error
    except subprocess.CalledProcessError as error:
        # Ended from outside it was at its limits; by itself it stumbled over what it read.
        is_ended = error.returncode < 0
        problem = ReadingProblem.TOO_MUCH_WORK if is_ended else ReadingProblem.NOT_A_CALENDAR
        raise CalendarUnusable(problem) from error
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise CalendarUnusable(ReadingProblem(answer["problem"]))
    return [
        Occurrence(
            starts_at=datetime.fromisoformat(one["starts_at"]),
            ends_at=datetime.fromisoformat(one["ends_at"]),
            key=one["key"],
            title=one["title"],
        )
        for one in answer["occurrences"]
    ]
