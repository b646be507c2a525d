"""Calendar files that calendars understand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from booking.calendar_files import Attendee, CalendarEntry, Method, write_calendar

HOST = Attendee(name="Studio Acme", email="ciao@acme.test")
GUEST = Attendee(name='Rita "R" Rivale', email="rita@rivale.test")


@pytest.fixture
def write():
    def make(method: Method = Method.REQUEST, **fields) -> Calendar:
        entry = CalendarEntry(
            **{
                "uid": "res_1@mail.test",
                "sequence": 3,
                "summary": "Sala Blu; grande, bella",
                "place": "Casa Acme, via Roma 1",
                "text": "Codice: ABC\nSecondo piano",
                "url": "https://acme.test/x/",
                "starts_at": datetime(2026, 10, 25, 8, 30, tzinfo=UTC),
                "ends_at": datetime(2026, 10, 25, 9, 30, tzinfo=UTC),
                "zone": "Europe/Rome",
                "changed_at": datetime(2026, 10, 1, 9, tzinfo=UTC),
                **fields,
            }
        )
        return Calendar.from_ical(write_calendar(entry, method=method, host=HOST, guest=GUEST))

    return make


def test_an_entry_is_known_by_its_id_and_the_number_of_its_changes(write) -> None:
    event = write().events[0]

    assert (event["uid"], event["sequence"]) == ("res_1@mail.test", 3)
    assert event["summary"] == "Sala Blu; grande, bella"
    assert "Secondo piano" in event["description"]


def test_times_are_by_the_clock_of_the_place_which_is_described(write) -> None:
    calendar = write()
    event = calendar.events[0]

    assert event["dtstart"].params["TZID"] == "Europe/Rome"
    assert event["dtstart"].dt.replace(tzinfo=None) == datetime(2026, 10, 25, 9, 30)  # noqa: DTZ001
    assert [zone.tz_name for zone in calendar.timezones] == ["Europe/Rome"]


def test_the_hour_that_comes_twice_is_told_apart(write) -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))

    event = write(starts_at=first, ends_at=second).events[0]

    assert (event["dtstart"].dt, event["dtend"].dt) == (first, second)


@pytest.mark.parametrize(
    ("method", "fields", "status", "transparency"),
    [
        (Method.REQUEST, {}, "CONFIRMED", "OPAQUE"),
        (Method.REQUEST, {"is_tentative": True}, "TENTATIVE", "OPAQUE"),
        (Method.CANCEL, {}, "CANCELLED", "TRANSPARENT"),
    ],
)
def test_a_mail_says_who_comes_and_what_to_do(write, method, fields, status, transparency) -> None:
    calendar = write(method, **fields)
    event = calendar.events[0]

    assert calendar["method"] == method
    assert (event["status"], event["transp"]) == (status, transparency)
    assert event["organizer"] == "mailto:ciao@acme.test"
    assert event["attendee"] == "mailto:rita@rivale.test"
    assert event["attendee"].params["PARTSTAT"] == "ACCEPTED"
    assert "Rita" in event["attendee"].params["CN"]


def test_a_download_names_nobody(write) -> None:
    event = write(Method.PUBLISH).events[0]

    assert "attendee" not in event
    assert "organizer" not in event
