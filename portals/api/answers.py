"""What endpoints return: data, and what belongs around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rest_framework.response import Response


@dataclass(frozen=True)
class Answer:
    """The successful outcome of a call, not yet in its envelope."""

    data: Any = None
    message: str = ""
    pagination: Mapping[str, int] | None = None


def answer(
    data: Any = None,
    *,
    message: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a response with one object, or none."""
    return Response(Answer(data, message=message), status=status, headers=dict(headers or {}))


def answer_all(rows: list[dict[str, Any]]) -> Response:
    """Return a response with a list that always fits on one page."""
    count = len(rows)
    pagination = {"page": 1, "limit": count, "total": count, "totalPages": min(count, 1)}
    return Response(Answer(rows, pagination=pagination))


def as_time(moment: datetime | None) -> str | None:
    """Return a time as the API writes it: ISO 8601 in UTC, with the zone."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
