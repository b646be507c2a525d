"""Menus: each portal registers its entries; the shell shows those that the role may open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.functional import Promise

from portals.shared.closing import is_shut
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Actor
from tenants.permissions import Permission
from tenants.states import PortalName


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How much waits for somebody behind an entry: the number, and a sentence that says what."""

    count: int
    words: str


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of a menu; ``url_name`` is reversed in the portal's urlconf.

    ``also`` begins the addresses of its pages that lie elsewhere; ``concerns`` tells whether there
    is anything behind it for somebody, ``waits`` what waits there for them, None for nothing.
    """

    label: str | Promise
    icon: str
    url_name: str
    permission: Permission | None = None
    also: str = ""
    concerns: Callable[[Actor], bool] | None = None
    waits: Callable[[PortalRequest], Waiting | None] | None = None


@dataclass(frozen=True, kw_only=True)
class NavLink:
    """An entry as the shell draws it."""

    label: str
    icon: str
    url: str
    active: bool
    waiting: Waiting | None = None


class Menu(StrEnum):
    """The menus that a portal may have."""

    MAIN = "main"
    SETTINGS = "settings"
    ACCOUNT = "account"


_menus: dict[tuple[PortalName, Menu], Sequence[NavItem]] = {}


def register_nav(portal: PortalName, items: Sequence[NavItem], *, menu: Menu = Menu.MAIN) -> None:
    """Set one of a portal's menus."""
    _menus[portal, menu] = items


def list_nav_links(
    request: PortalRequest, *, menu: Menu = Menu.MAIN, counts: bool = False
) -> list[NavLink]:
    """Return the entries that this visitor may open, the present one marked.

    An entry stays marked on the pages below it, unless one of them has an entry of its own.

    Args:
        request: of a page.
        menu: which.
        counts: whether to look up what waits behind the entries, too.
    """
    offered = [
        (item, reverse(item.url_name))
        for item in _menus.get((request.portal, menu), ())
        if _is_offered(item, actor=request.actor)
    ]
    items = [(item, url) for item, url in offered if not _is_shut(request, url)]
    depths = [_depth(request.path, url, item.also) for item, url in items]
    deepest = max(depths, default=0)
    return [
        NavLink(
            label=str(item.label),
            icon=item.icon,
            url=url,
            active=0 < depth == deepest,
            waiting=item.waits(request) if counts and item.waits else None,
        )
        for (item, url), depth in zip(items, depths, strict=True)
    ]


def _is_offered(item: NavItem, *, actor: Actor) -> bool:
    is_allowed = item.permission is None or actor.can(item.permission)
    return is_allowed and (item.concerns is None or item.concerns(actor))


def _depth(path: str, *beginnings: str) -> int:
    """Tell how much of a path an entry's addresses cover, 0 for nothing."""
    return max(len(one) if one and _is_within(path, one) else 0 for one in beginnings)


def _is_shut(request: PortalRequest, url: str) -> bool:
    return request.agency is not None and is_shut(request.agency, portal=request.portal, path=url)


def _is_within(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
