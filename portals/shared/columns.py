"""Columns of a list that people may hide; which ones are shown stands in the list's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.functional import Promise

from portals.shared.requests import PortalRequest

PARAMETER: Final = "show"
_MOST_VALUES: Final = 20


@dataclass(frozen=True, kw_only=True)
class ColumnChoice:
    """A column, and whether the list shows it."""

    name: str
    label: str
    shown: bool


@dataclass(frozen=True, kw_only=True)
class ColumnSet:
    """The columns of a list as its address asks for them."""

    choices: list[ColumnChoice]

    @cached_property  # rows ask for it
    def shown(self) -> dict[str, bool]:
        """Tell by name which columns are shown."""
        return {choice.name: choice.shown for choice in self.choices}

    @property
    def as_text(self) -> str:
        """The value for the address; ``""`` when nothing is hidden."""
        names = [choice.name for choice in self.choices if choice.shown]
        return "" if len(names) == len(self.choices) else ",".join(names)


def read_columns(request: PortalRequest, *, labels: Mapping[str, str | Promise]) -> ColumnSet:
    """Return the columns, each with whether it is shown; all of them when none is known.

    Boxes send one value each, saved views all of them with commas.
    """
    values = request.GET.getlist(PARAMETER)[:_MOST_VALUES]
    asked = {name for value in values for name in value.split(",")} & labels.keys()
    wanted = asked or labels.keys()
    return ColumnSet(
        choices=[
            ColumnChoice(name=name, label=str(label), shown=name in wanted)
            for name, label in labels.items()
        ]
    )
