"""The envelope of every answer (SPEC §13), always JSON, whatever the caller accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.utils import timezone
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from typing_extensions import override

from portals.api.answers import Answer, as_time


class EnvelopeRenderer(BaseRenderer):
    """Writes an ``Answer`` in its envelope; error bodies come with theirs."""

    media_type = "application/json"
    format = "json"
    charset = None

    @override
    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes of the answer."""
        body = _wrap(data) if isinstance(data, Answer) else data
        return orjson.dumps(body)


def _wrap(given: Answer) -> dict[str, Any]:
    body = {
        "success": True,
        "data": given.data,
        "message": given.message,
        "timestamp": as_time(timezone.now()),
    }
    if given.pagination is not None:
        body["pagination"] = given.pagination
    return body


class AlwaysJson(BaseContentNegotiation):
    """Ignores ``Accept``: there is one representation, and a 406 would help nobody."""

    @override
    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Return the parser of the body's media type, None for 415."""
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    @override
    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer."""
        only = next(iter(renderers))
        return only, only.media_type or ""
