"""Every address of every portal, for tests that must not forget one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver

PORTALS = ("public", "admin", "doors", "agency", "customer", "api")


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address: where, called what, answered by what."""

    portal: str
    pattern: str
    name: str
    view: Callable[..., Any]

    def __str__(self) -> str:
        return f"{self.portal}:/{self.pattern}"

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the parts that differ."""
        typed = re.findall(r"<(?:\w+:)?(\w+)>", self.pattern.replace("?P<", "<:"))
        return tuple(typed)

    @property
    def module(self) -> str:
        """Where the view is written."""
        return str(getattr(self.view, "__module__", ""))


def list_routes(*portals: str) -> list[Route]:
    """Return the addresses of these portals, of all without an argument."""
    return [route for portal in portals or PORTALS for route in _walk_portal(portal)]


def _walk_portal(portal: str) -> Iterator[Route]:
    urlconf = import_module(f"portals.{portal}.urls")
    for pattern, path in _walk(urlconf.urlpatterns, prefix=""):
        yield Route(portal=portal, pattern=path, name=pattern.name or "", view=pattern.callback)


def _walk(
    patterns: list[URLPattern | URLResolver],
    *,
    prefix: str,
) -> Iterator[tuple[URLPattern, str]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, prefix=path)
        else:
            yield pattern, path
