"""Finding every page of a host by following its links, one page for each kind of address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from portals.tests.journeys.visitor import Visitor

_ID = re.compile(r"\b[a-z]+_[0-9a-hjkmnp-tv-z]{26}\b")
_LEFT_OUT = re.compile(r"^/(api/v1/|live/|brand/|static/|accounts/logout/|health|favicon)")
_LINKS = """() => [...document.querySelectorAll('a[href]:not([download])')]
    .filter(link => link.origin === location.origin).map(link => link.href)"""


def visit_every_page(visitor: Visitor, host: str) -> Iterator[str]:
    """Open every page that can be reached from a host's first page; yield its path."""
    known, waiting = {"/"}, ["/"]
    while waiting:
        path = waiting.pop()
        visitor.open(host, path)
        for address in visitor.page.evaluate(_LINKS):
            following = urlsplit(address).path
            kind = _ID.sub("*", following)
            if kind not in known and not _LEFT_OUT.match(following):
                known.add(kind)
                waiting.append(following)
        yield path
