"""Fetch and authorise: the only way to a site or an operation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hosting.models import Site
from hosting.operations.models import Operation
from hosting.selectors import list_operations_for, list_sites_for
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from tenants.access import require
from tenants.permissions import Permission


def access_site(
    actor: Actor,
    public_id: str,
    *,
    permission: Permission = Permission.SITE_VIEW,
) -> Site:
    """Return a site that the actor sees, with its customer.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    site = list_sites_for(actor).filter(public_id=public_id).first()
    if site is None:
        raise Missing(_("There is no such site."))
    require(actor, permission)
    return site


def access_operation(
    actor: Actor,
    public_id: str,
    *,
    permission: Permission = Permission.OPERATION_VIEW,
) -> Operation:
    """Return an operation that the actor sees, with its steps.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    operation = list_operations_for(actor).filter(public_id=public_id).first()
    if operation is None:
        raise Missing(_("There is no such operation."))
    require(actor, permission)
    return operation
