"""The short form of ``make faults``: the whole product loses its parts under load."""

import pytest

from bench.faults.__main__ import render, run
from bench.faults.story import SHORT

pytestmark = pytest.mark.services


def test_killed_parts_come_back_and_nothing_is_lost():
    outcomes, checks = run(SHORT)

    broken = [check for check in checks if check.wrong]
    assert broken == [], render(outcomes, checks, seconds=0.0)
    assert len(outcomes) == len(SHORT)
    assert all(check.counted and not check.counted.startswith("0 sign") for check in checks)
