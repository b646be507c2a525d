"""``photos``: pictures of spaces."""

from __future__ import annotations

from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_photo, access_space
from booking.selectors.photos import list_photos_of
from booking.services.photos import add_photo, remove_photo
from portals.api.answers import answer, answer_all
from portals.api.endpoint import Endpoint, actor_of, identity_of, operation
from portals.api.parsing import PHOTO_PARSERS, PHOTO_TYPES, read_picture
from portals.api.v1.serializers.photos import PhotoOut, PhotoQuery, show_photo
from tenants.permissions import Permission

TAG: Final = "photos"


class SpacePhotos(Endpoint):
    """The photos of a space."""

    parser_classes = PHOTO_PARSERS

    @operation(
        "List photos of a space",
        tag=TAG,
        scope=Permission.SPACE_VIEW,
        answer=PhotoOut,
        many=True,
    )
    def get(self, request: Request, *, space_id: str) -> Response:
        """All of them, in their order; the first stands for the space in lists."""
        space = access_space(actor_of(request), space_id)
        agency = identity_of(request).agency
        return answer_all([show_photo(one, agency=agency) for one in list_photos_of(space)])

    @operation(
        "Add a photo",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        query=PhotoQuery,
        answer=PhotoOut,
        status=201,
        upload=PHOTO_TYPES,
        idempotent=True,
    )
    def post(self, request: Request, *, space_id: str, filters: dict[str, Any]) -> Response:
        """Send the picture itself as the body: JPEG, PNG or WebP, at most 10 MB.

        It is drawn anew in two sizes, without where it was taken, and stands behind the others.
        """
        actor = actor_of(request)
        space = access_space(actor, space_id, permission=Permission.SPACE_MANAGE)
        content = read_picture(request)
        made = add_photo(space, actor=actor, content=content, alt=filters["alt"])
        return answer(show_photo(made, agency=identity_of(request).agency), status=201)


class PhotoDetail(Endpoint):
    """One photo."""

    @operation("Remove a photo", tag=TAG, scope=Permission.SPACE_MANAGE)
    def delete(self, request: Request, *, photo_id: str) -> Response:
        """Delete it; browsers that have it may show it until they forget it."""
        actor = actor_of(request)
        photo = access_photo(actor, photo_id, permission=Permission.SPACE_MANAGE)
        remove_photo(photo, actor=actor)
        return answer()
