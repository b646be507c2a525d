"""Slots: what people see of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from booking.models import OpeningException
from booking.opening import Hours
from booking.selectors.calendar import list_slots_of_day, read_clock
from booking.selectors.free_time import Question, find_free_days, find_free_time
from booking.services.blocks import block_space, lift_block
from booking.services.holds import SlotTaken, hold_space
from booking.services.locations import create_location
from booking.services.reservations import Visitor, book_space
from booking.slots import SlotId, read_slot_id
from booking.states import SlotState

S = SlotState


@pytest.fixture
def see(now, make_stay):
    def look(space, *, booker="", day: date | None = None):
        shown = day or make_stay().start.date()
        return list_slots_of_day(space, shown, booker=booker, now=now)

    return look


def at(slots, hour: int):
    return next(one for one in slots if one.stay.start.hour == hour)


def test_an_id_says_what_it_names(space, stay) -> None:
    slot = SlotId(space=space.public_id, stay=stay)

    assert read_slot_id(str(slot)) == slot


@pytest.mark.parametrize(
    "text",
    [
        "",
        "slot_",
        "slot_01jd3v00000000000000000000_20261332t1000z_60",
        "slot_01jd3v00000000000000000000_20260101t1000z_0",
        "slot_01jd3v00000000000000000000_99991231t2300z_99999",
        "slot_01jd3v00000000000000000000_20260101t1000z_60 ",
        "space_01jd3v00000000000000000000_20260101t1000z_60",
    ],
)
def test_what_names_no_slot_is_nothing(text: str) -> None:
    assert read_slot_id(text) is None


def test_a_free_day_has_a_slot_for_each_hour(space, see) -> None:
    slots = see(space)

    assert len(slots) == 12
    assert {slot.state for slot in slots} == {S.FREE}


def test_each_reason_shows_as_what_it_is(space, see, make_stay, booker, contact_actor, now) -> None:
    ask = {"booker": booker, "actor": contact_actor, "now": now}
    hold = hold_space(space, stay=make_stay(9), **ask)
    visitor = Visitor(name="Gino", email="gino@trattoria.test")
    book_space(space, stay=make_stay(10), visitor=visitor, **ask)
    block_space(space, period=make_stay(11), actor=contact_actor)

    mine, others = see(space, booker=booker.key), see(space)

    assert [at(mine, hour).state for hour in (9, 10, 11, 12)] == [
        S.HELD,
        S.BOOKED,
        S.BLOCKED,
        S.FREE,
    ]
    assert [at(mine, hour).is_mine for hour in (9, 10, 11, 12)] == [True, True, False, False]
    assert [at(others, hour).is_mine for hour in (9, 10, 11, 12)] == [False] * 4
    assert at(others, 9).held_until == hold.expires_at
    assert at(others, 10).held_until is None


def test_a_booked_part_shows_on_the_whole(space, make_space, see, stay, booker, contact_actor, now):
    part = make_space(name="Sinistra", parent=space)
    twin = make_space(name="Destra", parent=space)
    hold_space(part, stay=stay, booker=booker, actor=contact_actor, now=now)

    assert at(see(space), 10).state == S.HELD
    assert at(see(twin), 10).state == S.FREE


def test_places_left_are_counted(make_space, see, stay, booker, rival, contact_actor, now) -> None:
    tables = make_space(name="Banco", capacity=2, seats=2)
    hold_space(tables, stay=stay, booker=booker, actor=contact_actor, now=now)

    assert (at(see(tables), 10).state, at(see(tables), 10).free_seats) == (S.FREE, 1)

    hold_space(tables, stay=stay, booker=rival, actor=contact_actor, now=now)
    assert (at(see(tables), 10).state, at(see(tables), 10).free_seats) == (S.HELD, 0)


def test_a_day_off_shows_closed_slots(space, see, make_stay) -> None:
    day = make_stay().start.date()
    OpeningException.objects.create(location=space.location, first_day=day, last_day=day)

    assert {slot.state for slot in see(space)} == {S.CLOSED}


def test_a_day_without_hours_has_no_slots(owner_actor, make_space, see) -> None:
    shut = create_location(actor=owner_actor, name="Chiuso")

    assert see(make_space(location=shut)) == []


def test_italian_holidays_are_days_off(owner_actor, make_space, now) -> None:
    week = [Hours(weekday=day, opens=540, closes=1080) for day in range(7)]
    room = make_space(location=create_location(actor=owner_actor, name="Roma", opening_hours=week))

    next_year = now.year + 1
    christmas = list_slots_of_day(room, date(next_year, 12, 25), booker="", now=now)
    day_before = list_slots_of_day(room, date(next_year, 12, 24), booker="", now=now)

    assert {slot.state for slot in christmas} == {S.CLOSED}
    assert {slot.state for slot in day_before} == {S.FREE}


def test_the_day_on_which_clocks_change_keeps_its_hours(owner_actor, make_space) -> None:
    week = [Hours(weekday=6, opens=0, closes=24 * 60)]
    house = create_location(
        actor=owner_actor, name="Roma", opening_hours=week, keeps_holidays=False
    )
    room = make_space(location=house)

    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)):
        found = [
            len(list_slots_of_day(room, day, booker="", now=datetime(2026, 3, 1, tzinfo=UTC)))
            for day in (date(2026, 3, 22), date(2026, 3, 29), date(2026, 10, 25))
        ]

    assert found == [24, 23, 25]


def test_what_has_passed_is_past(space, make_stay) -> None:
    day = make_stay().start.date()

    later = list_slots_of_day(space, day, booker="", now=make_stay(12).start)

    assert [at(later, hour).state for hour in (8, 10, 11, 12)] == [S.PAST, S.PAST, S.PAST, S.FREE]


def test_a_block_waits_for_nobody_and_can_be_lifted(space, see, stay, booker, owner_actor, now):
    hold_space(space, stay=stay, booker=booker, actor=owner_actor, now=now)
    with pytest.raises(SlotTaken):
        block_space(space, period=stay, actor=owner_actor)
    after = type(stay)(start=stay.end, end=stay.end + timedelta(hours=2))
    block = block_space(space, period=after, actor=owner_actor, reason="Pulizie")

    lift_block(block, actor=owner_actor)
    lift_block(block, actor=owner_actor)

    assert at(see(space), 11).state == S.FREE


def test_free_time_is_what_slots_say(space, see, make_stay, booker, contact_actor, now) -> None:
    room = space
    room.buffer_minutes = 60
    room.save()
    hold_space(room, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)
    day = make_stay().start.date()

    free = find_free_days([room], first_day=day, last_day=day)[room.pk]

    assert [(one.start.hour, one.end.hour) for one in free] == [(8, 9), (12, 20)]
    assert [slot.stay.start.hour for slot in see(room) if slot.state == S.FREE] == [
        8,
        *range(12, 20),
    ]


def test_nobody_asks_about_nothing(space) -> None:
    assert find_free_time([]) == {}
    assert find_free_time([Question(space=space, open_periods=[])]) == {space.pk: []}


def test_the_clock_is_the_databases(in_agency) -> None:
    assert abs(read_clock() - timezone.now()) < timedelta(minutes=1)


@pytest.mark.parametrize("count", [1, 3])
def test_free_time_of_many_spaces_takes_one_statement(
    make_space, make_stay, django_assert_num_queries, count
) -> None:
    rooms = [make_space(name=f"Sala {number}") for number in range(count)]
    day = make_stay().start.date()

    find_free_days(rooms, first_day=day, last_day=day)  # the hours are known from now on
    with django_assert_num_queries(1):
        free = find_free_days(rooms, first_day=day, last_day=day + timedelta(days=30))

    assert {len(periods) for periods in free.values()} == {31}
