"""Which month of which spaces somebody reads, and both months that are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from babel.dates import format_date
from django.utils.translation import get_language

from booking.models import Space
from booking.months import Month
from booking.report_access import access_report_spaces
from booking.report_shapes import Report
from booking.selectors.reports import read_report
from spotex.kernel.actor import Actor

MONTHS_SHOWN: Final = 25
"""How many months can be chosen on the page: two years, and the one that has begun."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What to report on; ``""`` for everything."""

    month: Month
    location: str = ""
    space: str = ""
    customer: str = ""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A month and the one before."""

    report: Report
    before: Report
    spaces: list[Space]


def read_comparison(actor: Actor, choice: Choice) -> Comparison:
    """Return the report that somebody asks for.

    Raises:
        Missing: there is no such location, space or customer for the actor.
        NotAllowed: the role may not read reports.
    """
    found = {"location": choice.location, "space": choice.space, "customer": choice.customer}
    spaces = list(access_report_spaces(actor, month=choice.month.before, **found))
    return Comparison(
        report=read_report(spaces, month=choice.month),
        before=read_report(spaces, month=choice.month.before),
        spaces=spaces,
    )


def write_month(month: Month) -> str:
    """Write a month in the reader's language, as within a sentence."""
    text: str = format_date(month.first_day, "LLLL y", locale=(get_language() or "it")[:2])
    return text
