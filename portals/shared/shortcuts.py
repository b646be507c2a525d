"""Keys that do something: one list for the browser and for the sheet that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.shared.requests import PortalRequest
from tenants.permissions import Permission
from tenants.states import PortalName


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """Keys, one after the other with a blank between them, and what they do."""

    keys: str
    label: str | Promise
    url_name: str = ""
    does: str = ""
    """What the page does, for keys that lead nowhere; see ``shortcuts.js``."""

    permission: Permission | None = None


@dataclass(frozen=True, kw_only=True)
class ShortcutLine:
    """A shortcut as the sheet shows it."""

    keys: list[str]
    chord: str
    label: str
    url: str
    does: str


@dataclass(frozen=True, kw_only=True)
class ShortcutGroup:
    """Shortcuts that belong together."""

    title: str
    lines: list[ShortcutLine]


_EVERYWHERE: Final = (
    Shortcut(keys="/", label=_("Search on this page, or everywhere"), does="search"),
    Shortcut(keys="c", label=_("New, on a page that has something to add"), does="create"),
    Shortcut(keys="e", label=_("Change what the page shows"), does="edit"),
    Shortcut(keys="?", label=_("Show these shortcuts"), does="sheet"),
)
_IN_LISTS: Final = (
    Shortcut(keys="j", label=_("Next row"), does="next"),
    Shortcut(keys="k", label=_("Previous row"), does="previous"),
    Shortcut(keys="Enter", label=_("Open the row")),
    Shortcut(keys="x", label=_("Choose the row, where rows can be chosen"), does="select"),
)
_ALWAYS: Final = (
    Shortcut(keys="Ctrl+K", label=_("Find anything: pages, people, actions")),
    Shortcut(keys="Esc", label=_("Close what lies above the page")),
)
_ways: dict[PortalName, Sequence[Shortcut]] = {}


def register_shortcuts(portal: PortalName, ways: Sequence[Shortcut]) -> None:
    """Set the keys that lead to a portal's pages."""
    _ways[portal] = ways


def list_shortcut_groups(request: PortalRequest) -> list[ShortcutGroup]:
    """Return the shortcuts that lead somewhere for this visitor."""
    ways = [
        way
        for way in _ways.get(request.portal, ())
        if way.permission is None or request.actor.can(way.permission)
    ]
    groups = ((_("Everywhere"), _EVERYWHERE), (_("Go to"), ways), (_("In lists"), _IN_LISTS))
    return [
        *(ShortcutGroup(title=str(title), lines=_draw(lines)) for title, lines in groups if lines),
        ShortcutGroup(title=str(_("Always on")), lines=_draw(_ALWAYS)),
    ]


def _draw(shortcuts: Sequence[Shortcut]) -> list[ShortcutLine]:
    return [
        ShortcutLine(
            keys=shortcut.keys.replace("+", " ").split(),
            chord=shortcut.keys if shortcut.url_name or shortcut.does else "",
            label=str(shortcut.label),
            url=reverse(shortcut.url_name) if shortcut.url_name else "",
            does=shortcut.does,
        )
        for shortcut in shortcuts
    ]
