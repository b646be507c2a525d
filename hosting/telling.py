"""One way to publish what happened to a site."""

from __future__ import annotations

from typing import Any

from hosting.events import SiteChanged
from hosting.models import Site
from spotex.kernel.actor import Actor
from spotex.kernel.events import publish


def tell_site(kind: type[SiteChanged], site: Site, *, actor: Actor, **details: Any) -> None:
    """Publish an event about a site whose customer is loaded."""
    publish(
        kind(
            actor=actor,
            subject_public_id=site.public_id,
            subject_name=site.name,
            customer_public_id=site.customer.public_id,
            details=details,
            agency_id=actor.agency_id or 0,
            state=site.state,
        ),
    )
