"""Opening work on a site: lock it, see that nobody is in the way, write the operation down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hosting.events import SiteChanged
from hosting.models import Site
from hosting.operations.kinds import find_kind
from hosting.operations.models import Operation
from hosting.operations.selectors import find_open_operation
from hosting.operations.services import OperationOpen, open_operation
from hosting.selectors import list_stagings
from hosting.telling import tell_site
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict
from spotex.kernel.locks import lock_row


class StagingExists(Conflict):
    """The site has a staging copy."""

    code = "staging_exists"


class StaleSite(Conflict):
    """The site changed since somebody looked at it."""

    code = "stale"


def lock_site(site: Site) -> Site:
    """Return the site as it is now, locked, with the customer that was loaded with it."""
    locked = lock_row(site)
    locked.customer = site.customer
    if locked.staging_of is not None:
        locked.staging_of.customer = site.customer
    return locked


def open_work(
    site: Site,
    kind_name: str,
    *,
    actor: Actor,
    arguments: Mapping[str, Any] | None = None,
) -> Operation:
    """Open an operation on a locked site.

    Raises:
        OperationOpen: other work on the site is going on.
    """
    kind = find_kind(kind_name)
    if kind is None:
        raise LookupError(kind_name)
    return open_operation(
        kind,
        actor=actor,
        subject=site.public_id,
        subject_name=site.name,
        customer=site.customer.public_id,
        arguments=arguments,
        at=timezone.now(),
    )


def save_work(
    site: Site,
    operation: Operation,
    event: type[SiteChanged],
    *,
    actor: Actor,
    **details: Any,
) -> Site:
    """Write which operation works on a site, and tell it."""
    site.operation = operation.public_id
    site.error = None
    site.version += 1
    site.save()
    tell_site(event, site, actor=actor, operation=operation.public_id, **details)
    return site


def require_alone(site: Site) -> None:
    """Pass if no other site's work reads this one.

    Raises:
        OperationOpen: its content is being copied.
    """
    partners = [site.staging_of] if site.staging_of else list(list_stagings(site))
    for partner in partners:
        current = find_open_operation(partner.public_id)
        if current is not None and current.arguments.get("source") == site.public_id:
            raise OperationOpen(_("This site is being copied. Please wait a moment."))
