"""What one address is called with, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenants.permissions import Permission

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """How to call an address with planted ids."""

    ids: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    needs: Mapping[str, Permission | None] = field(default_factory=dict)
    """The permission that each method asks for; of a page, where it is not the view's mark."""

    queries: Mapping[str, str] = field(default_factory=dict)
    """The parameters that each method asks for."""

    own: bool = False
    """Shows the caller, whoever that is; there is nothing of others to see."""

    agency_only: bool = False
    """API: an object of the agency itself, which its customers' people never see."""

    for_all: bool = False
    """API: an object of the agency that the people of all its customers see."""

    person: bool = False
    """API: no key may call it, whatever its scopes are."""


def page(
    word: str = "", *, needs: Mapping[str, Permission | None] | None = None, **bodies: Body
) -> Case:
    """Return the case of a page that names the planted ``word``, or none."""
    return Case(ids={"public_id": word} if word else {}, bodies=bodies, needs=needs or {})
