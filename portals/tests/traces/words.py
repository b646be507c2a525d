"""What betrays: the platform's name in any writing, and the names of another agency."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

PLATFORM: Final = "spotex"
FOREIGN: Final = "zyxmarca"
"""Part of every name, address and colour that the other agency has in these tests."""

_JOINTS: Final = re.compile("[-_.\u00ad\u200b\u200c\u200d\u2060]|<wbr>")
_AROUND: Final = 40


def find_traces(text: str, *, words: Iterable[str] = (PLATFORM, FOREIGN)) -> list[str]:
    """Return where a text names what it must not, each place with what stands around it.

    Letters written as entities or percent codes count, and words that are taken apart by
    hyphens, dots or invisible characters.
    """
    plain = unquote(html.unescape(text)).lower()
    joined = _JOINTS.sub("", plain)
    return [
        found
        for word in words
        for found in (*_list_places(plain, word), *_list_places(joined, word))
    ]


def _list_places(text: str, word: str) -> list[str]:
    return [
        text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
        for match in re.finditer(re.escape(word), text)
    ]
