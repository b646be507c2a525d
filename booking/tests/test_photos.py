"""Photos of spaces: redrawn, described, in order, and seen by those who see the space."""

from __future__ import annotations

import io

import pytest
import time_machine
from django.utils import timezone
from PIL import Image

from booking import pictures
from booking.access import access_photo
from booking.models import SpacePhoto
from booking.pictures import (
    LARGE_SIDE,
    LEAST_SIDE,
    MAX_BYTES,
    SMALL_SIDE,
    PhotoRefused,
    clean_photo,
)
from booking.selectors.photos import find_covers, list_photos_of
from booking.services import photos as service
from booking.services.photos import (
    PhotoNotDescribed,
    TooManyPhotos,
    add_photo,
    describe_photo,
    put_photo_first,
    remove_photo,
)
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.limits import LimitExceeded
from spotex.kernel.models import ActivityEntry
from tenants.permissions import Permission

ORIENTATION = 0x0112
MAKER = 0x010F


def draw(kind="JPEG", *, mode="RGB", size=(600, 400), color="teal", **options) -> bytes:
    drawn = io.BytesIO()
    Image.new(mode, size, color).save(drawn, kind, **options)
    return drawn.getvalue()


@pytest.fixture
def add(space, owner_actor):
    def make(alt="Un tavolo lungo", *, space=space, content=None) -> SpacePhoto:
        return add_photo(space, actor=owner_actor, content=content or draw(), alt=alt)

    return make


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_written_anew_in_two_sizes(kind) -> None:
    picture = clean_photo(draw(kind, size=(3_200, 2_400)))

    large, small = (Image.open(io.BytesIO(one)) for one in (picture.large, picture.small))
    assert (large.format, small.format) == ("JPEG", "JPEG")
    assert large.size == (picture.width, picture.height) == (LARGE_SIDE, 1_200)
    assert small.size == (SMALL_SIDE, 360)


def test_it_is_turned_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Secret camera"

    picture = clean_photo(draw(exif=exif))

    assert (picture.width, picture.height) == (400, 600)
    assert b"Secret" not in picture.large
    assert not Image.open(io.BytesIO(picture.large)).getexif()


@pytest.mark.parametrize(
    ("said", "corner"),
    [(1, "nw"), (2, "ne"), (3, "se"), (4, "sw"), (5, "nw"), (6, "ne"), (7, "se"), (8, "sw")],
)
def test_each_way_of_holding_a_camera_is_turned_upright(said, corner) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = said
    photo, drawn = Image.new("RGB", (600, 400), "white"), io.BytesIO()
    photo.paste("black", (0, 0, 100, 100))
    photo.save(drawn, "JPEG", exif=exif)

    picture = clean_photo(drawn.getvalue())

    large = Image.open(io.BytesIO(picture.large)).convert("L")
    right, below = large.width - 20, large.height - 20
    places = {"nw": (20, 20), "ne": (right, 20), "se": (right, below), "sw": (20, below)}
    assert (large.width < large.height) == (said >= 5)
    assert [name for name, place in places.items() if large.getpixel(place) < 99] == [corner]


def test_what_a_camera_says_wrongly_of_itself_does_no_harm() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "abc"
    good = draw(exif=exif)
    # The maker is said to be a fraction: whoever writes it anew as a word stumbles.
    torn = good.replace(b"\x01\x0f\0\x02\0\0\0\x04", b"\x01\x0f\0\x0b\0\0\0\x01")
    torn = torn.replace(b"\x0f\x01\x02\0\x04\0\0\0", b"\x0f\x01\x0b\0\x01\0\0\0")
    assert torn != good

    picture = clean_photo(torn)

    assert (picture.width, picture.height) == (400, 600)


def test_a_photo_of_which_nothing_can_be_read_is_taken_as_it_is() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    torn = draw(exif=exif).replace(b"Exif\0\0MM\0*", b"Exif\0\0torn")
    torn = torn.replace(b"Exif\0\0II*\0", b"Exif\0\0torn")

    picture = clean_photo(torn)

    assert (picture.width, picture.height) == (600, 400)


def test_a_picture_that_is_unpacked_at_once_has_fewer_pixels(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "_MAX_PIXELS_AT_ONCE", 200_000)

    assert clean_photo(draw("JPEG"))
    for kind in ("PNG", "WEBP"):
        with pytest.raises(PhotoRefused):
            clean_photo(draw(kind))


def test_few_colours_are_shrunk_softly() -> None:
    striped = Image.new("RGB", (3_200, 400), "white")
    for left in range(0, 3_200, 2):
        striped.paste("black", (left, 0, left + 1, 400))
    drawn = io.BytesIO()
    striped.convert("1").save(drawn, "PNG")

    picture = clean_photo(drawn.getvalue())

    grey = Image.open(io.BytesIO(picture.large)).convert("L").getpixel((800, 100))
    assert 90 < grey < 165


