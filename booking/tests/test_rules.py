from __future__ import annotations

from datetime import timedelta

import pytest

from booking.lengths import write_length
from booking.rules import EndBeforeStart, make_period


@pytest.mark.parametrize("hours", [0, -1])
def test_a_stay_ends_after_it_begins(now, hours) -> None:
    with pytest.raises(EndBeforeStart) as refused:
        make_period(starts_at=now, ends_at=now + timedelta(hours=hours))
    assert refused.value.field == "ends_at"


def test_a_stay_is_from_its_start_to_its_end(now) -> None:
    stay = make_period(starts_at=now, ends_at=now + timedelta(hours=1))

    assert stay.length == timedelta(hours=1)


def test_lengths_are_hours_where_they_are_long() -> None:
    assert [write_length(number) for number in (1, 45, 60, 90, 480)] == [
        "1 minute",
        "45 minutes",
        "1 hour",
        "1 hour 30 minutes",
        "8 hours",
    ]
