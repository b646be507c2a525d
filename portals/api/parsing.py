"""Reading what callers send: strict JSON objects and query parameters.

Nothing that passes here can make the database or the renderer stumble: no lone surrogates, no
NaN, no numbers of thousands of digits, no nesting beyond what Python reads, no unknown names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import IO, Any, ClassVar, Final

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from typing_extensions import override

from booking.pictures import MAX_BYTES as LARGEST_PHOTO
from portals.api.errors import Refusal
from spotex.kernel.models import TimestampedModel
from spotex.kernel.versions import version_of
from tenants.logos import MAX_BYTES as LARGEST_LOGO

LARGEST_BODY_BYTES: Final = 1024 * 1024
ETAG_PATTERN: Final = r'^(\*|"[0-9]{1,18}")$'


class StrictJsonParser(BaseParser):
    """JSON in UTF-8 and nothing but the standard."""

    media_type = "application/json"

    @override
    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value that the body holds.

        Raises:
            Refusal: the body is larger than a megabyte.
            ParseError: it is not JSON.
        """
        raw = stream.read(LARGEST_BODY_BYTES + 1)
        if len(raw) > LARGEST_BODY_BYTES:
            raise too_large()
        try:
            text = raw.decode()
            value = json.loads(text, parse_constant=_refuse_constant)
            if "\\u" in text:
                json.dumps(value, ensure_ascii=False).encode()  # finds lone surrogates
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        return value


class _PictureParser(BaseParser):
    """The bytes of a picture, as they come; the service decides whether they are one."""

    most: ClassVar[int]

    @override
    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body.

        Raises:
            Refusal: it is larger than such a picture may be.
        """
        raw: bytes = stream.read(self.most + 1)
        if len(raw) > self.most:
            raise too_large(self.most)
        return raw


def _list_picture_parsers(types: Sequence[str], *, most: int) -> tuple[type[BaseParser], ...]:
    return tuple(
        type("PictureParser", (_PictureParser,), {"media_type": one, "most": most}) for one in types
    )


LOGO_TYPES: Final = ("image/png", "image/svg+xml", "image/jpeg", "image/webp")
LOGO_PARSERS: Final = _list_picture_parsers(LOGO_TYPES, most=LARGEST_LOGO)
PHOTO_TYPES: Final = ("image/jpeg", "image/png", "image/webp")
PHOTO_PARSERS: Final = _list_picture_parsers(PHOTO_TYPES, most=LARGEST_PHOTO)


def read_picture(request: Request) -> bytes:
    """Return the picture that the body is.

    Raises:
        ValidationError: there is none.
    """
    content = request.data
    if not isinstance(content, bytes) or not content:
        raise ValidationError({"body": [_("Send the picture as the body.")]})
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def too_large(most: int = LARGEST_BODY_BYTES) -> Refusal:
    """Return the refusal of a body that is too large."""
    return Refusal(
        _("The body is larger than %(bytes)s bytes.") % {"bytes": most},
        code="too_large",
        status=413,
    )


def read_body(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the checked values of the body.

    Raises:
        Refusal: the body is too large.
        ParseError, ValidationError: it does not have the shape that the serializer asks for.
    """
    if _announced_bytes(request) > LARGEST_BODY_BYTES:
        raise too_large()
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise ParseError(_("Send the body with a Content-Length."))  # the server reads no other
    return _check(kind, request.data)


def _announced_bytes(request: Request) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def read_version(request: Request) -> int | None:
    """Return the version that ``If-Match`` names, None for any.

    Raises:
        ValidationError: it is not an ETag of ours.
    """
    given = request.headers.get("If-Match", "*")
    if not re.match(ETAG_PATTERN, given):
        raise ValidationError({"If-Match": [_("Send the ETag that you were given.")]})
    return None if given == "*" else int(given.strip('"'))


def etag_of(row: TimestampedModel) -> str:
    """Return the ``ETag`` of an object that has no number of its own for its versions."""
    return f'"{version_of(row)}"'


def read_query(kind: type[Serializer[Any]] | None, request: Request) -> dict[str, Any]:
    """Return the checked query parameters; each may be given once.

    Raises:
        ValidationError: a parameter is unknown, repeated or has a wrong value.
    """
    given = {}
    for name, values in request.query_params.lists():
        if kind is None:
            raise ValidationError({name: [_("There is no such parameter.")]})
        if len(values) > 1:
            raise ValidationError({name: [_("Give this parameter once.")]})
        given[name] = values[0]
    return _check(kind, given) if kind is not None else {}


def _check(kind: type[Serializer[Any]], given: object) -> dict[str, Any]:
    if given is None:
        raise ValidationError({"non_field_errors": [_("The body holds no values.")]})
    serializer = kind(data=given)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
