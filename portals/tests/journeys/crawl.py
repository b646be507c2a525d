"""Finding every page of a host by its links, one page for each kind of address."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from portals.tests.journeys.visitor import Visitor

_ID = re.compile(r"\b[a-z]+_[0-9a-hjkmnp-tv-z]{26}\b")
_LEFT_OUT = re.compile(r"^/(api/v1/|live/|brand/|static/|accounts/logout/|health|favicon)")
_LINK = re.compile(r"<a\b(?![^>]*\sdownload\b)[^>]*?\shref=\"([^\"]*)\"")
_READ = "path => fetch(path).then(answer => answer.text())"

Choice = Callable[[str], bool]


def every_page(_kind: str) -> bool:
    """Choose all kinds of pages."""
    return True


def third_of_the_pages(third: int) -> Choice:
    """Choose a third, 0 to 2, of the kinds of pages; the same ones every time."""
    return lambda kind: zlib.crc32(kind.encode()) % 3 == third


def list_pages(visitor: Visitor, host: str) -> list[str]:
    """Follow all links from a host's first page; return one path for each kind of page.

    The pages are only read for their links.
    """
    visitor.open(host, "/")
    known, waiting, found = {"/"}, ["/"], []
    while waiting:
        path = waiting.pop()
        found.append(path)
        html = visitor.page.evaluate(_READ, path)
        for following in _list_links(html, visitor.product.url(host, path)):
            kind = _kind_of(following)
            if kind not in known and not _LEFT_OUT.match(following):
                known.add(kind)
                waiting.append(following)
    return found


def choose_pages(paths: list[str], *, chosen: Choice) -> list[str]:
    """Return the paths of the kinds that are chosen."""
    return [path for path in paths if chosen(_kind_of(path))]


def _kind_of(path: str) -> str:
    return _ID.sub("*", path)


def _list_links(html: str, address: str) -> Iterator[str]:
    here = urlsplit(address)
    for link in _LINK.findall(html):
        target = urlsplit(urljoin(address, unescape(link)))
        if target.netloc == here.netloc:
            yield target.path
