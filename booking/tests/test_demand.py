"""What people wanted in vain is counted, whatever becomes of the transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from booking.models import LostDemand
from booking.periods import Period
from booking.services import demand as module
from booking.services.demand import (
    DemandCounter,
    Wish,
    counts_refusals,
    demand,
    note_lost_demand,
    note_nothing_free,
)
from booking.services.holds import SlotTaken, change_hold, hold_space
from booking.services.reservations import BookerUnknown, Visitor, book_space
from booking.states import DemandReason
from spotex.kernel.errors import Missing
from spotex.kernel.tenancy import current_schema

DAY = date(2030, 1, 7)


@pytest.fixture(autouse=True)
def _nothing_counted():
    demand.take()
    yield
    demand.take()


def counted() -> list[tuple]:
    demand.write()
    rows = LostDemand.objects.order_by("day", "hour", "reason")
    return list(rows.values_list("space__name", "day", "hour", "reason", "tries"))


def wish(space, *, hour: int | None = 10, schema: str = "") -> Wish:
    return Wish(schema or current_schema(), space.pk, DAY, hour, DemandReason.TAKEN)


def test_a_refused_hold_is_counted_by_hour_of_the_place(
    space, stay, rival, booker, contact_actor, now
) -> None:
    given = {"stay": stay, "actor": contact_actor, "now": now}
    hold_space(space, booker=rival, **given)

    for _try in range(2):
        with pytest.raises(SlotTaken):
            hold_space(space, booker=booker, **given)

    assert counted() == [(space.name, stay.start.date(), 10, "TAKEN", 2)]


def test_later_tries_are_added(space) -> None:
    start = datetime(2030, 1, 7, 10, 30, tzinfo=UTC)
    for _try in range(2):
        note_lost_demand(space, start=start, reason=DemandReason.LIMIT)
        note_nothing_free(space, day=DAY)
        demand.write()
    demand.write()

    rows = {(row.hour, row.reason): row.tries for row in LostDemand.objects.all()}

    assert rows == {(10, "LIMIT"): 2, (None, "NOTHING_FREE"): 2}


def test_changing_a_hold_and_booking_are_counted_too(
    space, stay, make_stay, rival, booker, contact_actor, now
) -> None:
    given = {"actor": contact_actor, "now": now}
    later = make_stay(12)
    hold_space(space, stay=later, booker=rival, **given)
    hold = hold_space(space, stay=stay, booker=booker, **given)
    with pytest.raises(SlotTaken):
        change_hold(hold, stay=later, booker=booker, **given)
    with pytest.raises(SlotTaken):
        book_space(
            space,
            stay=later,
            booker=booker,
            visitor=Visitor(name="Gino", email="gino@trattoria.test"),
            **given,
        )

    assert counted() == [(space.name, later.start.date(), 12, "TAKEN", 2)]


def test_mistakes_of_the_caller_are_no_demand(space, stay, booker, contact_actor, now) -> None:
    with pytest.raises(BookerUnknown):
        book_space(
            space,
            stay=stay,
            booker=booker,
            visitor=Visitor(name="", email=""),
            actor=contact_actor,
            now=now,
        )

    assert counted() == []


def test_closed_hours_and_rules_are_told_apart(
    space, make_stay, booker, contact_actor, now
) -> None:
    night, far, short = make_stay(2), make_stay(10, day=200), make_stay(10)
    short = Period(start=short.start, end=short.start + timedelta(minutes=3))
    for wanted in (night, far, short):
        with pytest.raises(Exception, match=r".") as refused:
            hold_space(space, stay=wanted, booker=booker, actor=contact_actor, now=now)
        assert refused.value.code in module.REASONS

    assert sorted(row[3] for row in counted()) == ["CLOSED", "LIMIT", "LIMIT"]


def test_only_refusals_are_looked_at() -> None:
    @counts_refusals
    def refuse() -> None:
        raise Missing("nothing")

    with pytest.raises(Missing):
        refuse()

    assert demand.take() == {}


def test_a_space_that_is_gone_counts_for_nothing(space) -> None:
    demand.add(Wish(current_schema(), space.pk + 1_000, DAY, 9, DemandReason.TAKEN))
    demand.add(wish(space))

    assert [row[4] for row in counted()] == [1]


def test_what_a_disturbed_database_refuses_waits(space) -> None:
    counter = DemandCounter()
    counter.add(wish(space), 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fill_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON booking_lostdemand "
            "FOR EACH ROW EXECUTE FUNCTION fill_disk()"
        )
    counter.write()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full_disk ON booking_lostdemand")
    counter.write()

    assert LostDemand.objects.get().tries == 3
    assert counter.take() == {}


def test_what_can_never_be_written_is_forgotten_alone(space) -> None:
    counter = DemandCounter()
    counter.add(wish(space, schema="agency_0gone"))
    counter.add(wish(space), 3)

    counter.write()

    assert LostDemand.objects.get().tries == 3
    assert counter.take() == {}


def test_memory_is_bounded(space, monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_KINDS", 2)
    counter = DemandCounter()
    for hour in (1, 2, 3, 1):
        counter.add(wish(space, hour=hour))

    assert {one.hour: times for one, times in counter.take().items()} == {1: 2, 2: 1}


@pytest.mark.django_db(transaction=True)
def test_a_thread_of_its_own_writes_it(space, settings) -> None:
    settings.SPOTEX_DEMAND_SECONDS = 3_600
    counter = DemandCounter()
    counter.add(wish(space))
    timer = counter._timer
    counter.add(wish(space))
    assert timer is not None
    assert counter._timer is timer
    timer.cancel()
    timer.join()

    thread = Thread(target=timer.function)
    thread.start()
    thread.join()

    assert LostDemand.objects.get().tries == 2
    assert counter._timer is None
