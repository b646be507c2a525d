"""Days on which a place is closed, or open at other hours."""

from __future__ import annotations

from datetime import date

import pytest

from booking.access import access_exception
from booking.models import OpeningException
from booking.opening import DaysOff
from booking.selectors.hours import find_hours
from booking.services.exceptions import ExceptionInvalid, add_exception, remove_exception
from booking.services.locations import create_location
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from tenants.permissions import Permission

DAY = date(2026, 12, 7)


def _days(**changes) -> DaysOff:
    return DaysOff(**{"first_day": DAY, "last_day": DAY, **changes})


def test_a_closed_day_has_no_hours_until_the_exception_is_removed(space, owner_actor) -> None:
    closed = add_exception(space.location, actor=owner_actor, days=_days(), reason=" Ponte ")
    assert find_hours(space).list_open(DAY, DAY) == []

    remove_exception(closed, actor=owner_actor)
    remove_exception(closed, actor=owner_actor)

    assert closed.reason == "Ponte"
    assert find_hours(space).list_open(DAY, DAY)
    assert ActivityEntry.objects.filter(event="booking.location.changed").count() == 2


def test_other_hours_may_be_for_one_space_only(space, make_space, owner_actor) -> None:
    other = make_space(name="Sala Rossa")
    days = _days(opens=10 * 60, closes=26 * 60)

    add_exception(space.location, actor=owner_actor, days=days, space=space)

    assert find_hours(space).list_open(DAY, DAY)[0].length.total_seconds() == 16 * 3_600
    assert find_hours(other).list_open(DAY, DAY)[0].length.total_seconds() == 12 * 3_600


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": date(2026, 12, 6)}, "last_day"),
        ({"last_day": date(2027, 12, 8), "is_yearly": True}, "last_day"),
        ({"opens": 600}, "closes"),
        ({"closes": 600}, "closes"),
        ({"opens": 600, "closes": 600}, "closes"),
        ({"opens": 1_440, "closes": 1_500}, "closes"),
        ({"opens": -5, "closes": 600}, "closes"),
        ({"opens": 0, "closes": 1_441}, "closes"),
    ],
)
def test_days_and_hours_that_make_no_sense_are_refused(space, owner_actor, changes, field) -> None:
    with pytest.raises(ExceptionInvalid) as error:
        add_exception(space.location, actor=owner_actor, days=_days(**changes))

    assert error.value.field == field
    assert not OpeningException.objects.exists()


def test_a_long_reason_and_a_space_elsewhere_are_refused(space, owner_actor) -> None:
    elsewhere = create_location(actor=owner_actor, name="Altrove")

    with pytest.raises(ExceptionInvalid):
        add_exception(space.location, actor=owner_actor, days=_days(), reason="x" * 81)
    with pytest.raises(ExceptionInvalid):
        add_exception(elsewhere, actor=owner_actor, days=_days(), space=space)


def test_an_exception_is_found_by_who_sees_its_location(space, owner_actor, contact_actor) -> None:
    closed = add_exception(space.location, actor=owner_actor, days=_days())

    assert access_exception(owner_actor, closed.public_id) == closed
    with pytest.raises(NotAllowed):
        access_exception(contact_actor, closed.public_id, permission=Permission.SPACE_MANAGE)
    with pytest.raises(Missing):
        access_exception(owner_actor, "opx_0")
