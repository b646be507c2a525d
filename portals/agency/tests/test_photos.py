"""Photos of spaces on pages and as files."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import SpacePhoto
from booking.services.photos import PHOTOS_MAX, add_photo
from booking.tests.test_photos import draw
from portals.conftest import stay_in
from tenants.states import PortalName


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def guest(client_for, in_agency):
    return stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))


@pytest.fixture
def page(space) -> str:
    return f"/spaces/{space.public_id}/photos/"


@pytest.fixture
def add(space, owner_actor):
    def make(alt="Un tavolo", *, space=space) -> SpacePhoto:
        return add_photo(space, actor=owner_actor, content=draw(), alt=alt)

    return make


def test_a_photo_is_added_and_shown_where_people_book(client, guest, page, space) -> None:
    file = SimpleUploadedFile("a.jpg", draw(), content_type="image/jpeg")

    client.post(page, {"file": file, "alt": "Un tavolo lungo"})

    photo = SpacePhoto.objects.get()
    small = f"/photos/{photo.public_id}-small.jpg"
    for address in ("/book/", f"/book/{space.public_id}/"):
        assert small in guest.get(address).content.decode()
    assert 'alt="Un tavolo lungo"' in guest.get(f"/book/{space.public_id}/").content.decode()
    sent = guest.get(small)
    assert (sent.status_code, sent["Content-Type"]) == (200, "image/jpeg")
    assert "immutable" in sent["Cache-Control"]
    assert guest.get(f"/photos/{photo.public_id}.jpg").status_code == 200


@pytest.mark.parametrize(
    ("content", "alt", "said"),
    [
        (b"<svg/>", "Un tavolo", "This is not a JPEG, PNG or WebP picture."),
        (b"", "Un tavolo", "This is not a JPEG, PNG or WebP picture."),
        (draw(), "", "id_alt_error"),
    ],
)
def test_bad_input_is_refused_with_a_reason(client, page, content, alt, said) -> None:
    answer = client.post(page, {"file": SimpleUploadedFile("a.jpg", content), "alt": alt})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SpacePhoto.objects.exists()


def test_photos_are_described_ordered_and_removed(client, page, add) -> None:
    first, second = add("uno"), add("due")

    client.post(f"/spaces/photos/{second.public_id}/first/")
    client.post(f"/spaces/photos/{second.public_id}/describe/", {"alt": "Una finestra"})
    client.post(f"/spaces/photos/{first.public_id}/describe/", {"alt": " "})
    client.post(f"/spaces/photos/{first.public_id}/remove/")

    assert list(SpacePhoto.objects.values_list("alt", flat=True)) == ["Una finestra"]


def test_photos_of_a_space_for_customers_are_not_for_guests(guest, client, make_space, add) -> None:
    photo = add(space=make_space(members_only=True))
    path = f"/photos/{photo.public_id}.jpg"

    assert guest.get(path).status_code == 404
    assert client.get(path).status_code == 200


def test_a_full_page_offers_no_more(client, page, add) -> None:
    for number in range(PHOTOS_MAX):
        add(f"Foto {number}")

    shown = client.get(page).content.decode()

    assert "There are as many photos" in shown
    assert 'name="file"' not in shown


def test_pages_ask_the_same_for_three_photos(client, guest, page, space, make_space, add) -> None:
    def count() -> list[int]:
        counts = []
        for browser, path in (
            (client, page),
            (guest, "/book/"),
            (guest, f"/book/{space.public_id}/"),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    add()
    count()
    one = count()
    add()
    add()

    assert count() == one


def test_a_viewer_changes_no_photo(client_for, viewer, in_agency, page, add) -> None:
    photo = add()
    client = stay_in(in_agency, client_for(viewer))

    assert client.get(page).status_code == 403
    assert client.post(f"/spaces/photos/{photo.public_id}/remove/").status_code == 403
