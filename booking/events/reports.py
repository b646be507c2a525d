"""What happens to monthly reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ReportReady(Event):
    """A month is over, and somebody chose to hear of it; base of no trail, but of a mail."""

    user_id: int
    month: str


@dataclass(frozen=True, kw_only=True)
class ReportMailChosen(Event):
    """A member gets the monthly report by mail from now on."""

    name: ClassVar[str] = "booking.report.chosen"


@dataclass(frozen=True, kw_only=True)
class ReportMailStopped(Event):
    """A member gets it no longer."""

    name: ClassVar[str] = "booking.report.stopped"
