"""What the platform asks of DNS, whoever answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

ALIASES_MAX: Final = 12
"""Longer chains of CNAMEs are a loop, or as good as one."""


class RecordKind(StrEnum):
    """Kinds of records that are looked up."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    TXT = "TXT"
    CAA = "CAA"


class Outcome(StrEnum):
    """How a look-up ended."""

    FOUND = "found"
    EMPTY = "empty"
    NO_NAME = "no_name"
    DNSSEC = "dnssec"
    LAME = "lame"
    SERVER_FAILURE = "server_failure"
    REFUSED = "refused"
    TIMEOUT = "timeout"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a look-up found: values as text, and the names it was led through."""

    outcome: Outcome
    values: Sequence[str] = ()
    aliases: Sequence[str] = ()

    @property
    def is_certain(self) -> bool:
        """Tell whether DNS answered, be it that there is nothing."""
        return self.outcome in {Outcome.FOUND, Outcome.EMPTY, Outcome.NO_NAME}


class Dns(Protocol):
    """Somebody who can be asked."""

    def look_up(self, name: str, kind: RecordKind) -> Answer:
        """Return what DNS says of a name; aliases are followed. Never raises, ends in time."""
