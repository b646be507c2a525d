"""Calendars are read when they are due, and disturbances noted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.due_handlers import read_due_calendar
from booking.due_kinds import READ_CALENDAR
from booking.models import OutsideCalendar
from booking.outside_access import access_outside_calendar
from booking.services import outside as service
from booking.services.outside import (
    EVERY,
    read_outside_calendar,
    read_soon,
    remove_outside_calendar,
)
from booking.services.spaces import archive_space
from booking.tests.outside.calendars import busy, write
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import enter_schema
from tenants.models import DueWork


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
