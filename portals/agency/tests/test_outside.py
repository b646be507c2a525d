"""Calendars elsewhere on the agency's pages, and the inbox of conflicts."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.bookers import booker_of
from booking.models import Claim, OutsideCalendar, OutsideEvent, Reservation
from booking.services.outside import add_outside_file
from booking.services.reservations import Visitor, book_space
from booking.tests.outside.calendars import write
from portals.conftest import stay_in


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def page(space) -> str:
    return f"/spaces/{space.public_id}/calendars/"


@pytest.fixture
def collide(space, owner_actor, now, make_stay):
    """Return ``collide(10)``: somebody has the hour, and a file keeps it busy."""

    def make(*hours: float):
        for hour in hours:
            book_space(
                space,
                stay=make_stay(hour),
                booker=booker_of(owner_actor),
                visitor=Visitor(name="Rita Rivale", email="rita@rivale.test"),
                actor=owner_actor,
                now=now,
            )
        stays = [make_stay(hour) for hour in hours]
        return add_outside_file(
            space, actor=owner_actor, name="Airbnb", content=write(*stays), at=now
        )

    return make


def count_queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_an_address_is_added_and_waits(client, page) -> None:
    answer = client.post(page, {"name": "Google", "url": "https://calendar.test/a.ics"})

    shown = client.get(page).content.decode()
    assert answer["Location"] == page
    assert "Google" in shown
    assert "not read yet" in shown


def test_a_file_counts_at_once(client, page, make_stay) -> None:
    file = SimpleUploadedFile("a.ics", write(make_stay(10)), content_type="text/calendar")

    client.post(page, {"name": "File", "file": file})

    assert "1 time busy" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "", "url": "https://calendar.test/"}, "id_name_error"),
        ({"name": "Google"}, "Give an address or a file."),
        ({"name": "Google", "url": "http://calendar.test/"}, "It begins with https://"),
        ({"name": "Google", "url": "https://user:x@calendar.test/"}, "contains no password"),
    ],
)
def test_bad_input_is_refused_with_a_reason(client, page, body, said) -> None:
    answer = client.post(page, body)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not OutsideCalendar.objects.exists()


def test_a_file_that_is_no_calendar_is_refused_with_a_reason(client, page) -> None:
    answer = client.post(page, {"name": "File", "file": SimpleUploadedFile("a.ics", b"<html>")})

    assert answer.status_code == 422
    assert "What is there is no calendar." in answer.content.decode()


def test_a_disturbance_is_shown_with_cause_and_remedy(client, page, collide) -> None:
    collide(10)
    OutsideCalendar.objects.update(
        problem="not_found", status=404, url="https://calendar.test/a.ics"
    )

    shown = client.get(page).content.decode()

    assert "There is no calendar at this address any more." in shown
    assert "(404)" in shown
    assert "Copy the address" in shown
    assert "1 collides" in shown


def test_a_calendar_is_removed_after_a_question(client, page, collide) -> None:
    calendar = collide(10)
    path = f"/spaces/calendars/{calendar.public_id}/remove/"

    assert "Remove Airbnb?" in client.get(path).content.decode()
    assert client.post(path)["Location"] == page
    assert client.get(path).status_code == 404


def test_a_conflict_is_shown_and_ignored(client, collide) -> None:
    collide(10)
    event = OutsideEvent.objects.get()

    warned = client.get("/calendar/").content.decode()
    inbox = client.get("/calendar/conflicts/").content.decode()
    still = client.post(f"/calendar/conflicts/{event.public_id}/retry/", follow=True)
    client.post(f"/calendar/conflicts/{event.public_id}/ignore/")

    assert "1 event elsewhere collides" in warned
    assert "Rita Rivale" in inbox
    assert "/cancel/" in inbox
    assert "It still collides." in still.content.decode()
    assert "Nothing collides" in client.get("/calendar/conflicts/").content.decode()


def test_a_conflict_that_is_solved_meanwhile_says_so(client, collide) -> None:
    collide(10)
    event = OutsideEvent.objects.get()
    stay = Reservation.objects.get()
    Claim.objects.filter(subject=stay.public_id).delete()

    answer = client.post(f"/calendar/conflicts/{event.public_id}/retry/", follow=True)

    assert "It is solved" in answer.content.decode()
    assert client.post(f"/calendar/conflicts/{event.public_id}/retry/").status_code == 404


def test_pages_ask_the_same_for_three(client, page, collide) -> None:
    collide(8)
    count_queries(client, page)
    one = count_queries(client, page), count_queries(client, "/calendar/conflicts/")
    collide(10)
    collide(12)

    assert (count_queries(client, page), count_queries(client, "/calendar/conflicts/")) == one


def test_a_viewer_sees_no_calendar_elsewhere(client_for, viewer, in_agency, page) -> None:
    client = stay_in(in_agency, client_for(viewer))

    assert client.get(page).status_code == 403
    assert client.get("/calendar/conflicts/").status_code == 403
