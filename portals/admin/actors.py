"""Who acts on a page of the admin, and on which row."""

from __future__ import annotations

from django.http import HttpRequest

from portals.shared.requests import address_of
from spotex.kernel.actor import Actor
from tenants.models import Agency
from tenants.services.staff import actor_of_staff


def staff_actor(request: HttpRequest, *, agency: Agency | None = None) -> Actor:
    """Return the signed-in member of the staff as the actor of a service."""
    return actor_of_staff(request.user, agency=agency, address=address_of(request))  # type: ignore[arg-type]  # the site lets in nobody else


def read_key(object_id: str | None) -> int:
    """Return the database key in an address of the admin, 0 for anything that is none."""
    text = object_id or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
