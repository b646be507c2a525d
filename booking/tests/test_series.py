"""Stays that repeat: what would become of each, booking and calling off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.bookers import Booker
from booking.due_kinds import TEND_LIST
from booking.models import Reservation, Series
from booking.periods import Period
from booking.recurrence import Pattern
from booking.services.blocks import block_space
from booking.services.cancelling import StayBegan, cancel_reservation
from booking.services.holds import hold_space, release_hold
from booking.services.reservations import Visitor, book_space
from booking.services.series import (
    NothingChosen,
    SeriesNotPrepaid,
    SeriesPlan,
    book_series,
    preview_series,
)
from booking.services.series_cancelling import cancel_as_said
from booking.services.spaces import change_space
from booking.services.waiting import Wanted, join_waiting_list
from booking.states import ReservationState, Verdict
from spotex.kernel.models import ActivityEntry
from tenants.models import DueWork

V, S = Verdict, ReservationState
DAILY = {"frequency": "DAILY"}
VISITOR = Visitor(name="Gino Bianchi", email="gino@trattoria.test")


@pytest.fixture
def plan(space, stay):
    def make(*, space=space, count: int = 4, stay=stay, **more) -> SeriesPlan:
        pattern = Pattern(**DAILY, count=count)
        return SeriesPlan(space=space, stay=stay, pattern=pattern, **more)

    return make


@pytest.fixture
def look(plan, booker, now):
    def make(**options) -> list[str]:
        return [one.verdict for one in preview_series(plan(**options), booker=booker, now=now)]

    return make


@pytest.fixture
def book(plan, booker, contact_actor, now):
    def make(*, booker=booker, chosen=None, **options):
        return book_series(
            plan(**options),
            booker=booker,
            visitor=VISITOR,
            actor=contact_actor,
            now=now,
            chosen=chosen,
        )

    return make


def test_each_stay_says_what_would_become_of_it(
    space, plan, make_stay, booker, rival, owner_actor, now
) -> None:
    hold_space(space, stay=make_stay(10, day=2), booker=rival, actor=owner_actor, now=now)
    block_space(space, period=make_stay(10, day=3), actor=owner_actor)
    book_space(
        space,
        stay=make_stay(10, day=4),
        booker=rival,
        visitor=VISITOR,
        actor=owner_actor,
        now=now,
    )

    found = preview_series(plan(count=5), booker=booker, now=now)

    assert [one.verdict for one in found] == [V.FREE, V.TAKEN, V.TAKEN, V.TAKEN, V.FREE]
    assert [one.reason for one in found] == [
        "",
        "Somebody holds it at this moment.",
        "It is blocked.",
        "Somebody has reserved it.",
        "",
    ]


def test_what_is_closed_or_too_far_is_refused_with_its_reason(look, space, make_space) -> None:
    near = make_space(name="Vicina", horizon_days=2)

    assert look(space=near)[2:] == [V.REFUSED, V.REFUSED]


def test_the_clocks_skip_a_stay(make_space, location, booker) -> None:
    """On 28 March 2027 Rome has no half past two."""
    location.time_zone = "Europe/Rome"
    location.hours_changed_at = datetime(2027, 1, 1, tzinfo=UTC)
    location.save()
    room = make_space(name="Notte", horizon_days=0)
    start = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)
    plan = SeriesPlan(
        space=room,
        stay=Period(start=start, end=start + timedelta(hours=1)),
        pattern=Pattern(**DAILY, count=2),
    )

    found = preview_series(plan, booker=booker, now=datetime(2027, 3, 1, tzinfo=UTC))

    assert [one.verdict for one in found] == [V.REFUSED, V.SKIPPED]
    assert found[1].reason == "The clocks skip this time on that day."


def test_nothing_possible_asks_nothing_more(look, make_space, django_assert_num_queries) -> None:
    late = make_space(name="Tardi", notice_minutes=60 * 24 * 60)
    look(space=late)

    with django_assert_num_queries(0):
        assert set(look(space=late)) == {V.REFUSED}


def test_the_pause_after_a_stay_counts(
    make_space, plan, make_stay, booker, rival, owner_actor, now
):
    room = make_space(name="Pausa", buffer_minutes=30)
    hold_space(room, stay=make_stay(11, day=2), booker=rival, actor=owner_actor, now=now)

    found = preview_series(plan(space=room, count=2), booker=booker, now=now)

    assert found[1].verdict == V.TAKEN
    assert found[1].reason == "The pause between two stays would be too short."


def test_all_that_is_free_is_booked(book, space, make_stay, owner_actor) -> None:
    block_space(space, period=make_stay(10, day=2), actor=owner_actor)

    series, outcomes = book()

    assert [one.verdict for one in outcomes] == [V.BOOKED, V.TAKEN, V.BOOKED, V.BOOKED]
    rows = Reservation.objects.filter(series=series).order_by("starts_at")
    assert [one.starts_at for one in rows] == [make_stay(10, day=day).start for day in (1, 3, 4)]
    assert {one.state for one in rows} == {S.CONFIRMED}
    assert len({one.claim for one in rows}) == 3
    entry = ActivityEntry.objects.get(event="booking.series.booked")
    assert entry.details["reservations"] == [one.public_id for one in rows]


def test_only_the_chosen_days_are_booked(book, make_stay) -> None:
    day = make_stay(10, day=3).start.date()

    _series, outcomes = book(chosen=[day])

    assert [one.day for one in outcomes] == [day]
    assert Reservation.objects.count() == 1


def test_each_stay_says_what_it_costs(
    plan, space, make_stay, booker, customer, owner_actor, now
) -> None:
    change_space(
        space, actor=owner_actor, payment="PAY_LATER", hourly_minor=1_000, member_percent=10
    )
    space.refresh_from_db()
    hold = hold_space(space, stay=plan().stay, booker=booker, actor=owner_actor, now=now)
    change_space(space, actor=owner_actor, hourly_minor=2_000)
    space.refresh_from_db()
    customer.is_member = True
    block_space(space, period=make_stay(10, day=2), actor=owner_actor)

    found = preview_series(plan(hold=hold, customer=customer), booker=booker, now=now)

    assert [one.price.total_minor if one.price else None for one in found] == [
        1_000,
        None,
        1_800,
        1_800,
    ]


def test_no_day_chosen_is_said(book) -> None:
    with pytest.raises(NothingChosen, match="Choose at least one"):
        book(chosen=[])


def test_nothing_chosen_stores_nothing(book, make_stay) -> None:
    with pytest.raises(NothingChosen):
        book(chosen=[make_stay(10, day=40).start.date()])

    assert not Series.objects.exists()


def test_a_hold_becomes_the_first_of_them(
    book, look, hold_space_for_me, make_stay, booker, contact_actor
) -> None:
    hold = hold_space_for_me()
    assert look() == [V.TAKEN, V.FREE, V.FREE, V.FREE]
    assert look(hold=hold) == [V.FREE] * 4

    _series, outcomes = book(hold=hold)

    assert [one.verdict for one in outcomes] == [V.BOOKED] * 4
    hold.refresh_from_db()
    assert hold.end == "BOOKED"
    assert outcomes[0].reservation.claim == hold.claim


@pytest.fixture
def hold_space_for_me(space, stay, booker, contact_actor, now):
    return lambda: hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)


def test_a_hold_that_was_given_back_is_no_reason_to_fail(
    book, hold_space_for_me, booker, contact_actor
) -> None:
    hold = hold_space_for_me()
    release_hold(hold, booker=booker, actor=contact_actor)

    _series, outcomes = book(hold=hold)  # as it was seen before

    assert [one.verdict for one in outcomes] == [V.TAKEN, *[V.BOOKED] * 3]


def test_who_is_faster_keeps_it(book, monkeypatch, space, make_stay, rival, owner_actor, now):
    """Somebody takes the second day between the look and the claim."""
    hold_space(space, stay=make_stay(10, day=2), booker=rival, actor=owner_actor, now=now)
    monkeypatch.setattr("booking.services.series._look", lambda one, **_: one)

    _series, outcomes = book()

    assert [one.verdict for one in outcomes] == [V.BOOKED, V.TAKEN, V.BOOKED, V.BOOKED]


def test_the_limit_of_a_person_holds_for_a_series(book, make_space) -> None:
    few = make_space(name="Poche", most_per_person=2)

    _series, outcomes = book(space=few)

    assert [one.verdict for one in outcomes] == [V.BOOKED, V.BOOKED, V.REFUSED, V.REFUSED]


def test_what_is_paid_when_booking_does_not_repeat_but_for_staff(
    book, look, make_space, booker, owner_actor
) -> None:
    paid = make_space(name="Oro", payment="PREPAID", hourly_minor=1_000)

    for later in (False, True):
        with pytest.raises(SeriesNotPrepaid):
            book(space=paid, pays_later=later)
        with pytest.raises(SeriesNotPrepaid):
            look(space=paid, pays_later=later)
    _series, outcomes = book(space=paid, booker=replace(booker, is_staff=True), pays_later=True)
    assert {one.reservation.payment_rule for one in outcomes} == {"PAY_LATER"}


def test_who_waits_hears_of_a_series_after_its_last_claim(
    book, space, make_stay, rival, owner_actor, now
) -> None:
    """What is due is one row for all: who has it and wants one more claim would wait in a circle."""
    hold_space(space, stay=make_stay(10, day=2), booker=rival, actor=owner_actor, now=now)
    join_waiting_list(
        space,
        wanted=Wanted(window=make_stay(10, day=2), minutes=60),
        booker=Booker(key="", is_guest=True),
        visitor=VISITOR,
        actor=owner_actor,
        now=now,
    )
    DueWork.objects.filter(kind=TEND_LIST).delete()

    with CaptureQueriesContext(connection) as seen:
        book()

    asked = [one["sql"] for one in seen.captured_queries]
    claims = [n for n, sql in enumerate(asked) if "INSERT INTO booking_claim" in sql]
    lines = [n for n, sql in enumerate(asked) if "advisory" in sql and ":units:" in sql]
    wakes = [n for n, sql in enumerate(asked) if "tenants_duework" in sql and TEND_LIST in sql]
    assert len(claims) == 3
    assert lines[0] < claims[0]
    assert len(wakes) == 1
    assert wakes[0] > claims[-1]
    assert DueWork.objects.filter(kind=TEND_LIST, key=space.public_id).exists()


def states() -> list[str]:
    return list(Reservation.objects.order_by("starts_at").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("one", [S.CONFIRMED, S.CANCELLED, S.CONFIRMED, S.CONFIRMED]),
        ("following", [S.CONFIRMED, S.CANCELLED, S.CANCELLED, S.CANCELLED]),
        ("all", [S.CANCELLED] * 4),
    ],
)
def test_one_the_following_or_all_are_called_off(book, owner_actor, now, scope, expected) -> None:
    second = book()[1][1].reservation

    cancel_as_said(second, actor=owner_actor, now=now, reason="Pioggia", scope=scope)

    assert states() == expected


def test_what_began_or_ended_is_left_alone(book, owner_actor, now, make_stay) -> None:
    made = [one.reservation for one in book()[1]]
    cancel_reservation(made[2], actor=owner_actor, now=now)
    Reservation.objects.filter(pk=made[3].pk).update(state=S.NO_SHOW)

    soon = made[0].starts_at + timedelta(minutes=1)
    off = cancel_as_said(made[1], actor=owner_actor, now=soon, reason="", scope="all")

    assert off == [made[1]]
    assert states() == [S.CONFIRMED, S.CANCELLED, S.CANCELLED, S.NO_SHOW]


@pytest.mark.parametrize(
    ("scope", "who", "expected"),
    [
        ("all", "contact", [S.CONFIRMED, *[S.CANCELLED] * 3]),
        ("following", "contact", [S.CONFIRMED, *[S.CANCELLED] * 3]),
        ("all", "owner", [S.CONFIRMED, *[S.CANCELLED] * 3]),
        ("following", "owner", [S.CANCELLED] * 4),
    ],
)
def test_from_one_that_began_the_rest_is_called_off(
    book, contact_actor, owner_actor, scope, who, expected
) -> None:
    first = book()[1][0].reservation
    actor = contact_actor if who == "contact" else owner_actor

    cancel_as_said(first, actor=actor, now=first.starts_at, reason="", scope=scope)

    assert states() == expected


@pytest.mark.parametrize("scope", ["one", "following", "all"])
def test_after_the_last_that_began_nothing_is_called_off(book, contact_actor, scope) -> None:
    last = book()[1][-1].reservation

    with pytest.raises(StayBegan):
        cancel_as_said(last, actor=contact_actor, now=last.starts_at, reason="", scope=scope)

    assert states() == [S.CONFIRMED] * 4


def test_a_reservation_without_a_series_is_called_off_by_itself(
    space, make_stay, booker, owner_actor, now
) -> None:
    one, other = (
        book_space(
            space,
            stay=make_stay(hour),
            booker=booker,
            visitor=VISITOR,
            actor=owner_actor,
            now=now,
        )
        for hour in (10, 12)
    )

    cancel_as_said(one, actor=owner_actor, now=now, reason="", scope="all")

    assert states() == [S.CANCELLED, S.CONFIRMED]
    assert other.series is None
