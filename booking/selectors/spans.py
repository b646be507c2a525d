"""Free time of one space between two moments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from booking.models import Space
from booking.periods import Period
from booking.selectors.free_time import Question, find_free_time
from booking.selectors.hours import find_hours
from spotex.kernel.errors import RuleViolation

LONGEST_SPAN: Final = timedelta(days=31)


class SpanTooLong(RuleViolation):
    """More days than can be answered at once."""

    code = "span_too_long"


def list_free_periods(space: Space, period: Period, *, now: datetime) -> list[Period]:
    """Return when a stay in a space, its location loaded, is still possible within a time.

    Stretches shorter than the shortest stay are left out, and so is what is over.

    Raises:
        SpanTooLong: the time is longer than can be answered at once.
    """
    if period.length > LONGEST_SPAN:
        raise SpanTooLong(
            _("Ask for at most %(n)s days at a time.") % {"n": LONGEST_SPAN.days}, field="to"
        )
    start = max(period.start, now)
    if start >= period.end or not space.is_bookable:
        return []
    wanted = Period(start=start, end=period.end)
    around = find_hours(space).list_around(wanted)
    opened = [part for one in around if (part := one.overlap(wanted)) is not None]
    question = Question(space=space, open_periods=opened)
    shortest = timedelta(minutes=space.min_minutes)
    found = find_free_time([question]).get(space.pk, [])
    return [one for one in found if one.length >= shortest]
