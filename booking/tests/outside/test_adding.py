"""Which calendars and files are taken, how many, and who sees them."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from booking.models import OutsideCalendar
from booking.outside_access import access_outside_calendar
from booking.selectors.outside import (
    list_conflicts_for,
    list_outside_calendars_for,
)
from booking.services import outside as service
from booking.services.outside import (
    OutsideAddressInvalid,
    OutsideFileUnusable,
    TooManyCalendars,
    add_outside_calendar,
    add_outside_file,
)
from booking.tests.outside.calendars import write
from spotex.kernel.errors import Missing
from spotex.kernel.limits import LimitExceeded


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
