"""Locations and spaces: what an agency offers."""

from __future__ import annotations

from datetime import date

import pytest

from booking.access import (
    access_block,
    access_location,
    access_public_space,
    access_reservation,
    access_slot,
    access_space,
)
from booking.models import Space
from booking.opening import DaysOff, Hours
from booking.selectors.hours import find_hours
from booking.selectors.places import (
    list_locations_for,
    list_public_spaces,
    list_spaces_for,
    search_locations,
    search_spaces,
)
from booking.selectors.reservations import list_reservations_for, search_reservations
from booking.services.blocks import block_space
from booking.services.exceptions import add_exception, remove_exception
from booking.services.locations import (
    HoursInvalid,
    TimeZoneUnknown,
    ZoneIsFixed,
    archive_location,
    change_location,
    create_location,
)
from booking.services.naming import NameMissing, StillReserved
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import (
    PartNotPossible,
    SpaceRulesInvalid,
    archive_space,
    change_space,
)
from booking.slots import SlotId
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.versions import Stale, version_of
from tenants.permissions import Permission
from tenants.services.plans import LimitReached, override_limits


@pytest.fixture
def book(stay, now, contact_actor, booker):
    def make(space, *, customer=None, stay=stay):
        return book_space(
            space,
            stay=stay,
            booker=booker,
            visitor=Visitor(name="Gino", email="gino@trattoria.test", customer=customer),
            actor=contact_actor,
            now=now,
        )

    return make


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, NameMissing),
        ({"name": "x" * 81}, NameMissing),
        ({"time_zone": "Europe/Atlantis"}, TimeZoneUnknown),
        ({"time_zone": "../etc/passwd"}, TimeZoneUnknown),
        ({"opening_hours": [Hours(weekday=0, opens=600, closes=600)]}, HoursInvalid),
        ({"opening_hours": [Hours(weekday=7, opens=600, closes=660)]}, HoursInvalid),
        ({"opening_hours": [Hours(weekday=0, opens=-1, closes=660)]}, HoursInvalid),
        ({"opening_hours": [Hours(weekday=0, opens=0, closes=1_441)]}, HoursInvalid),
        (
            {
                "opening_hours": [
                    Hours(weekday=0, opens=600, closes=700),
                    Hours(weekday=0, opens=690, closes=800),
                ]
            },
            HoursInvalid,
        ),
    ],
)
def test_locations_that_make_no_sense_are_refused(location, owner_actor, changes, reason) -> None:
    with pytest.raises(reason):
        create_location(**{"actor": owner_actor, "name": "Nuova", **changes})
    with pytest.raises(reason):
        change_location(location, actor=owner_actor, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "CASTLE"},
        {"payment": "BARTER"},
        {"slot_minutes": 3},
        {"slot_minutes": 1_441},
        {"min_minutes": 30},
        {"min_minutes": 90},
        {"max_minutes": 30},
        {"max_minutes": 50_000},
        {"buffer_minutes": 1_441},
        {"capacity": 0},
        {"seats": 2},
        {"payment": "PREPAID"},
        {"currency": "USD"},
        {"vat_percent": 101},
        {"late_refund_percent": 101},
    ],
)
def test_rules_that_contradict_each_other_are_refused(
    space, make_space, owner_actor, changes
) -> None:
    with pytest.raises(SpaceRulesInvalid) as refused:
        make_space(**changes)
    with pytest.raises(SpaceRulesInvalid):
        change_space(space, actor=owner_actor, **changes)
    assert refused.value.field in {*changes, "hourly_price"}


def test_what_was_seen_before_somebody_elses_change_is_not_written(
    location, space, owner_actor
) -> None:
    seen = version_of(location), version_of(space)
    change_location(location, actor=owner_actor, version=seen[0], name="Casa")
    change_space(space, actor=owner_actor, version=seen[1], name="Sala")

    with pytest.raises(Stale):
        change_location(location, actor=owner_actor, version=seen[0], name="Altra")
    with pytest.raises(Stale):
        change_space(space, actor=owner_actor, version=seen[1], name="Altra")


def test_the_clock_stays_while_people_have_reservations(location, space, owner_actor, book):
    changed = change_location(location, actor=owner_actor, time_zone="Europe/Rome")
    change_location(changed, actor=owner_actor, time_zone="Etc/UTC")
    book(space)

    with pytest.raises(ZoneIsFixed):
        change_location(location, actor=owner_actor, time_zone="Europe/Rome")
    assert change_location(location, actor=owner_actor, time_zone="Etc/UTC", address="Via Po 1")


def test_hours_are_replaced_as_a_whole(location, owner_actor) -> None:
    change_location(
        location, actor=owner_actor, opening_hours=[Hours(weekday=2, opens=60, closes=120)]
    )

    assert list(location.hours.values_list("weekday", "opens", "closes")) == [(2, 60, 120)]


def test_parts_lie_in_their_whole_and_nowhere_else(space, make_space, owner_actor) -> None:
    elsewhere = create_location(actor=owner_actor, name="Altrove")
    part = make_space(name="Parte", parent=space)
    deeper = make_space(name="Angolo", parent=part)
    seat = make_space(name="Posto", parent=deeper)

    assert space.unit_low < part.unit_low < part.unit_high <= space.unit_high
    with pytest.raises(PartNotPossible):
        make_space(name="Troppo", parent=seat)
    with pytest.raises(PartNotPossible):
        make_space(name="Altrove", parent=space, location=elsewhere)


def test_units_of_archived_spaces_are_never_given_out_again(make_space, owner_actor) -> None:
    first = make_space(name="Uno")
    archive_space(first, actor=owner_actor)

    assert make_space(name="Due").unit_low > first.unit_low


