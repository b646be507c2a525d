"""Pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.response import Response

from portals.api.answers import Answer

Row = TypeVar("Row", bound=Model)


def paginate(
    rows: QuerySet[Row],
    *,
    filters: Mapping[str, Any],
    show: Callable[[Row], dict[str, Any]],
    prepare: Callable[[Sequence[Row]], None] | None = None,
) -> Response:
    """Return one page of a list; ``prepare`` sees its rows first, to look up what they need at once.

    One row more than asked for is read: when it is missing, the total is known without counting.
    """
    page, limit = filters["page"], filters["limit"]
    begin = (page - 1) * limit
    found = list(rows[begin : begin + limit + 1])
    if prepare is not None:
        prepare(found)
    known = len(found) <= limit and (bool(found) or page == 1)
    total = begin + len(found) if known else rows.order_by().count()
    pagination = {
        "page": page,
        "limit": limit,
        "total": total,
        "totalPages": -(-total // limit),
    }
    return Response(Answer([show(row) for row in found[:limit]], pagination=pagination))


def sort_rows(rows: QuerySet[Row], *, ordering: str) -> QuerySet[Row]:
    """Order a list by one allowed column, ties by age."""
    return rows.order_by(ordering, "pk") if ordering else rows
