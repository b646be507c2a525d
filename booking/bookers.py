"""Who books: a person with an account, a program, or a guest."""

from __future__ import annotations

from dataclasses import dataclass

from spotex.kernel.actor import Actor
from tenants.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class Booker:
    """Somebody who holds and books.

    ``key`` is what makes a hold "mine": the public id of a person or a key, or a guest's own.
    """

    key: str
    name: str = ""
    email: str = ""
    language: str = ""
    customer_id: int | None = None
    is_staff: bool = False
    """Whether the agency's own people act: notice, horizon and most limits are for others."""

    is_guest: bool = False


def booker_of(actor: Actor) -> Booker:
    """Return whom an actor is when booking."""
    return Booker(
        key=actor.user_public_id,
        name=actor.name,
        email=actor.email,
        language=actor.language,
        customer_id=actor.customer_id,
        is_staff=actor.can(Permission.RESERVATION_MANAGE),
    )