def test_the_plans_limit_holds(make_space, agency, owner_actor) -> None:
    override_limits(agency, actor=owner_actor, limits={"spaces": 1})
    make_space(name="Uno")

    with pytest.raises(LimitReached):
        make_space(name="Due")


def test_what_is_reserved_or_divided_is_not_archived(
    location, space, make_space, owner_actor, book
) -> None:
    part = make_space(name="Parte", parent=space)

    with pytest.raises(StillReserved):
        archive_space(space, actor=owner_actor)
    book(part)
    with pytest.raises(StillReserved):
        archive_space(part, actor=owner_actor)
    with pytest.raises(StillReserved):
        archive_location(location, actor=owner_actor)


def test_an_archived_location_takes_its_spaces_along(location, space, owner_actor) -> None:
    archive_location(location, actor=owner_actor)

    assert not list_locations_for(owner_actor).exists()
    assert not list_spaces_for(owner_actor).exists()
    assert not list_public_spaces().exists()


def test_customers_see_the_agencys_places_and_their_own(
    location, owner_actor, contact_actor, customer, other_customer
) -> None:
    own = create_location(actor=owner_actor, name="Gino", customer=customer)
    create_location(actor=owner_actor, name="Vigor", customer=other_customer)

    assert list(list_locations_for(contact_actor)) == [location, own]
    assert list_locations_for(owner_actor).count() == 3
    assert not list_locations_for(ANONYMOUS).exists()


def test_customers_see_their_reservations_and_those_in_their_places(
    location, make_space, owner_actor, contact_actor, customer, other_customer, book, make_stay
) -> None:
    own = create_location(
        actor=owner_actor,
        name="Gino",
        time_zone="Etc/UTC",
        customer=customer,
        keeps_holidays=False,
        opening_hours=[Hours(weekday=day, opens=0, closes=1_440) for day in range(7)],
    )
    mine = book(make_space(name="Sala A"), customer=customer)
    hosted = book(make_space(name="Sala B", location=own), customer=other_customer)
    foreign = book(make_space(name="Sala C"), customer=other_customer)

    assert set(list_reservations_for(contact_actor)) == {mine, hosted}
    assert set(list_reservations_for(owner_actor)) == {mine, hosted, foreign}
    assert not list_reservations_for(ANONYMOUS).exists()
    with pytest.raises(Missing):
        access_reservation(contact_actor, foreign.public_id)
    with pytest.raises(NotAllowed):
        access_reservation(contact_actor, hosted.public_id, permission=Permission.RESERVATION_MAKE)
    found = list_reservations_for(owner_actor)
    assert set(search_reservations(found, text="vigor")) == {hosted, foreign}
    assert search_reservations(found, text="").count() == 3


def test_searching_looks_at_names_and_addresses(location, space, owner_actor) -> None:
    change_location(location, actor=owner_actor, address="Via Garibaldi 7")

    assert list(search_spaces(list_spaces_for(owner_actor), text="garibaldi")) == [space]
    assert list(search_spaces(list_spaces_for(owner_actor), text="")) == [space]
    assert not search_spaces(list_spaces_for(owner_actor), text="mazzini").exists()


def test_only_what_exists_and_is_seen_is_fetched(
    location, space, make_space, owner_actor, viewer_actor, other_actor, stay
) -> None:
    block = block_space(space, period=stay, actor=owner_actor)
    slot = str(SlotId(space=space.public_id, stay=stay))
    club = make_space(name="Club", members_only=True)

    assert access_location(owner_actor, location.public_id) == location
    assert access_space(viewer_actor, space.public_id) == space
    assert access_slot(owner_actor, slot)[1].stay == stay
    assert access_block(owner_actor, block.public_id) == block
    assert access_public_space(space.public_id) == space
    for ask in (
        lambda: access_location(owner_actor, "loc_x"),
        lambda: access_space(owner_actor, "spc_x"),
        lambda: access_slot(owner_actor, "slot_x"),
        lambda: access_block(owner_actor, "blk_x"),
        lambda: access_reservation(owner_actor, "res_x"),
        lambda: access_public_space(club.public_id),
    ):
        with pytest.raises(Missing):
            ask()
    for refused in (
        lambda: access_space(viewer_actor, space.public_id, permission=Permission.SPACE_MANAGE),
        lambda: access_slot(viewer_actor, slot),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_hours_are_remembered_until_they_change(
    location, space, owner_actor, django_assert_num_queries
) -> None:
    def reload() -> Space:
        return Space.objects.select_related("location").get(pk=space.pk)

    find_hours(reload())
    with django_assert_num_queries(1):
        before = find_hours(reload())
    days = DaysOff(first_day=date(2030, 1, 7), last_day=date(2030, 1, 7))
    closed = add_exception(location, actor=owner_actor, days=days)
    during = find_hours(reload())
    remove_exception(closed, actor=owner_actor)
    after = find_hours(reload())
    change_location(location, actor=owner_actor, time_zone="Europe/Rome")

    assert (before.days_off, during.days_off, after.days_off) == ((), (days,), ())
    assert find_hours(reload()).zone.key == "Europe/Rome"


def test_locations_are_found_by_name_and_address(location, owner_actor) -> None:
    change_location(location, actor=owner_actor, address="Via Tortona 31")
    locations = list_locations_for(owner_actor)

    for text in ("", "casa", "tortona"):
        assert list(search_locations(locations, text=text)) == [location]
    assert list(search_locations(locations, text="torino")) == []


def test_guests_see_the_agencys_spaces_only(make_space, owner_actor, customer) -> None:
    house = create_location(actor=owner_actor, name="Di Bruna", customer=customer)
    own, theirs = make_space(), make_space(location=house)

    assert list(list_public_spaces()) == [own]
    assert access_public_space(own.public_id) == own
    with pytest.raises(Missing):
        access_public_space(theirs.public_id)
