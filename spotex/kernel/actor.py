"""Who acts: one person or the platform itself, in one agency, through one portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

API_KEY_ROLE: Final = "API_KEY"
"""What an API key is in its agency."""


class Via(StrEnum):
    """The door through which an action came."""

    BROWSER = "BROWSER"
    API = "API"
    TASK = "TASK"
    COMMAND = "COMMAND"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """An immutable answer to "who is asking, and what may they do?".

    ``customer_id`` is set for a contact: such an actor sees one customer and nothing else.
    ``permissions`` is the row of the permission table that belongs to ``role``.
    """

    user_id: int | None
    user_public_id: str = ""
    name: str = ""
    email: str = ""
    language: str = ""
    portal: str = ""
    agency_id: int | None = None
    agency_public_id: str = ""
    agency_slug: str = ""
    schema: str = "public"
    role: str = ""
    customer_id: int | None = None
    customer_public_id: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    via: Via = Via.BROWSER
    address: str = ""
    impersonator_public_id: str = ""
    impersonator_name: str = ""
    """Who of the platform's staff acts in this person's place, if somebody does."""

    support_session: str = ""
    """The public id of that support session."""

    @property
    def is_authenticated(self) -> bool:
        """Tell whether a known person, or the platform, stands behind this actor."""
        return self.user_id is not None or bool(self.role)

    @property
    def is_key(self) -> bool:
        """Tell whether a program with an API key acts, not a person."""
        return self.role == API_KEY_ROLE

    def can(self, permission: str) -> bool:
        """Tell whether the actor's role carries the permission."""
        return permission in self.permissions


ANONYMOUS = Actor(user_id=None)
