"""The form in which an event of the trail is put into words."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise


class Sentence(NamedTuple):
    """How one event reads; ``{actor}`` and ``{subject}`` stand for the names."""

    icon: str
    text: str | Promise