def test_what_is_transparent_is_white() -> None:
    picture = clean_photo(draw("PNG", mode="RGBA", color=(0, 0, 0, 0)))

    assert Image.open(io.BytesIO(picture.large)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        draw("GIF"),
        draw()[:300],
        b"x" * (MAX_BYTES + 1),
        draw(size=(LEAST_SIDE - 1, 400)),
    ],
    ids=["empty", "svg", "gif", "torn", "heavy", "small"],
)
def test_what_is_no_photo_is_refused(content) -> None:
    with pytest.raises(PhotoRefused):
        clean_photo(content)


@pytest.mark.parametrize("most", [1_000, 200_000])
def test_a_picture_of_too_many_pixels_is_refused(monkeypatch, most) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", most)

    with pytest.raises(PhotoRefused):
        clean_photo(draw())


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000)

    with pytest.raises(PhotoRefused):
        clean_photo(draw())


def test_photos_come_after_each_other_and_one_is_put_first(add, space, owner_actor) -> None:
    first, second, third = add("uno"), add("due"), add("tre")
    assert list(list_photos_of(space)) == [first, second, third]

    put_photo_first(third, actor=owner_actor)

    assert list(list_photos_of(space)) == [third, first, second]
    assert find_covers([space]) == {space.pk: third}
    remove_photo(third, actor=owner_actor)
    assert list(list_photos_of(space)) == [first, second]
    assert ActivityEntry.objects.filter(event="booking.space.changed").count() == 5


def test_a_photo_says_what_is_seen(add, owner_actor) -> None:
    photo = add("  Un   tavolo ")
    assert photo.alt == "Un tavolo"

    describe_photo(photo, actor=owner_actor, alt="Una finestra")
    photo.refresh_from_db()
    describe_photo(photo, actor=owner_actor, alt="Una finestra")

    assert photo.alt == "Una finestra"
    assert ActivityEntry.objects.filter(event="booking.space.changed").count() == 2
    for alt in ("", "x" * 161):
        with pytest.raises(PhotoNotDescribed):
            describe_photo(photo, actor=owner_actor, alt=alt)
        with pytest.raises(PhotoNotDescribed):
            add(alt)


def test_a_space_has_not_photos_without_end(add, monkeypatch) -> None:
    monkeypatch.setattr(service, "PHOTOS_MAX", 1)
    add()

    with pytest.raises(TooManyPhotos):
        add()


def test_an_agency_does_not_keep_the_machine_busy_with_photos(add, monkeypatch) -> None:
    monkeypatch.setattr(service, "PHOTOS_PER_HOUR", 1)

    with time_machine.travel(timezone.now(), tick=False):
        add()
        with pytest.raises(LimitExceeded):
            add()


def test_who_sees_the_space_sees_its_photos(add, make_space, viewer_actor, owner_actor) -> None:
    photo, private = add(), add(space=make_space(members_only=True))

    assert access_photo(ANONYMOUS, photo.public_id) == photo
    assert access_photo(viewer_actor, private.public_id) == private
    with pytest.raises(Missing):
        access_photo(ANONYMOUS, private.public_id)
    manage = Permission.SPACE_MANAGE
    assert access_photo(owner_actor, photo.public_id, permission=manage) == photo
    with pytest.raises(NotAllowed):
        access_photo(viewer_actor, photo.public_id, permission=manage)
    with pytest.raises(Missing):
        access_photo(ANONYMOUS, photo.public_id, permission=manage)


def test_sixteen_bits_of_grey_are_seen_as_eight() -> None:
    grey = clean_photo(draw("PNG", mode="I;16", color=0x8000))

    with Image.open(io.BytesIO(grey.large)) as image:
        shown = image.getpixel((300, 200))
    assert all(120 <= part <= 136 for part in shown)


def test_however_often_a_photo_is_put_first_places_are_counted_anew(
    add, space, owner_actor
) -> None:
    photos = [add("uno"), add("due"), add("tre")]
    SpacePhoto.objects.filter(pk=photos[0].pk).update(position=32_767)

    put_photo_first(photos[1], actor=owner_actor)

    found = list(list_photos_of(space))
    assert found == [photos[1], photos[2], photos[0]]
    assert [one.position for one in found] == [0, 1, 2]


def test_what_is_seen_is_compared_with_what_was_said_last(add, owner_actor) -> None:
    photo = add("uno")
    stale = SpacePhoto.objects.select_related("space").get(pk=photo.pk)
    describe_photo(photo, actor=owner_actor, alt="due")

    describe_photo(stale, actor=owner_actor, alt="tre")

    entry = ActivityEntry.objects.filter(event="booking.space.changed").latest("pk")
    assert entry.details["photo"] == ["due", "tre"]
