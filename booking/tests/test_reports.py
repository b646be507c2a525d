"""The monthly report against worlds made by hand: every sum is known before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Block, LostDemand, Reservation, Space
from booking.months import Month
from booking.opening import Hours
from booking.report_access import access_report_spaces
from booking.report_shapes import Money, Report, Usage, sum_money
from booking.selectors.reports import has_own_spaces, list_report_spaces, read_report
from booking.services.locations import create_location
from booking.states import DemandReason, PaymentRule
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from tenants.billing.models import Payment, Refund
from tenants.billing.states import RefundState, SubjectKind
from tenants.payment_providers import PaymentProvider

ROME = ZoneInfo("Europe/Rome")
MARCH = Month(year=2026, number=3)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALWAYS = [Hours(weekday=day, opens=0, closes=24 * 60) for day in range(7)]


@pytest.fixture
def house(in_agency, owner_actor):
    """A house in Rome that never closes."""
    return create_location(
        actor=owner_actor,
        name="Casa Roma",
        time_zone="Europe/Rome",
        opening_hours=ALWAYS,
        keeps_holidays=False,
    )


@pytest.fixture
def make_room(house, make_space):
    """Return ``make_room(**fields)``: a room that has been there for years."""

    def make(**fields) -> Space:
        space = make_space(**{"location": house, **fields})
        Space.objects.filter(pk=space.pk).update(created_at=LONG_AGO)
        return Space.objects.select_related("location__customer").get(pk=space.pk)

    return make


@pytest.fixture
def room(make_room):
    return make_room(name="Sala Roma")


def book(space, day: date, hour: int, *, hours: float = 1, **fields) -> Reservation:
    """Write a reservation as it would be after its life: by the clock of the place."""
    start = datetime(day.year, day.month, day.day, hour, tzinfo=ROME).astimezone(UTC)
    lead = fields.pop("lead", timedelta(hours=2))
    reservation = Reservation.objects.create(
        **{
            "space": space,
            "claim": 0,
            "starts_at": start,
            "ends_at": start + timedelta(hours=hours),
            "state": "COMPLETED",
            "booker": "guest_x",
            "name": "Gino",
            "email": "gino@trattoria.test",
            "payment_rule": PaymentRule.PREPAID,
            **fields,
        }
    )
    Reservation.objects.filter(pk=reservation.pk).update(created_at=start - lead)
    return reservation


def pay(
    reservation: Reservation, amount: int, *back: tuple[int, str], state="CAPTURED", part=0
) -> None:
    payment = Payment.objects.create(
        subject_kind=SubjectKind.RESERVATION,
        subject=reservation.public_id,
        description="Sala",
        amount_minor=amount,
        currency="EUR",
        provider=PaymentProvider.SANDBOX,
        reference=f"{reservation.public_id}-{part}",
        part=part,
        state=state,
    )
    for number, (minor, refund_state) in enumerate(back):
        Refund.objects.create(
            payment=payment, cause=f"c{number}", amount_minor=minor, state=refund_state
        )


def read(*spaces: Space, month: Month = MARCH) -> Report:
    return read_report(spaces, month=month)


def test_an_empty_month_has_only_open_time(room) -> None:
    report = read(room)

    assert report.usage == Usage(sold_minutes=0, open_minutes=743 * 60)  # the clocks go forward
    assert (report.stays, report.money, report.lost_total) == (0, [], 0)
    assert (report.median_lead, report.currency, report.usage.percent) == (None, "EUR", 0.0)
    assert [line.usage.open_minutes for line in report.days][28] == 23 * 60
    assert Usage().share == 0.0


def test_october_has_an_hour_more(room) -> None:
    report = read(room, month=Month(year=2026, number=10))

    assert report.usage.open_minutes == 745 * 60
    assert report.days[24].usage.open_minutes == 25 * 60


def test_the_day_of_the_gap_is_full_with_23_hours(room) -> None:
    book(room, date(2026, 3, 29), 0, hours=23)

    report = read(room)

    day = report.days[28]
    assert (day.day, day.usage.percent) == (date(2026, 3, 29), 100.0)
    assert report.usage.sold_minutes == 23 * 60


@pytest.mark.parametrize("back", [(), ((1_220, "SUCCEEDED"),)])
def test_what_was_paid_twice_pays_for_no_other_stay(room, back) -> None:
    sold = {"total_minor": 1_220, "vat_minor": 220}
    twice = book(room, date(2026, 3, 2), 9, **sold)
    pay(twice, 1_220)
    pay(twice, 1_220, *back, part=1)
    book(room, date(2026, 3, 3), 9, state="CONFIRMED", **sold)

    money = read(room).money_in("EUR")

    assert (money.kept_minor, money.paid_minor, money.open_minor) == (2_440, 1_220, 1_220)


def test_money_is_counted_once_and_refunds_are_taken_off(room) -> None:
    sold = {"total_minor": 1_220, "vat_minor": 220}
    pay(book(room, date(2026, 3, 2), 9, **sold), 1_220)
    pay(
        book(room, date(2026, 3, 2), 11, **sold),
        1_220,
        (610, "SUCCEEDED"),
        (100, RefundState.FAILED),
    )
    called_off = book(room, date(2026, 3, 3), 9, state="CANCELLED", **sold)
    pay(called_off, 1_220, (610, RefundState.PENDING))
    book(room, date(2026, 3, 4), 9, state="CANCELLED", **sold)  # never paid
    pay(book(room, date(2026, 3, 4), 11, state="EXPIRED", **sold), 1_220, state="CANCELLED")
    book(room, date(2026, 3, 5), 9, state="CONFIRMED", **sold)  # paid later
    book(room, date(2026, 3, 6), 9)  # free of charge

    report = read(room)

    expected = Money(
        currency="EUR", sold_minor=4_880, refunded_minor=1_220, vat_minor=660, paid_minor=2_440
    )
    assert report.money == [expected]
    assert (expected.kept_minor, expected.net_minor) == (3_660, 3_000)
    assert expected.open_minor == 1_220  # the one that is paid later
    assert report.money_in("CHF") == Money(currency="CHF")
    assert report.stays == 4
    days = {line.day.day: line.money for line in report.days if line.money}
    assert {day: money[0].kept_minor for day, money in days.items()} == {2: 1_830, 3: 610, 5: 1_220}
    assert report.spaces[0].money == [expected]
    assert report.states == {"COMPLETED": 3, "CANCELLED": 2, "EXPIRED": 1, "CONFIRMED": 1}


def test_what_failed_and_went_back_was_never_sold(room) -> None:
    first = book(room, date(2026, 3, 3), 9, currency="EUR", total_minor=40_00)
    pay(first, 50_00, (50_00, RefundState.SUCCEEDED), state="FAILED")
    Payment.objects.update(reference="first")
    pay(first, 40_00)

    (money,) = read(room).money

    assert (money.sold_minor, money.refunded_minor) == (40_00, 0)


def test_currencies_are_never_added_up(room) -> None:
    book(room, date(2026, 3, 2), 9, total_minor=100, currency="CHF")
    book(room, date(2026, 3, 2), 11, total_minor=300)

    report = read(room)

    assert [(one.currency, one.sold_minor) for one in report.money] == [("EUR", 300), ("CHF", 100)]
    assert report.currency == "EUR"
    with pytest.raises(ValueError, match="cannot be added"):
        Money(currency="EUR") + Money(currency="CHF")
    assert sum_money([]) == []


def test_a_stay_counts_in_the_month_in_which_it_begins_by_the_clock_of_the_place(room) -> None:
    book(room, date(2026, 2, 28), 23, hours=2, total_minor=100)  # an hour of it in March
    book(room, date(2026, 3, 31), 23, hours=2, total_minor=200)
    book(room, date(2026, 4, 1), 0, total_minor=400)  # still March in UTC

    report = read(room)

    assert (report.stays, report.money[0].sold_minor) == (1, 200)
    assert report.usage.sold_minutes == 2 * 60  # the hour of February's stay, one of the 31st
    assert [report.days[0].stays, report.days[-1].stays] == [0, 1]


def test_a_hall_has_the_time_of_its_rooms(make_room) -> None:
    hall = make_room(name="Salone")
    left, right = (make_room(name=name, parent=hall) for name in ("Sinistra", "Destra"))
    book(hall, date(2026, 3, 2), 9, hours=2, total_minor=500)
    book(left, date(2026, 3, 3), 9, total_minor=100)

    report = read(hall, left, right)

    usage = {line.space.name: line.usage.sold_minutes for line in report.spaces}
    assert usage == {"Salone": 300, "Sinistra": 180, "Destra": 120}
    assert report.usage == Usage(sold_minutes=300, open_minutes=2 * 743 * 60)
    stays = {line.space.name: line.stays for line in report.spaces}
    assert stays == {"Salone": 1, "Sinistra": 1, "Destra": 0}
    assert read(left).usage.sold_minutes == 180
    assert read(left).money[0].sold_minor == 100


def test_each_place_has_time_of_its_own(make_room) -> None:
    desk = make_room(name="Banco", capacity=4, seats=4)
    book(desk, date(2026, 3, 2), 9, seat=0)
    book(desk, date(2026, 3, 2), 9, seat=3)

    report = read(desk)

    assert report.usage == Usage(sold_minutes=120, open_minutes=4 * 743 * 60)


def test_a_place_of_the_whole_is_no_part_of_a_room_in_it(make_room) -> None:
    hall = make_room(name="Salone", capacity=4)
    part = make_room(name="Angolo", parent=hall)
    Space.objects.filter(pk=hall.pk).update(seats=4)  # as it was possible once
    book(hall, date(2026, 3, 2), 9, seat=1)

    assert read(hall, part).usage.sold_minutes == 0


def test_blocked_time_is_not_open_but_what_was_sold_was(room) -> None:
    day = datetime(2026, 3, 2, tzinfo=ROME)
    times = {"starts_at": day, "ends_at": day + timedelta(days=1)}
    Block.objects.create(space=room, claim=0, **times)
    Block.objects.create(
        space=room, claim=0, lifted_at=day, starts_at=day, ends_at=day + timedelta(days=9)
    )
    book(room, date(2026, 3, 2), 9)

    report = read(room)

    assert report.usage.open_minutes == (743 - 24 + 1) * 60
    assert report.days[1].usage == Usage(sold_minutes=60, open_minutes=60)


def test_a_space_is_open_only_while_it_exists_and_can_be_booked(make_room) -> None:
    new, old, closed, gone = (make_room(name=name) for name in ("A", "B", "C", "D"))
    Space.objects.filter(pk=new.pk).update(created_at=datetime(2026, 3, 31, tzinfo=ROME))
    Space.objects.filter(pk=old.pk).update(archived_at=datetime(2026, 3, 2, tzinfo=ROME))
    Space.objects.filter(pk=closed.pk).update(is_bookable=False)
    Space.objects.filter(pk=gone.pk).update(archived_at=datetime(2026, 2, 28, tzinfo=ROME))

    spaces = Space.objects.select_related("location").filter(
        pk__in=[one.pk for one in (new, old, closed, gone)]
    )
    report = read(*spaces)

    usage = {line.space.name: line.usage.open_minutes // 60 for line in report.spaces}
    assert usage == {"A": 24, "B": 24, "C": 0}


def test_how_early_people_book(room) -> None:
    leads = [timedelta(hours=1), timedelta(hours=24), timedelta(days=2), timedelta(days=31)]
    for number, lead in enumerate(leads):
        book(room, date(2026, 3, 2 + number), 9, lead=lead)
    book(room, date(2026, 3, 9), 9, lead=timedelta(hours=-1))  # written down afterwards
    book(room, date(2026, 3, 10), 9, lead=timedelta(days=9), state="CANCELLED")

    report = read(room)

    assert report.lead == (3, 1, 0, 0, 1)
    assert report.median_lead == timedelta(hours=24)


def test_what_was_sold_at_each_price(room) -> None:
    line = {"kind": "HOUR", "quantity": 60, "unit_minor": 1_000, "amount_minor": 1_000, "label": ""}
    peak = {**line, "kind": "PEAK", "unit_minor": 1_500, "amount_minor": 1_500, "label": "Sera"}
    days = {**line, "kind": "DAY", "quantity": 2, "unit_minor": 300, "amount_minor": 600}
    off = {**line, "kind": "MEMBER", "quantity": 10, "unit_minor": 0, "amount_minor": -250}
    book(room, date(2026, 3, 2), 9, total_minor=2_850, price_lines=[line, peak, days, off])
    book(room, date(2026, 3, 3), 9, total_minor=1_000, price_lines=[line])
    book(room, date(2026, 3, 4), 9, total_minor=1_000, price_lines=[line], state="CANCELLED")
    book(room, date(2026, 3, 5), 9, price_lines=[{**line, "unit_minor": 0, "amount_minor": 0}])

    rates = [
        (one.kind, one.label, one.unit_minor, one.times, one.minutes, one.amount_minor)
        for one in read(room).rates
    ]

    assert rates == [
        ("HOUR", "", 1_000, 2, 120, 2_000),
        ("PEAK", "Sera", 1_500, 1, 60, 1_500),
        ("DAY", "", 300, 2, 0, 600),
        ("MEMBER", "", 0, 1, 0, -250),
    ]


def test_what_was_wanted_in_vain(make_room) -> None:
    one, two = make_room(name="A"), make_room(name="B")

    def lose(space, day, hour, reason, tries) -> None:
        LostDemand.objects.create(space=space, day=day, hour=hour, reason=reason, tries=tries)

    lose(one, date(2026, 3, 1), 9, "TAKEN", 2)
    lose(two, date(2026, 3, 31), 9, "TAKEN", 3)
    lose(two, date(2026, 3, 31), None, "NOTHING_FREE", 4)
    lose(two, date(2026, 4, 1), 9, "TAKEN", 100)
    lose(two, date(2026, 2, 28), 9, "TAKEN", 100)

    report = read(one, two)

    assert [(line.space.name, line.total) for line in report.lost] == [("B", 7), ("A", 2)]
    assert report.lost[0].tries == {DemandReason.TAKEN: 3, DemandReason.NOTHING_FREE: 4}
    assert (report.lost_total, report.lost_hours[9], sum(report.lost_hours)) == (9, 5, 5)


def test_three_spaces_are_read_with_as_many_queries_as_one(make_room) -> None:
    rooms = [make_room(name=name) for name in "ABC"]
    for number, room in enumerate(rooms):
        book(room, date(2026, 3, 2 + number), 9, total_minor=100)
    read(*rooms)  # remembers the hours

    counts = []
    for some in (rooms[:1], rooms):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(*some)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_who_sees_the_report_of_what(
    make_room, owner_actor, contact_actor, other_customer, house, customer
) -> None:
    room = make_room(name="Nostra")
    own = create_location(actor=owner_actor, name="Loro", customer=customer, opening_hours=ALWAYS)
    foreign = create_location(
        actor=owner_actor, name="Altri", customer=other_customer, opening_hours=ALWAYS
    )
    theirs, others = make_room(location=own, name="L"), make_room(location=foreign, name="A")

    def names(actor, **chosen) -> set[str]:
        return {one.name for one in access_report_spaces(actor, month=MARCH, **chosen)}

    assert names(owner_actor) == {"Nostra", "L", "A"}
    assert names(contact_actor) == {"L"}
    assert names(owner_actor, customer=customer.public_id) == {"L"}
    assert names(owner_actor, location=house.public_id) == {"Nostra"}
    assert names(owner_actor, space=room.public_id) == {"Nostra"}
    for hidden in ({"space": others.public_id}, {"location": house.public_id}):
        with pytest.raises(Missing):
            names(contact_actor, **hidden)
    assert has_own_spaces(contact_actor)
    assert not has_own_spaces(owner_actor)
    assert theirs.location_id == own.pk
    assert not list_report_spaces(ANONYMOUS, month=MARCH).exists()
    with pytest.raises(NotAllowed):
        names(ANONYMOUS)


def test_a_space_comes_with_its_parts(make_room, owner_actor) -> None:
    hall = make_room(name="Salone")
    make_room(name="Angolo", parent=hall)
    make_room(name="Altrove")

    found = access_report_spaces(owner_actor, month=MARCH, space=hall.public_id)

    assert {one.name for one in found} == {"Salone", "Angolo"}


def test_a_contact_without_the_permission_has_no_report(contact_actor, in_agency) -> None:
    assert not has_own_spaces(replace(contact_actor, permissions=frozenset()))
