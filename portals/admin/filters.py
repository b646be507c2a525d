"""Filters of lists that ask yes or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.admin.dashboards.attention import is_ending_trial


def make_filter(
    parameter: str, *, title: str | Promise, word: str | Promise, condition: Q | Callable[[], Q]
) -> type[admin.SimpleListFilter]:
    """Return a filter that offers, beside all rows, those that meet a condition.

    A condition that depends on the moment is a function.
    """

    def lookups(_self: Any, _request: HttpRequest, _admin: Any) -> list[tuple[str, Any]]:
        return [("yes", word)]

    def queryset(self: Any, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return rows
        return rows.filter(condition() if callable(condition) else condition)

    return type(
        f"{parameter.title().replace('_', '')}Filter",
        (admin.SimpleListFilter,),
        {"title": title, "parameter_name": parameter, "lookups": lookups, "queryset": queryset},
    )


ENDING: type[admin.SimpleListFilter] = make_filter(
    "ending",
    title=_("trial"),
    word=_("ends within a week"),
    condition=lambda: is_ending_trial(at=timezone.now()),
)
