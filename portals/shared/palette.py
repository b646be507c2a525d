"""The command palette: what a person may go to or do, found by a few words.

Each portal registers its sources. A source reads through the same selectors as the pages, so that
nobody finds what they cannot open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from portals.shared.nav import Menu, list_nav_links
from portals.shared.requests import PortalRequest
from spotex.kernel.ids import ID_PATTERN
from tenants.states import PortalName

ENTRIES_SHOWN: Final = 14
FOUND_OF_A_KIND: Final = 5
RECENT_KEPT: Final = 5
_ID: Final = re.compile(f"[a-z]+_{ID_PATTERN}")


@dataclass(frozen=True, kw_only=True)
class PaletteEntry:
    """Something to go to or to do."""

    label: str
    icon: str
    url: str = ""
    note: str = ""
    """What it is, shown beside the label and searched, too."""

    words: str = ""
    """More words by which it is found, not shown."""

    post: bool = False
    """The address is sent to, not opened."""

    does: str = ""
    """What only the browser can do: ``theme`` or ``sheet``."""


class Piece(NamedTuple):
    """A part of a label, marked when it is what was searched for."""

    text: str
    marked: bool


class Found(NamedTuple):
    """An entry with its label in pieces."""

    entry: PaletteEntry
    pieces: list[Piece]


@dataclass(frozen=True, kw_only=True)
class PaletteSource:
    """Where a portal's entries come from."""

    actions: Callable[[PortalRequest], Iterable[PaletteEntry]]
    search: Callable[[PortalRequest, str], Iterable[PaletteEntry]]
    """Objects that match the words."""

    recall: Callable[[PortalRequest, Sequence[str]], Iterable[PaletteEntry]]
    """Objects with these public ids, as far as the actor sees them, in any order."""


_sources: dict[PortalName, PaletteSource] = {}


def register_palette(portal: PortalName, source: PaletteSource) -> None:
    """Set what a portal's palette finds."""
    _sources[portal] = source


def list_palette(request: PortalRequest, *, text: str, recent: str = "") -> list[Found]:
    """Return what the palette shows: the best matches, or for no words what was opened lately.

    Args:
        request: who asks, in which portal.
        text: the words searched for.
        recent: public ids that this browser opened lately, newest first, with commas.
    """
    source = _sources[request.portal]
    fixed = [*source.actions(request), *_list_pages(request)]
    if text:
        entries = rank_entries([*source.search(request, text), *fixed], text=text)
    else:
        entries = [*_recall(request, source, recent=recent), *fixed]
    return [Found(one, mark_words(one.label, text=text)) for one in entries[:ENTRIES_SHOWN]]


def _list_pages(request: PortalRequest) -> list[PaletteEntry]:
    """Return the pages of the menus, each once."""
    menus = (
        (Menu.MAIN, _("Page")),
        (Menu.SETTINGS, _("Settings")),
        (Menu.ACCOUNT, _("Your account")),
    )
    pages: dict[tuple[str, str], PaletteEntry] = {}
    for menu, note in menus:
        for link in list_nav_links(request, menu=menu):
            page = PaletteEntry(label=link.label, icon=link.icon, url=link.url, note=note)
            pages.setdefault((link.url, link.label), page)
    return list(pages.values())


def _recall(request: PortalRequest, source: PaletteSource, *, recent: str) -> list[PaletteEntry]:
    wanted = [one for one in recent.split(",")[:RECENT_KEPT] if _ID.fullmatch(one)]
    found = list(source.recall(request, wanted)) if wanted else []
    places = {public_id: place for place, public_id in enumerate(wanted)}
    return sorted(found, key=lambda entry: places[entry.url.strip("/").rsplit("/", 1)[-1]])


def rank_entries(entries: Iterable[PaletteEntry], *, text: str) -> list[PaletteEntry]:
    """Return the entries that hold every word, best first; equals keep their order.

    A label that begins with the text comes first, then one with a word that begins with it, then
    one that contains it, then the rest.
    """
    words = fold(text).split()
    ranked = [(_rank(entry, words=words), entry) for entry in entries]
    found = [(rank, entry) for rank, entry in ranked if rank is not None]
    return [entry for _rank_of, entry in sorted(found, key=lambda pair: pair[0])]


def _rank(entry: PaletteEntry, *, words: Sequence[str]) -> int | None:
    label, text = fold(entry.label), " ".join(words)
    everything = f"{label} {fold(entry.note)} {fold(entry.words)}"
    if not all(word in everything for word in words):
        return None
    if label.startswith(text):
        return 0
    if any(word.startswith(text) for word in label.split()):
        return 1
    return 2 if all(word in label for word in words) else 3


def mark_words(label: str, *, text: str) -> list[Piece]:
    """Return a label in pieces, those marked that hold a word of the text."""
    places = [place for place, letter in enumerate(label) for _one in fold(letter)]
    folded, marked = "".join(fold(letter) for letter in label), set[int]()
    for word in fold(text).split():
        start = folded.find(word)
        while start >= 0:
            marked.update(places[start : start + len(word)])
            start = folded.find(word, start + len(word))
    parts = groupby(range(len(label)), key=lambda place: place in marked)
    return [Piece("".join(label[place] for place in run), is_marked) for is_marked, run in parts]


def fold(text: str) -> str:
    """Return the text without capitals and accents, as people type it."""
    spread = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
