"""Claims: the database alone decides who has what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from booking.models import Claim, Space
from booking.periods import Period
from booking.services.claims import Outcome, extend, give_back, keep, take
from booking.states import ClaimKind

END = datetime(2100, 1, 1, tzinfo=UTC)
"""Long after every stay of these tests."""

A_MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)
FAR = datetime(2190, 1, 1, tzinfo=UTC)
OVER = timedelta(0, 0, 1)
"""A hold that is over when the next statement runs."""


def hold(space: Space, stay: Period, *, subject: str = "hold_a", lasting: timedelta = A_MINUTE):
    return take(
        space.unit,
        start=stay.start,
        end=stay.end,
        kind=ClaimKind.HOLD,
        subject=subject,
        lasting=lasting,
    )


def test_the_second_of_two_gets_nothing(space: Space, stay: Period) -> None:
    first, second = hold(space, stay), hold(space, stay, subject="hold_b")

    assert first is not None
    assert second is None


def test_neighbours_leave_each_other_alone(space: Space, make_stay) -> None:
    assert hold(space, make_stay(10))
    assert hold(space, make_stay(11))
    assert hold(space, make_stay(9))


def test_what_expired_is_free_without_anybodys_help(space: Space, stay: Period) -> None:
    hold(space, stay, lasting=OVER)

    assert hold(space, stay, subject="hold_b")
    assert Claim.objects.count() == 2


def test_whole_and_parts_exclude_each_other(space: Space, make_space, stay: Period) -> None:
    left = make_space(name="Sinistra", parent=space)
    right = make_space(name="Destra", parent=space)

    assert hold(left, stay)
    assert hold(right, stay, subject="hold_b")
    assert hold(space, stay, subject="hold_c") is None


def test_a_booked_whole_leaves_no_part(space: Space, make_space, stay: Period) -> None:
    desk = make_space(name="Scrivania", parent=make_space(name="Sinistra", parent=space))
    elsewhere = make_space(name="Sala Rossa")
    hold(space, stay)

    assert hold(desk, stay, subject="hold_b") is None
    assert hold(elsewhere, stay, subject="hold_c")


def test_a_hold_in_time_is_kept(space: Space, stay: Period) -> None:
    taken = hold(space, stay)

    assert keep(taken.claim, ends_at=END) == (Outcome.KEPT, taken.claim)
    claim = Claim.objects.get(pk=taken.claim)
    assert (claim.kind, claim.valid.upper) == (ClaimKind.RESERVATION, None)


def test_a_late_hold_is_revived_when_nobody_came_between(space: Space, stay: Period) -> None:
    taken = hold(space, stay, lasting=OVER)

    outcome, claim = keep(taken.claim, ends_at=END)

    assert outcome == Outcome.REVIVED
    assert claim != taken.claim
    assert hold(space, stay, subject="hold_b") is None


def test_a_late_hold_is_lost_when_somebody_has_the_space(space: Space, stay: Period) -> None:
    late = hold(space, stay, lasting=OVER)
    hold(space, stay, subject="hold_b")

    assert keep(late.claim, ends_at=END) == (Outcome.LOST, late.claim)


def test_a_late_hold_is_revived_after_others_came_and_went(space: Space, stay: Period) -> None:
    late = hold(space, stay, lasting=OVER)
    hold(space, stay, subject="hold_b", lasting=OVER)

    assert keep(late.claim, ends_at=END)[0] == Outcome.REVIVED


def test_a_hold_is_extended_up_to_its_cap(space: Space, stay: Period) -> None:
    taken = hold(space, stay)

    latest = taken.until + 9 * A_MINUTE
    longer = extend(taken.claim, lasting=2 * A_MINUTE, latest=latest)
    longest = extend(taken.claim, lasting=60 * A_MINUTE, latest=latest)

    assert taken.until < longer < longest
    assert longest == latest


def test_an_expired_hold_is_not_extended(space: Space, stay: Period) -> None:
    taken = hold(space, stay, lasting=OVER)

    assert extend(taken.claim, lasting=A_MINUTE, latest=FAR) is None


def test_what_lasts_longer_than_the_cap_may_keep_its_end(space: Space, stay: Period) -> None:
    taken = hold(space, stay)

    latest = taken.until - A_DAY
    assert extend(taken.claim, lasting=A_MINUTE, latest=latest) is None
    kept = extend(taken.claim, lasting=A_MINUTE, latest=latest, keeps_end=True)
    assert kept == taken.until


def test_what_is_given_back_is_free_and_can_still_be_read(space: Space, stay: Period) -> None:
    hold(space, stay)

    assert give_back("hold_a") == 1
    assert give_back("hold_a") == 0
    assert hold(space, stay, subject="hold_b")
    assert list(Claim.objects.values_list("subject", flat=True)) == ["hold_a", "hold_b"]


@pytest.mark.parametrize(
    ("unit", "busy", "valid"),
    [
        ("empty", "[2026-01-01,2026-01-02)", "[2026-01-01,)"),
        ("[1,)", "[2026-01-01,2026-01-02)", "[2026-01-01,)"),
        ("[1,2)", "empty", "[2026-01-01,)"),
        ("[1,2)", "[2026-01-01,)", "[2026-01-01,)"),
        ("[1,2)", "[2026-01-01,2026-01-02)", "empty"),
        ("[1,2)", "[2026-01-01,2026-01-02)", "(,2026-01-02)"),
    ],
)
def test_claims_that_would_conflict_with_nothing_are_refused(
    in_agency, unit: str, busy: str, valid: str
) -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO booking_claim (unit, busy, valid, kind, subject, created_at)"
            " VALUES (%s, %s, %s, 'HOLD', 'hold_a', now())",
            [unit, busy, valid],
        )


def put_after(space: Space, stay: Period, taken) -> None:
    """Let somebody have the space from the very instant in which a hold expires."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO booking_claim (unit, busy, valid, kind, subject, created_at) VALUES"
            " (int8range(%s, %s), tstzrange(%s, %s), tstzrange(%s, NULL), 'HOLD', 'x', now())",
            [space.unit_low, space.unit_high, stay.start, stay.end, taken.until],
        )


def test_on_the_very_edge_the_constraint_has_the_last_word(space: Space, stay: Period) -> None:
    taken = hold(space, stay)
    put_after(space, stay, taken)

    assert keep(taken.claim, ends_at=END) == (Outcome.LOST, taken.claim)
    assert extend(taken.claim, lasting=2 * A_MINUTE, latest=FAR) is None


@pytest.mark.parametrize(
    "act",
    [lambda one: keep(one, ends_at=END), lambda one: extend(one, lasting=2 * A_MINUTE, latest=FAR)],
)
def test_other_failures_are_not_taken_for_a_lost_race(space: Space, stay: Period, act) -> None:
    """Something else refuses the change: the program must not read that as "taken"."""
    taken = hold(space, stay)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE booking_claim ADD CHECK (NOT upper_inf(valid)),"
            f" ADD CHECK (upper(valid) = '{taken.until.isoformat()}')"
        )

    with pytest.raises(IntegrityError):
        act(taken.claim)
