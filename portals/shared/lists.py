"""Lists: what a page asks of its rows, read from the address, so that it can be bookmarked.

Words, view, order and page all live in the query string. Nonsense in it is read as the default:
an address that somebody edited or that an old mail contains shows a list, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from portals.shared.requests import PortalRequest

PAGE_SIZE: Final = 20
SEARCH_MAX_LENGTH: Final = 100
LAST_UNCOUNTED_PAGE: Final = 500
"""Nobody turns pages further than this; who looks for older rows filters."""

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, kw_only=True)
class ViewTab:
    """One view of a list, such as the archived rows."""

    label: str
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class SortHead:
    """The heading of a column by which the list can be ordered."""

    label: str
    url: str
    direction: str
    """``ascending``, ``descending`` or ``""``, as ``aria-sort`` says it."""


def read_search(request: PortalRequest) -> str:
    """Return the words searched for, in a length and form that a database takes."""
    return request.GET.get("search", "").replace("\0", "").strip()[:SEARCH_MAX_LENGTH]


def read_choice(
    request: PortalRequest,
    name: str,
    *,
    among: Sequence[str],
    default: str = "",
) -> str:
    """Return a value of the query string if it is one of those known."""
    value = request.GET.get(name, "")
    return value if value in among else default


def read_day(request: PortalRequest, name: str) -> date | None:
    """Return a day of the query string; None for nonsense, and for days beyond all calendars."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9000 else None


def begin_day(day: date | None) -> datetime | None:
    """Return the first moment of a day in the reader's zone."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def read_ordering(request: PortalRequest, *, among: Mapping[str, Any], default: str) -> str:
    """Return the column to order by, with a leading ``-`` for the reverse."""
    value = request.GET.get("ordering", "")
    return value if value.removeprefix("-") in among else default


def order_rows(
    rows: QuerySet[Row],
    *,
    ordering: str,
    columns: Mapping[str, str],
) -> QuerySet[Row]:
    """Return the rows in the order asked for; equals keep the order of their making."""
    column = columns[ordering.removeprefix("-")]
    return rows.order_by(f"-{column}" if ordering.startswith("-") else column, "pk")


def paginate(request: PortalRequest, rows: QuerySet[Row], *, size: int = PAGE_SIZE) -> Page[Row]:
    """Return the page asked for; the nearest one when there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


@dataclass(frozen=True, kw_only=True)
class UncountedPage(Generic[Row]):
    """A page of a list that nobody counts, such as a trail that only grows."""

    object_list: list[Row]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Tell whether there is a page before."""
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        """Tell whether there is more than this page."""
        return self.has_next or self.has_previous

    @property
    def next_page_number(self) -> int:
        """The number of the page after."""
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        """The number of the page before."""
        return self.number - 1


def paginate_uncounted(
    request: PortalRequest, rows: QuerySet[Row], *, size: int = PAGE_SIZE
) -> UncountedPage[Row]:
    """Return the page asked for in one query, without a total; the first if there is no such."""
    text = request.GET.get("page", "")
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 1
    number = min(max(wanted, 1), LAST_UNCOUNTED_PAGE)
    found = list(rows[(number - 1) * size : number * size + 1])
    if not found and number > 1:
        number, found = 1, list(rows[: size + 1])
    more = len(found) > size and number < LAST_UNCOUNTED_PAGE
    return UncountedPage(object_list=found[:size], number=number, has_next=more)


def list_sort_heads(
    request: PortalRequest,
    *,
    labels: Mapping[str, str | Promise],
    ordering: str,
) -> dict[str, SortHead]:
    """Return the headings, each leading to its order, the present one to its reverse."""
    heads = {}
    for name, label in labels.items():
        present = ordering.removeprefix("-") == name
        falling = ordering.startswith("-")
        heads[name] = SortHead(
            label=str(label),
            url=change_query(request, ordering=f"-{name}" if present and not falling else name),
            direction=("descending" if falling else "ascending") if present else "",
        )
    return heads


def list_view_tabs(
    request: PortalRequest,
    *,
    name: str,
    labels: Mapping[str, str | Promise],
    counts: Mapping[str, int],
    active: str,
) -> list[ViewTab]:
    """Return the views of a list as tabs; ``""`` names the one without a filter."""
    return [
        ViewTab(
            label=str(label),
            url=_lead_to_tab(request, name=name, value=value),
            active=value == active,
            count=counts.get(value, 0),
        )
        for value, label in labels.items()
    ]


def _lead_to_tab(request: PortalRequest, *, name: str, value: str) -> str:
    """Return a tab's address: never a bare one, which opens with the person's default view."""
    address = change_query(request, **{name: value})
    return f"?{name}=" if address == "?" else address


def change_query(request: PortalRequest, **changes: str) -> str:
    """Return the present query string with some values changed, on the first page."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}" if query else "?"
