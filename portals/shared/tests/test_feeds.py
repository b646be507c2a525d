"""Calendar feeds on pages and as files."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from booking.bookers import booker_of
from booking.models import Feed
from booking.services.blocks import block_space
from booking.services.cancelling import cancel_reservation
from booking.services.feeds import create_feed
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from portals.shared.views.feeds import GUESSES_PER_HOUR, READINGS_PER_HOUR
from tenants.states import PortalName

SHOWN = re.compile(r'data-copy="(http[^"]+\.ics)"')
EMAIL = "rita@rivale.test"


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def outside(client_for, in_agency):
    """A calendar program: no cookie, no language."""
    program = stay_in(in_agency, client_for())
    program.cookies.clear()
    return program


@pytest.fixture
def book(space, owner_actor, now, make_stay, customer):
    def make(hour=10, *, space=space, customer=customer):
        return book_space(
            space,
            stay=make_stay(hour),
            booker=booker_of(owner_actor),
            visitor=Visitor(name="Rita Rivale", email=EMAIL, customer=customer),
            actor=owner_actor,
            now=now,
        )

    return make


def make_feed(client, **body) -> str:
    """Make a feed on the page; return the path of its file."""
    made = client.post("/feeds/", body)
    shown = SHOWN.search(client.get(made["Location"]).content.decode())
    assert shown is not None
    return "/" + shown[1].split("/", 3)[3]


def read(client, path: str, **headers) -> Calendar:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return Calendar.from_ical(response.content)


def test_a_member_reads_who_comes(client, outside, space, book, owner_actor, make_stay) -> None:
    path = make_feed(client, subject=space.public_id, says="who")
    stay = book()
    block = block_space(space, period=make_stay(12), actor=owner_actor, reason="Pulizie")

    calendar = read(outside, path)
    first, second = calendar.events

    assert calendar["x-wr-calname"] == "Sala Blu · Casa Acme"
    assert first["summary"] == "Rita Rivale · Trattoria da Gino · Sala Blu"
    assert f"/reservations/{stay.public_id}/" in first["url"]
    assert first["uid"].startswith(stay.public_id)
    assert (second["summary"], second["uid"].split("@")[0]) == (
        "Pulizie · Sala Blu",
        block.public_id,
    )


def test_outsiders_read_that_it_is_busy(client, outside, space, book, owner_actor, make_stay):
    path = make_feed(client, subject=space.public_id, says="busy")
    book()
    block_space(space, period=make_stay(12), actor=owner_actor, reason="Pulizie")

    response = outside.get(path)

    text = response.content.decode()
    assert [event["summary"] for event in Calendar.from_ical(text).events] == ["Occupato"] * 2
    for secret in ("Rita", "Trattoria", "Pulizie", "rivale", "/reservations/"):
        assert secret not in text


def test_a_contact_reads_the_own_reservations(
    client_for, contact, customer, in_agency, space, contact_actor, now, make_stay, book
) -> None:
    client = stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))
    program = stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))
    own = book_space(
        space,
        stay=make_stay(14),
        booker=booker_of(contact_actor),
        visitor=Visitor(name="Gino", email="gino@trattoria.test", customer=customer),
        actor=contact_actor,
        now=now,
    )
    book()

    calendar = read(program, make_feed(client))

    assert [event["uid"].split("@")[0] for event in calendar.events] == [own.public_id]
    assert f"/reservations/{own.public_id}/" in calendar.events[0]["url"]


def test_what_is_called_off_stays_with_the_same_id_and_a_higher_number(
    client, outside, space, book, owner_actor, now
) -> None:
    path = make_feed(client, subject=space.public_id, says="who")
    stay = book()
    before = read(outside, path).events[0]

    cancel_reservation(stay, actor=owner_actor, now=now)
    after = read(outside, path).events[0]

    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]


def test_a_calendar_that_has_it_already_gets_nothing(client, outside, space, book) -> None:
    path = make_feed(client, subject=space.public_id, says="who")
    book()
    first = outside.get(path)
    etag, changed = first["ETag"], first["Last-Modified"]

    same = outside.get(path, headers={"if-none-match": etag})
    since = outside.get(path, headers={"if-modified-since": changed})
    book(12)
    new = outside.get(path, headers={"if-none-match": etag})
    later = outside.get(path, headers={"if-modified-since": changed})

    assert (same.status_code, same.content) == (304, b"")
    assert since.status_code == 304
    assert (new.status_code, later.status_code) == (200, 200)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert not first.cookies
    assert outside.post(path).status_code == 405


def test_a_space_that_lost_a_stay_says_so_by_its_moment(
    client, outside, space, make_space, book
) -> None:
    other = make_space(name="Sala Verde")
    path = make_feed(client, subject=space.public_id, says="who")
    stay = book()
    changed = outside.get(path)["Last-Modified"]
    type(stay).objects.filter(pk=stay.pk).update(space=other)

    answer = outside.get(path, headers={"if-modified-since": changed})

    assert (answer.status_code, Calendar.from_ical(answer.content).events) == (200, [])


def test_a_revoked_and_a_renewed_address_answer_nothing(client, outside, space) -> None:
    path = make_feed(client, subject=space.public_id, says="who")
    feed = Feed.objects.get()

    asked = client.get(f"/feeds/{feed.public_id}/revoke/")
    renewed = client.post(f"/feeds/{feed.public_id}/renew/")
    shown = SHOWN.search(client.get(renewed["Location"]).content.decode())
    again = client.get(renewed["Location"])

    assert asked.status_code == 200
    assert outside.get(path).status_code == 404
    assert shown is not None
    assert outside.get("/" + shown[1].split("/", 3)[3]).status_code == 200
    assert again["Location"] == "/feeds/"
    client.post(f"/feeds/{feed.public_id}/revoke/")
    assert outside.get("/" + shown[1].split("/", 3)[3]).status_code == 404


def test_an_address_of_another_agency_says_nothing(client, client_for, other_agency, space) -> None:
    path = make_feed(client, subject=space.public_id, says="who")
    elsewhere = client_for(agency=other_agency)

    assert elsewhere.get(path).status_code == 404


def test_an_address_is_not_read_without_end(client, outside, space) -> None:
    path = make_feed(client, subject=space.public_id, says="who")
    with time_machine.travel(timezone.now(), tick=False):
        answers = [outside.get(path).status_code for _ in range(READINGS_PER_HOUR + 1)]

    assert answers[-2:] == [200, 429]


def test_addresses_are_not_guessed_without_end(outside) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        answers = [
            outside.get(f"/calendars/nonsense{number}.ics").status_code
            for number in range(GUESSES_PER_HOUR + 1)
        ]

    assert answers[-2:] == [404, 429]


def test_a_form_refuses_what_is_not_offered(client, client_for, viewer, in_agency, space) -> None:
    bad = client.post("/feeds/", {"subject": "spc_1", "says": "who"})
    viewing = stay_in(in_agency, client_for(viewer))

    viewing.post("/feeds/", {"subject": space.public_id, "says": "busy"})

    assert bad.status_code == 422
    assert Feed.objects.get().says_who


def test_the_list_asks_the_same_for_three(client, space, location, owner_actor, now) -> None:
    create_feed(actor=owner_actor, space=space)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/feeds/").status_code == 200
        return len(queries)

    count()
    one = count()
    create_feed(actor=owner_actor, location=location, says_who=False)
    feed = create_feed(actor=owner_actor, space=space)[0]
    Feed.objects.filter(pk=feed.pk).update(last_read_at=now - timedelta(hours=1))

    assert count() == one
