"""How one list of an agency's rows is described."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.admin.exports import Column
from portals.templatetags.ui import moment

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class RowKind:
    """One list of an agency: its rows, its columns, and how they are found.

    Args:
        title: what it is called.
        rows: fetches the rows with what the columns read, newest first.
        columns: heading and reader of each column.
        search: look-ups that the search goes through.
        states: what the filter offers; empty for none.
        export: columns of the file.
    """

    title: Text
    rows: Callable[[], QuerySet[Any]]
    columns: Sequence[tuple[Text, Callable[[Any], str]]]
    search: Sequence[str]
    export: Sequence[Column]
    states: Sequence[tuple[str, Text]] = ()

    def filter(self, *, search: str, state: str) -> QuerySet[Any]:
        """Return the rows that somebody looks for."""
        rows = self.rows()
        if state in dict(self.states):
            rows = rows.filter(state=state)
        for word in search.split():
            condition = Q()
            for lookup in self.search:
                condition |= Q(**{f"{lookup}__icontains": word})
            rows = rows.filter(condition)
        return rows


def newest(model: Any, *along: str) -> Callable[[], QuerySet[Any]]:
    """Return what fetches a model's rows, the newest first, with what lies ``along`` them."""

    def fetch() -> QuerySet[Any]:
        rows: QuerySet[Any] = model.objects.select_related(*along) if along else model.objects.all()
        return rows.order_by("-created_at", "-pk")

    return fetch


CREATED: Final = (_("created"), lambda row: moment(row.created_at))
