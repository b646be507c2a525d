"""Photos of spaces through the API: sent as they are, listed, removed."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from booking.services.photos import PHOTOS_MAX
from portals.api.parsing import LARGEST_PHOTO
from portals.api.tests.bookings import make_house, make_room


def draw(color: str = "teal", kind: str = "JPEG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (400, 300), color).save(content, kind)
    return content.getvalue()


@pytest.fixture
def room(owner_calls) -> str:
    return make_room(owner_calls, location=make_house(owner_calls))


@pytest.fixture
def send(owner_calls, room):
    def call(content=None, *, alt="Un%20tavolo", kind="image/jpeg", status=201, **headers):
        picture = draw() if content is None else content
        given = {"status": status, "Content_Type": kind, **headers}
        return owner_calls("POST", f"spaces/{room}/photos?alt={alt}", picture, **given)

    return call


def test_it_is_sent_listed_and_removed(owner_calls, room, send, customer_host) -> None:
    made = send()["data"]
    second = send(draw("red", "PNG"), kind="image/png", alt="Una%20finestra")["data"]

    assert (made["space"], made["alt"], made["width"], made["height"]) == (
        *(room, "Un tavolo"),
        *(400, 300),
    )
    assert f"//{customer_host}" in made["large_url"]
    assert made["large_url"].endswith(f"/photos/{made['id']}.jpg")
    assert made["small_url"].endswith(f"/photos/{made['id']}-small.jpg")
    assert owner_calls("GET", f"spaces/{room}/photos")["data"] == [made, second]
    owner_calls("DELETE", f"photos/{made['id']}", status=200)
    assert owner_calls("GET", f"spaces/{room}/photos")["data"] == [second]
    owner_calls("DELETE", f"photos/{made['id']}", status=404)


def test_a_repeated_call_adds_one(owner_calls, room, send) -> None:
    key = {"Idempotency_Key": "photo-0001"}

    first, again = send(**key), send(**key)
    other = send(draw("red"), status=422, **key)
    elsewhere = send(alt="Altro", status=422, **key)

    assert first["data"] == again["data"]
    assert {other["code"], elsewhere["code"]} == {"idempotency_key_reused"}
    assert len(owner_calls("GET", f"spaces/{room}/photos")["data"]) == 1


@pytest.mark.parametrize(
    ("content", "changes", "status", "field"),
    [
        (b"", {}, 400, "body"),
        (b"no picture", {}, 422, "file"),
        (draw(), {"alt": "%20"}, 400, "alt"),
        (draw(), {"alt": "x" * 161}, 400, "alt"),
        (draw(), {"alt": "x&color=red"}, 400, "color"),
    ],
)
def test_what_is_no_photo_is_refused(
    owner_calls, room, send, content, changes, status, field
) -> None:
    refused = send(content, status=status, **changes)

    assert field in refused["errors"]
    assert owner_calls("GET", f"spaces/{room}/photos")["data"] == []


def test_other_kinds_and_too_much_are_refused(send) -> None:
    assert send(b"<svg/>", kind="image/svg+xml", status=415)["code"] == "unsupported_media_type"
    assert send(b"x" * (LARGEST_PHOTO + 1), status=413)["code"] == "too_large"


def test_there_are_so_many_at_most(send) -> None:
    for _number in range(PHOTOS_MAX):
        send()

    assert send(status=422)["code"] == "too_many_photos"


def test_only_who_manages_spaces_adds_and_removes(owner_calls, viewer_calls, room, send) -> None:
    made = send()["data"]
    given = {"status": 403, "Content_Type": "image/jpeg"}

    viewer_calls("POST", f"spaces/{room}/photos?alt=x", draw(), **given)
    viewer_calls("DELETE", f"photos/{made['id']}", status=403)

    assert viewer_calls("GET", f"spaces/{room}/photos")["data"] == [made]


def test_a_list_costs_the_same_for_one_and_for_three(owner_calls, room, send) -> None:
    address = f"spaces/{room}/photos"
    send()
    owner_calls("GET", address)
    with CaptureQueriesContext(connection) as one:
        owner_calls("GET", address)
    send()
    send()

    with CaptureQueriesContext(connection) as three:
        owner_calls("GET", address)

    assert len(three) == len(one)
