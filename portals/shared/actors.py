"""From a signed-in person to what they are in this portal."""

from __future__ import annotations

from typing import Final

from portals.shared.requests import PortalRequest, address_of
from spotex.kernel.actor import ANONYMOUS, Actor, Via
from tenants.access import actor_of_member
from tenants.customers.access import actor_of_contact
from tenants.customers.selectors import list_contacts_of_user
from tenants.hosts import AgencySnapshot
from tenants.models import User
from tenants.selectors import find_membership
from tenants.states import PortalName

CHOSEN_CUSTOMER: Final = "customer"
"""Session key: public id of the customer that a contact of several works for."""


def find_actor(request: PortalRequest) -> Actor:
    """Return what the signed-in person is here; ``ANONYMOUS`` for nobody and for strangers."""
    user = request.user
    agency = request.agency
    if not isinstance(user, User) and not getattr(user, "is_authenticated", False):
        return ANONYMOUS
    if agency is None:
        return _person(request)
    if request.portal == PortalName.AGENCY:
        return find_member_actor(
            user_id=user.pk or 0,
            agency=agency,
            via=Via.BROWSER,
            address=address_of(request),
        )
    return find_contact_actor(
        user_id=user.pk or 0,
        agency=agency,
        via=Via.BROWSER,
        address=address_of(request),
        chosen=request.session.get(CHOSEN_CUSTOMER, ""),
    )


def acting_person(request: PortalRequest) -> Actor:
    """Return the signed-in person's actor, also where they have no role."""
    return request.actor if request.actor.is_authenticated else _person(request)


def _person(request: PortalRequest) -> Actor:
    user = request.user
    return Actor(
        user_id=user.pk,
        user_public_id=getattr(user, "public_id", ""),
        name=getattr(user, "full_name", ""),
        email=getattr(user, "email", ""),
        portal=request.portal,
        role="STAFF" if getattr(user, "is_staff", False) else "",
        address=address_of(request),
    )


def find_member_actor(
    *,
    user_id: int,
    agency: AgencySnapshot,
    via: Via,
    address: str,
) -> Actor:
    """Return the member's actor, ``ANONYMOUS`` if the person is none."""
    membership = find_membership(user_id=user_id, agency_id=agency.id)
    if membership is None:
        return ANONYMOUS
    return actor_of_member(membership, agency=agency, via=via, address=address)


def find_contact_actor(
    *,
    user_id: int,
    agency: AgencySnapshot,
    via: Via,
    address: str,
    chosen: str = "",
) -> Actor:
    """Return the contact's actor for the chosen customer, else for the first one.

    The connection must be in the agency's schema.
    """
    contacts = list(list_contacts_of_user(user_id))
    if not contacts:
        return ANONYMOUS
    contact = next((c for c in contacts if c.customer.public_id == chosen), contacts[0])
    return actor_of_contact(contact, agency=agency, via=via, address=address)
