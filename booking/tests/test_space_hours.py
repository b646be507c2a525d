"""A space that is open at other hours than its location."""

from __future__ import annotations

import pytest

from booking.models import OpeningRule, Space
from booking.opening import Hours
from booking.selectors.hours import find_hours
from booking.services.locations import HoursInvalid
from booking.services.space_hours import change_space_hours
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale, version_of

MORNINGS = [Hours(weekday=day, opens=9 * 60, closes=12 * 60) for day in range(7)]


def hours_of(space: Space) -> list[tuple[int, int]]:
    rules = find_hours(Space.objects.select_related("location").get(pk=space.pk))
    return sorted({(one.opens, one.closes) for one in rules.hours})


def test_its_own_hours_count_until_it_has_none(space, make_space, owner_actor) -> None:
    other = make_space(name="Altra")

    changed = change_space_hours(
        space, reversed(MORNINGS), actor=owner_actor, version=version_of(space)
    )

    assert (hours_of(space), hours_of(other)) == ([(540, 720)], [(480, 1200)])
    assert change_space_hours(changed, [], actor=owner_actor).location == space.location
    assert hours_of(space) == [(480, 1200)]
    first, last = ActivityEntry.objects.filter(event="booking.space.changed").order_by("pk")
    assert first.details["opening_hours"][1][0] == "0 540-720"
    assert last.details["opening_hours"][1] == []


def test_impossible_hours_are_refused(space, owner_actor) -> None:
    with pytest.raises(HoursInvalid):
        change_space_hours(space, [Hours(weekday=0, opens=600, closes=540)], actor=owner_actor)

    assert not OpeningRule.objects.filter(space=space).exists()


def test_who_was_slower_is_told(space, owner_actor) -> None:
    seen = version_of(space)
    change_space_hours(space, MORNINGS, actor=owner_actor, version=seen)

    with pytest.raises(Stale):
        change_space_hours(space, [], actor=owner_actor, version=seen)
