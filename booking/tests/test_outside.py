"""Calendars elsewhere keep spaces busy, and never take what is sold."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from booking.due_handlers import read_due_calendar, try_event_again
from booking.due_kinds import READ_CALENDAR, SETTLE_EVENT
from booking.models import OutsideCalendar, OutsideEvent, Reservation
from booking.outside_access import access_conflict, access_outside_calendar
from booking.periods import Period, merge
from booking.selectors.calendar import list_occupied
from booking.selectors.outside import (
    list_collisions,
    list_conflicts_for,
    list_outside_calendars_for,
)
from booking.services import outside as service
from booking.services.blocks import block_space, lift_block
from booking.services.cancelling import cancel_reservation
from booking.services.claims import give_back
from booking.services.holds import SlotTaken, hold_space, release_hold
from booking.services.outside import (
    EVERY,
    OutsideAddressInvalid,
    OutsideFileUnusable,
    TooManyCalendars,
    add_outside_calendar,
    add_outside_file,
    ignore_outside_event,
    read_outside_calendar,
    read_soon,
    remove_outside_calendar,
    retry_outside_event,
)
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import archive_space
from booking.states import ClaimKind, OutsideState
from booking.tests.outside_server import serve
from spotex.kernel.errors import Missing
from spotex.kernel.limits import LimitExceeded
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import enter_schema
from tenants.models import DueWork

S = OutsideState


def write(*stays, titles=(), extra="") -> bytes:
    """Write a calendar with an event for each stay; their ids follow their places."""
    names = [*titles, *("Gita",) * len(stays)]
    events = [
        f"BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:{names[number]}\r\n"
        f"DTSTART:{stay.start:%Y%m%dT%H%M%SZ}\r\nDTEND:{stay.end:%Y%m%dT%H%M%SZ}\r\n{extra}"
        "END:VEVENT\r\n"
        for number, stay in enumerate(stays)
    ]
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\n"
    return f"{head}{''.join(events)}END:VCALENDAR\r\n".encode()


@pytest.fixture
def server(settings):
    settings.SPOTEX_TRUSTED_NETWORKS = ["127.0.0.1/32"]
    with serve() as (url, script):
        yield url, script


@pytest.fixture
def calendar(space, server, owner_actor, now) -> OutsideCalendar:
    return add_outside_calendar(space, actor=owner_actor, name="Google", url=server[0], at=now)


@pytest.fixture
def follow(calendar, server, owner_actor, now):
    """Return ``follow(*stays)``: the other calendar says this, and is read."""

    def make(*stays, minutes: float = 0, **more):
        server[1].say(write(*stays, **more))
        return again(minutes=minutes)

    def again(*, minutes: float = 0):
        row = OutsideCalendar.objects.select_related("space__location").get(pk=calendar.pk)
        return read_outside_calendar(row, actor=owner_actor, at=now + timedelta(minutes=minutes))

    make.again = again
    return make


@pytest.fixture
def book(space, booker, contact_actor, now):
    def make(stay, *, space=space) -> Reservation:
        visitor = Visitor(name="Gino", email="gino@trattoria.test")
        return book_space(
            space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
        )

    return make


def states() -> list[str]:
    return list(OutsideEvent.objects.order_by("starts_at", "pk").values_list("state", flat=True))


def busy(space, stay) -> list[tuple[str, object, object]]:
    found = list_occupied(space, stay)
    return sorted((one.kind.value, one.busy.start, one.busy.end) for one in found)


def test_what_is_busy_elsewhere_cannot_be_booked(
    follow, space, make_stay, booker, contact_actor, now
) -> None:
    stay = make_stay(10)
    follow(stay)

    assert busy(space, stay) == [(ClaimKind.EXTERNAL, stay.start, stay.end)]
    with pytest.raises(SlotTaken):
        hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)
    assert ActivityEntry.objects.filter(event="booking.outside.changed").count() == 1


def test_changes_and_disappearances_are_followed(follow, space, make_stay) -> None:
    day = make_stay(8, hours=12)
    follow(make_stay(10), make_stay(14))
    follow(make_stay(11))

    assert busy(space, day) == [("EXTERNAL", make_stay(11).start, make_stay(11).end)]
    assert sorted(states()) == ["BUSY", "GONE", "GONE"]
    follow()
    assert busy(space, day) == []


def test_reading_the_same_again_changes_nothing(follow, make_stay) -> None:
    follow(make_stay(10), titles=["Gita"])
    first = OutsideEvent.objects.get()

    follow(make_stay(10), titles=["Festa"])

    event = OutsideEvent.objects.get()
    assert (event.pk, event.title) == (first.pk, "Festa")
    assert ActivityEntry.objects.filter(event="booking.outside.changed").count() == 1


def test_what_is_sold_stays_sold(follow, book, space, make_stay, owner_actor) -> None:
    stay = book(make_stay(10))
    follow(make_stay(10, hours=2))

    event = list_conflicts_for(owner_actor).get()
    assert busy(space, make_stay(8, hours=12)) == [("RESERVATION", stay.starts_at, stay.ends_at)]
    assert list_collisions([event]) == {event.pk: [stay]}
    assert list_collisions([]) == {}


def test_only_what_is_in_the_way_is_named(follow, book, make_space, make_stay, owner_actor) -> None:
    other = make_space(name="Altrove")
    stay, _before, _elsewhere = (
        book(make_stay(10)),
        book(make_stay(8)),
        book(make_stay(11), space=other),
    )
    book(make_stay(13))
    follow(make_stay(10, hours=2), make_stay(13))

    events = list(list_conflicts_for(owner_actor))
    found = list_collisions(events)
    assert [len(found[event.pk]) for event in events] == [1, 1]
    assert found[events[0].pk] == [stay]


def test_cancelling_the_reservation_lets_the_event_in(
    follow, book, space, make_stay, owner_actor, now
) -> None:
    stay, wanted = book(make_stay(10)), make_stay(10, hours=2)
    follow(wanted)

    cancel_reservation(stay, actor=owner_actor, now=now)

    assert states() == [S.BUSY]
    assert busy(space, wanted) == [("EXTERNAL", wanted.start, wanted.end)]


def test_an_ignored_event_does_not_come_back_until_it_moves(
    follow, book, make_stay, owner_actor
) -> None:
    book(make_stay(10))
    follow(make_stay(10, hours=2))
    event = access_conflict(owner_actor, OutsideEvent.objects.get().public_id)

    ignore_outside_event(event, actor=owner_actor)
    ignore_outside_event(event, actor=owner_actor)
    follow(make_stay(10, hours=2))

    assert states() == [S.IGNORED]
    assert ActivityEntry.objects.filter(event="booking.outside.ignored").count() == 1
    with pytest.raises(Missing):
        access_conflict(owner_actor, event.public_id)
    follow(make_stay(10, hours=3))
    assert sorted(states()) == [S.CONFLICT, S.GONE]


def test_looking_again_finds_what_became_free(
    follow, space, make_stay, booker, contact_actor, owner_actor, now
) -> None:
    hold = hold_space(space, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)
    follow(make_stay(10))
    event = OutsideEvent.objects.get()
    assert not retry_outside_event(event, actor=owner_actor, at=now)

    give_back(hold.public_id)

    assert retry_outside_event(event, actor=owner_actor, at=now)
    assert not retry_outside_event(event, actor=owner_actor, at=now)


def test_a_hold_that_is_given_back_lets_the_event_in(
    follow, space, make_stay, booker, contact_actor, now
) -> None:
    hold = hold_space(space, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)
    follow(make_stay(10))
    assert states() == [S.CONFLICT]

    release_hold(hold, booker=booker, actor=contact_actor)

    assert states() == [S.BUSY]


def test_an_event_is_tried_again_when_the_hold_in_its_way_is_over(
    follow, space, make_stay, booker, contact_actor, agency, now
) -> None:
    hold = hold_space(space, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)
    follow(make_stay(10))
    event = OutsideEvent.objects.get()
    planned = DueWork.objects.get(kind=SETTLE_EVENT, key=event.public_id)
    assert planned.due_at == hold.expires_at + timedelta(seconds=1)
    due = {"key": event.public_id, "agency_id": agency.pk, "at": now}

    assert try_event_again(**due) is None
    enter_schema(agency.schema_name)
    assert states() == [S.CONFLICT]
    give_back(hold.public_id)
    assert try_event_again(**due) is None

    enter_schema(agency.schema_name)
    assert states() == [S.BUSY]


def test_what_is_booked_is_not_waited_for(follow, book, make_stay) -> None:
    book(make_stay(10))

    follow(make_stay(10))

    assert not DueWork.objects.filter(kind=SETTLE_EVENT).exists()


@pytest.mark.parametrize("is_whole_first", [True, False])
def test_a_part_that_is_busy_elsewhere_leaves_the_rest_of_the_whole_to_it(
    make_space, make_stay, owner_actor, now, is_whole_first
) -> None:
    hall = make_space(name="Salone")
    parts = [make_space(name=f"Sala {number}", parent=hall) for number in range(3)]
    long, short = make_stay(10, hours=3), make_stay(11)
    said = [(hall, long), (parts[1], short)]

    for space, stay in said if is_whole_first else reversed(said):
        add_outside_file(space, actor=owner_actor, name="File", content=write(stay), at=now)

    assert states() == [S.BUSY, S.BUSY]
    for part in parts:
        found = merge(one.busy for one in list_occupied(part, long))
        assert list(found) == [Period(start=long.start, end=long.end)]


def test_a_part_that_is_blocked_leaves_the_rest_of_the_whole_to_the_event(
    make_space, make_stay, owner_actor, booker, contact_actor, now
) -> None:
    hall = make_space(name="Salone")
    blocked, other = (make_space(name=name, parent=hall) for name in ("Sala 1", "Sala 2"))
    block_space(blocked, period=make_stay(10), actor=owner_actor)

    add_outside_file(hall, actor=owner_actor, name="File", content=write(make_stay(10)), at=now)

    assert states() == [S.BUSY]
    with pytest.raises(SlotTaken):
        hold_space(other, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)


def test_an_agency_does_not_keep_the_machine_busy_with_files(
    space, owner_actor, make_stay, now, monkeypatch
) -> None:
    monkeypatch.setattr(service, "FILES_PER_HOUR", 1)
    more = {"actor": owner_actor, "name": "File", "content": write(make_stay(10)), "at": now}

    with time_machine.travel(timezone.now(), tick=False):
        add_outside_file(space, **more)
        with pytest.raises(LimitExceeded):
            add_outside_file(space, **more)

    assert OutsideCalendar.objects.count() == 1


def test_two_calendars_share_a_time_and_neither_frees_the_others(
    follow, calendar, space, make_stay, owner_actor, now
) -> None:
    early, late = make_stay(10, hours=2), make_stay(11, hours=2)
    follow(early)
    other = add_outside_file(space, actor=owner_actor, name="File", content=write(late), at=now)
    whole = make_stay(8, hours=12)

    assert busy(space, whole) == [
        ("EXTERNAL", early.start, early.end),
        ("EXTERNAL", early.end, late.end),
    ]
    follow()
    assert busy(space, whole) == [("EXTERNAL", late.start, late.end)]
    assert other.events.get().is_partial is False


def test_an_event_under_a_block_becomes_whole_when_it_is_lifted(
    follow, space, make_stay, owner_actor
) -> None:
    block = block_space(space, period=make_stay(10), actor=owner_actor)
    follow(make_stay(10))
    assert [(one.state, one.is_partial) for one in OutsideEvent.objects.all()] == [("BUSY", True)]

    lift_block(block, actor=owner_actor)

    assert busy(space, make_stay(10)) == [("EXTERNAL", make_stay(10).start, make_stay(10).end)]


def test_an_event_that_runs_keeps_only_the_rest_of_its_time_busy(
    follow, space, now, make_stay
) -> None:
    running = make_stay(0, hours=48, day=-1)
    follow(running)

    found = busy(space, running)
    assert [one[0] for one in found] == ["EXTERNAL"]
    assert found[0][1] >= now.replace(microsecond=0)


def test_an_event_that_is_over_leaves_its_key(follow, make_stay, now) -> None:
    follow(make_stay(10))
    OutsideEvent.objects.update(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )

    follow(make_stay(10))

    assert sorted(states()) == [S.BUSY, S.GONE]


def test_a_part_of_a_space_is_busy_with_the_whole(make_space, owner_actor, now, make_stay) -> None:
    hall = make_space(name="Salone")
    part = make_space(name="Angolo", parent=hall)

    add_outside_file(hall, actor=owner_actor, name="File", content=write(make_stay(10)), at=now)

    assert busy(part, make_stay(10)) == [("EXTERNAL", make_stay(10).start, make_stay(10).end)]


@pytest.mark.parametrize(
    ("said", "problem", "status"),
    [
        ({"body": b"<html>", "Content_Type": "text/html"}, "not_a_calendar", 0),
        ({"body": b"", "status": 500}, "answered_badly", 500),
        ({"body": b"", "status": 404}, "not_found", 404),
        ({"body": b"", "status": 302, "Location": "http://127.0.0.9/"}, "address_internal", 0),
        ({"body": b"", "mode": "endless"}, "too_large", 0),
    ],
)
def test_a_disturbance_is_noted_and_what_was_known_stays(
    follow, calendar, server, space, make_stay, said, problem, status
) -> None:
    follow(make_stay(10))
    server[1].say(**said)

    follow.again(minutes=30)
    follow.again(minutes=60)

    calendar.refresh_from_db()
    assert (calendar.problem, calendar.status) == (problem, status)
    assert len(busy(space, make_stay(10))) == 1
    assert ActivityEntry.objects.filter(event="booking.outside.failed").count() == 1
    follow(make_stay(10), minutes=90)
    calendar.refresh_from_db()
    assert (calendar.problem, calendar.status) == ("", 0)


def test_what_nobody_foresaw_is_noted_and_tried_again(
    follow, calendar, monkeypatch, make_stay, now, caplog
) -> None:
    monkeypatch.setattr(service, "fetch", lambda _wanted: 1 / 0)

    again = follow(make_stay(10))

    calendar.refresh_from_db()
    assert calendar.problem == "answered_badly"
    assert again > now
    assert "ZeroDivisionError" in caplog.text


def test_a_packed_flood_is_refused(follow, calendar, server) -> None:
    server[1].bomb(megabytes=20)

    follow.again()

    calendar.refresh_from_db()
    assert calendar.problem == "too_large"


def test_the_longer_it_fails_the_rarer_it_is_tried(follow, server, now) -> None:
    follow()
    server[1].say(b"", status=500)

    soon, later, rare = (follow.again(minutes=60 * hours) for hours in (1, 6, 48))

    assert soon - now == timedelta(hours=1) + EVERY
    assert later - now == timedelta(hours=6 + 2)
    assert rare - now == timedelta(hours=48 + 6)


def test_what_did_not_change_is_not_sent_again_but_once_a_day(
    follow, calendar, server, make_stay, book, owner_actor, now
) -> None:
    script = server[1]
    script.say(write(make_stay(10)), ETag='"1"')
    follow.again()
    script.say(b"", status=304)

    assert follow.again(minutes=30) == now + timedelta(minutes=60)

    assert script.asked[-1]["if-none-match"] == '"1"'
    calendar.refresh_from_db()
    assert (calendar.read_at, calendar.etag) == (now, '"1"')
    follow.again(minutes=21 * 60)
    assert "if-none-match" not in script.asked[-1]


def test_a_calendar_is_read_when_it_is_due_and_no_longer_when_removed(
    calendar, server, space, make_stay, owner_actor, agency, now
) -> None:
    server[1].say(write(make_stay(10)))
    due = {"key": calendar.public_id, "agency_id": agency.pk, "at": now}
    assert DueWork.objects.get(kind=READ_CALENDAR, key=calendar.public_id).due_at == now

    assert read_due_calendar(**due) == now + EVERY
    enter_schema(agency.schema_name)
    assert len(busy(space, make_stay(10))) == 1
    row = access_outside_calendar(owner_actor, calendar.public_id)
    assert (row.busy, row.colliding) == (1, 0)
    remove_outside_calendar(row, actor=owner_actor, at=now)
    remove_outside_calendar(row, actor=owner_actor, at=now)
    assert busy(space, make_stay(10)) == []
    assert not DueWork.objects.filter(kind=READ_CALENDAR).exists()
    assert ActivityEntry.objects.filter(event="booking.outside.removed").count() == 1
    assert read_due_calendar(**due) is None


def test_a_calendar_that_was_removed_while_it_was_read_changes_nothing(
    calendar, server, space, make_stay, owner_actor, now
) -> None:
    server[1].say(write(make_stay(10)))
    OutsideCalendar.objects.update(removed_at=now)

    read_outside_calendar(calendar, actor=owner_actor, at=now)

    assert busy(space, make_stay(10)) == []


def test_an_archived_space_is_not_read_for(calendar, space, owner_actor, agency, now) -> None:
    archive_space(space, actor=owner_actor)

    assert read_due_calendar(key=calendar.public_id, agency_id=agency.pk, at=now) is None


def test_reading_can_be_asked_for(calendar, owner_actor, now) -> None:
    later = now + timedelta(seconds=5)

    read_soon(calendar, actor=owner_actor, at=later)

    assert DueWork.objects.get(kind=READ_CALENDAR).due_at == later


def test_the_address_of_a_calendar_program_is_one_of_the_web(space, owner_actor, now) -> None:
    made = add_outside_calendar(
        space, actor=owner_actor, name="Google", url=" webcal://calendar.test/a.ics ", at=now
    )

    assert made.url == "https://calendar.test/a.ics"


@pytest.mark.parametrize(
    "url", ["http://calendar.test/", "ftp://calendar.test/", f"https://calendar.test/{'x' * 1_000}"]
)
def test_other_addresses_are_refused(space, owner_actor, now, url) -> None:
    with pytest.raises(OutsideAddressInvalid):
        add_outside_calendar(space, actor=owner_actor, name="Google", url=url, at=now)


@pytest.mark.parametrize("content", [b"", b"<html>", b"X" * (service.MOST_BYTES + 1)])
def test_other_files_are_refused(space, owner_actor, now, content) -> None:
    with pytest.raises(OutsideFileUnusable):
        add_outside_file(space, actor=owner_actor, name="File", content=content, at=now)

    assert not OutsideCalendar.objects.exists()


def test_a_space_has_not_calendars_without_end(calendar, space, owner_actor, now, monkeypatch):
    monkeypatch.setattr(service, "CALENDARS_MAX", 1)

    with pytest.raises(TooManyCalendars):
        add_outside_calendar(
            space, actor=owner_actor, name="Due", url="https://calendar.test/", at=now
        )


def test_who_does_not_manage_sees_neither(
    follow, book, make_stay, viewer_actor, contact_actor, colleague_actor, calendar
) -> None:
    book(make_stay(10))
    follow(make_stay(10))

    for actor in (viewer_actor, contact_actor):
        assert not list_outside_calendars_for(actor).exists()
        assert not list_conflicts_for(actor).exists()
    assert list_outside_calendars_for(colleague_actor).get() == calendar
    assert list_conflicts_for(colleague_actor).exists()
    with pytest.raises(Missing):
        access_outside_calendar(viewer_actor, calendar.public_id)
