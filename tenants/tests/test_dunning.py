from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from tenants.dunning import count_reached, find_next_step, list_reminders
from tenants.tests.factories import NOON

DAY = timedelta(days=1)


def _dates(status: str, **changes):
    values = {
        "trial_until": NOON + 30 * DAY,
        "payment_due_at": NOON + 14 * DAY,
        "grace_until": NOON + 14 * DAY,
        "reminders_sent": 0,
        "is_owed": True,
    }
    return SimpleNamespace(status=status, **{**values, **changes})


def test_a_trial_is_reminded_twice_before_its_end() -> None:
    dates = _dates("TRIAL")

    assert list_reminders(dates) == [NOON + 23 * DAY, NOON + 29 * DAY]
    assert find_next_step(dates) == NOON + 23 * DAY
    assert find_next_step(_dates("TRIAL", reminders_sent=1)) == NOON + 29 * DAY
    assert find_next_step(_dates("TRIAL", reminders_sent=2)) is None


def test_an_unpaid_period_falls_due_and_a_paid_one_does_not() -> None:
    assert find_next_step(_dates("ACTIVE")) == NOON + 14 * DAY
    assert find_next_step(_dates("ACTIVE", is_owed=False)) is None


def test_a_late_payment_is_reminded_three_times_before_patience_ends() -> None:
    steps = [find_next_step(_dates("PAST_DUE", reminders_sent=sent)) for sent in range(4)]

    assert steps == [NOON + 3 * DAY, NOON + 7 * DAY, NOON + 12 * DAY, NOON + 14 * DAY]


def test_nothing_happens_any_more_once_it_is_over() -> None:
    for status in ("SUSPENDED", "CANCELLED", "EXPIRED"):
        assert find_next_step(_dates(status)) is None


def test_one_reminder_stands_for_all_that_were_missed() -> None:
    dates = _dates("PAST_DUE")

    assert [count_reached(dates, at=NOON + n * DAY) for n in (2, 3, 8, 13)] == [0, 1, 2, 3]
