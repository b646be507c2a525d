"""Photos of spaces: added, described, put in order, removed."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events import SpaceEdited
from booking.models import Space, SpacePhoto
from booking.models.photos import ALT_MAX_LENGTH
from booking.pictures import clean_photo
from booking.services.naming import tell_place
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.limits import HOUR, require_within
from spotex.kernel.locks import lock_row

PHOTOS_MAX: Final = 8
PHOTOS_PER_HOUR: Final = 60


class PhotoNotDescribed(RuleViolation):
    """Nobody who cannot see it would know what is on it."""

    code = "photo_not_described"


class TooManyPhotos(RuleViolation):
    """There are as many as anybody looks at."""

    code = "too_many_photos"


def add_photo(space: Space, *, actor: Actor, content: bytes, alt: str) -> SpacePhoto:
    """Add a photo after the others.

    Raises:
        PhotoRefused, PhotoNotDescribed, TooManyPhotos: an input breaks a rule.
        LimitExceeded: the agency tries too many photos.
    """
    alt = _require_alt(alt)
    require_within("photo", str(actor.agency_id), allowed=PHOTOS_PER_HOUR, seconds=HOUR)
    picture = clean_photo(content)  # takes its time: nothing is locked yet
    with transaction.atomic():
        lock_row(space)
        taken = list(space.photos.order_by("-position").values_list("position", flat=True))
        if len(taken) >= PHOTOS_MAX:
            raise TooManyPhotos(
                _("There are %(count)s photos already. Remove one first.") % {"count": PHOTOS_MAX},
                field="file",
            )
        photo = SpacePhoto.objects.create(
            space=space,
            position=taken[0] + 1 if taken else 0,
            alt=alt,
            width=picture.width,
            height=picture.height,
            large=picture.large,
            small=picture.small,
        )
        tell_place(SpaceEdited, space, actor=actor, photos=[len(taken), len(taken) + 1])
    return photo


def _require_alt(alt: str) -> str:
    alt = " ".join(alt.split())
    if not alt or len(alt) > ALT_MAX_LENGTH:
        raise PhotoNotDescribed(
            _("Say in at most %(n)s characters what is seen.") % {"n": ALT_MAX_LENGTH}, field="alt"
        )
    return alt


@transaction.atomic
def describe_photo(photo: SpacePhoto, *, actor: Actor, alt: str) -> None:
    """Say anew what is seen on a photo.

    Raises:
        PhotoNotDescribed: see above.
    """
    alt, space = _require_alt(alt), photo.space
    photo = lock_row(photo)
    before, photo.alt = photo.alt, alt
    if alt != before:
        photo.save(update_fields=["alt"])
        tell_place(SpaceEdited, space, actor=actor, photo=[before, alt])


@transaction.atomic
def put_photo_first(photo: SpacePhoto, *, actor: Actor) -> None:
    """Show a photo before the others, as the one that stands for the space in lists."""
    lock_row(photo.space)
    others = photo.space.photos.exclude(pk=photo.pk).order_by("position", "pk")
    for position, one in enumerate([photo, *others]):
        one.position = position
        one.save(update_fields=["position"])
    tell_place(SpaceEdited, photo.space, actor=actor, first_photo=[None, photo.alt])


@transaction.atomic
def remove_photo(photo: SpacePhoto, *, actor: Actor) -> None:
    """Delete a photo; browsers that have it may show it until they forget it."""
    space = photo.space
    lock_row(space)
    count = space.photos.count()
    photo.delete()
    tell_place(SpaceEdited, space, actor=actor, photos=[count, count - 1])
