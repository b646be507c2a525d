"""Many people want the same at the same moment."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from booking.bookers import Booker
from booking.conftest import WEEK
from booking.models import Hold, Space
from booking.periods import Period
from booking.selectors.calendar import list_seats
from booking.services.claims import give_back, take
from booking.services.holds import change_hold, hold_space
from booking.services.locations import create_location
from booking.services.spaces import create_space
from booking.states import ClaimKind
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.models import Agency
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 20
_OVERLAPS = """
    SELECT count(*) FROM booking_claim a JOIN booking_claim b
    ON a.id < b.id AND a.unit && b.unit AND a.busy && b.busy AND a.valid && b.valid
"""


def make_world(**fields) -> tuple[Agency, Space]:
    """Return an agency with one space that is open every day."""
    agency = Agency.objects.select_related("plan").get(slug="acme")
    actor = system_actor(agency)
    with agency_scope(agency):
        house = create_location(
            actor=actor,
            name="Casa",
            time_zone="Etc/UTC",
            opening_hours=WEEK,
            keeps_holidays=False,
        )
        return agency, create_space(actor=actor, location=house, name="Sala", **fields)


def tomorrow(hour: int, *, hours: int = 1) -> Period:
    """Return a time of the next day."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + timedelta(days=1, hours=hour)
    return Period(start=start, end=start + timedelta(hours=hours))


def count_overlaps() -> int:
    """Count the pairs of claims of which one must not exist."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        return int(cursor.fetchone()[0])


def hold_at_once(agency: Agency, space: Space, *, key: str = "") -> Counter[str]:
    """Let twenty people ask for the same hour; count what they are told."""

    def ask(number: int) -> str:
        booker = Booker(key=key or f"guest_{number}", is_guest=True)
        with agency_scope(agency):
            hold_space(
                space,
                stay=tomorrow(10 + (number % 8 if key else 0)),
                booker=booker,
                actor=ANONYMOUS,
                now=timezone.now(),
            )
        return "held"

    results = run_together(PEOPLE, ask)
    return Counter(str(getattr(one, "code", one)) for one in results)


def test_one_of_twenty_gets_the_room() -> None:
    agency, space = make_world()

    assert hold_at_once(agency, space) == {"held": 1, "slot_taken": PEOPLE - 1}


def test_as_many_as_there_are_places_get_one() -> None:
    agency, space = make_world(capacity=5, seats=5)

    assert hold_at_once(agency, space) == {"held": 5, "slot_taken": PEOPLE - 5}
    with agency_scope(agency):
        assert set(Hold.objects.values_list("seat", flat=True)) == set(range(5))


def test_one_person_at_twenty_windows_holds_three_times() -> None:
    agency, space = make_world()

    assert hold_at_once(agency, space, key="guest_greedy")["held"] == 3


def test_two_who_want_each_others_time_are_both_told_no() -> None:
    """Each gives its own back and takes the other's: without a queue both would wait for ever."""
    agency, space = make_world()
    times = [tomorrow(10), tomorrow(11)]
    bookers = [Booker(key=f"guest_{number}", is_guest=True) for number in range(2)]
    with agency_scope(agency):
        now = timezone.now()
        holds = [
            hold_space(space, stay=stay, booker=booker, actor=ANONYMOUS, now=now)
            for stay, booker in zip(times, bookers, strict=True)
        ]

    def swap(number: int) -> None:
        with agency_scope(agency):
            change_hold(
                holds[number],
                stay=times[1 - number],
                booker=bookers[number],
                actor=ANONYMOUS,
                now=timezone.now(),
            )

    for _round in range(5):
        results = run_together(2, swap)
        assert [getattr(one, "code", one) for one in results] == ["slot_taken"] * 2

    with agency_scope(agency):
        assert count_overlaps() == 0


def test_whole_parts_and_seats_never_overlap_whatever_comes() -> None:
    """Random claims of random lengths on a tree of spaces, some given back: no pair overlaps."""
    agency, hall = make_world(capacity=4)
    with agency_scope(agency):
        actor = system_actor(agency)
        part = create_space(actor=actor, location=hall.location, name="Parte", parent=hall)
    hall.seats = 4  # what nobody can set up, claims bear all the same
    units = [hall.unit, part.unit, *list_seats(hall)]

    def claim(number: int) -> int:
        choice = random.Random(number)
        made = 0
        with agency_scope(agency):
            for attempt in range(40):
                stay = tomorrow(choice.randrange(8, 18), hours=choice.randrange(1, 3))
                subject = f"hold_{number}_{attempt}"
                lasting = choice.choice([timedelta(milliseconds=5), timedelta(minutes=1), None])
                made += bool(
                    take(
                        choice.choice(units),
                        start=stay.start,
                        end=stay.end,
                        kind=ClaimKind.HOLD,
                        subject=subject,
                        lasting=lasting,
                    )
                )
                if choice.random() < 0.5:
                    give_back(subject)
        return made

    results = run_together(8, claim)

    assert all(isinstance(one, int) for one in results), results
    assert sum(results) > 40
    with agency_scope(agency):
        assert count_overlaps() == 0
