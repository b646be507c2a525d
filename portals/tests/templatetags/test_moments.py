"""Moments as people read them: by their own clock, with its zone named."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from portals.templatetags.ui import moment

SUMMER = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Europe/Rome", "1 Jul 2026, 12:00 CEST"),
        ("Africa/Johannesburg", "1 Jul 2026, 12:00 SAST"),
        ("Europe/Dublin", "1 Jul 2026, 11:00 IST"),
        ("Asia/Kolkata", "1 Jul 2026, 15:30 IST"),
    ],
)
def test_one_instant_is_written_by_the_clock_of_each_zone(zone: str, written: str) -> None:
    with translation.override("en"), timezone.override(ZoneInfo(zone)):
        assert moment(SUMMER) == written
