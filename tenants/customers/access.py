"""Fetch and authorise: the only way to a customer or a contact."""

from __future__ import annotations

from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor, Via
from spotex.kernel.errors import Missing
from tenants.access import require
from tenants.customers.models import Contact, Customer, CustomerImport, Incident, SavedView
from tenants.customers.selectors import (
    list_all_contacts_for,
    list_customers_for,
    list_imports_for,
    list_incidents_of,
    list_people_for,
    list_views_for,
)
from tenants.hosts import AgencySnapshot
from tenants.models import User
from tenants.permissions import CONTACT_PERMISSIONS, Permission
from tenants.states import ContactRole, PortalName


def access_customer(
    actor: Actor,
    public_id: str,
    *,
    permission: Permission = Permission.CUSTOMER_VIEW,
) -> Customer:
    """Return a customer that the actor sees.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    customer = list_customers_for(actor).filter(public_id=public_id).first()
    if customer is None:
        raise Missing(_("There is no such customer."))
    require(actor, permission)
    return customer


def access_contact(
    actor: Actor,
    public_id: str,
    *,
    permission: Permission = Permission.CONTACT_VIEW,
) -> Contact:
    """Return a contact that the actor sees, with its customer.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    contact = list_all_contacts_for(actor).filter(public_id=public_id).first()
    if contact is None:
        raise Missing(_("There is no such person."))
    require(actor, permission)
    return contact


def access_person(actor: Actor, public_id: str) -> User:
    """Return a person that the actor sees.

    Raises:
        Missing: there is nobody with this id whom the actor sees.
    """
    person = list_people_for(actor).filter(public_id=public_id).first()
    if person is None:
        raise Missing(_("There is no such person."))
    return person


def access_view(actor: Actor, public_id: str) -> SavedView:
    """Return a saved view that the actor may open.

    Raises:
        Missing: there is none with this id that the actor sees.
    """
    view = list_views_for(actor).filter(public_id=public_id).first()
    if view is None:
        raise Missing(_("There is no such view. Perhaps it was deleted."))
    return view


def access_import(actor: Actor, public_id: str) -> CustomerImport:
    """Return a file with customers that somebody of the agency sent.

    Raises:
        Missing: there is none with this id that the actor sees.
    """
    found = list_imports_for(actor).filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such file. Files are forgotten after 30 days."))
    return found


def access_incident(actor: Actor, public_id: str) -> Incident:
    """Return an incident to write about it; reading is everybody's.

    Raises:
        Missing: there is none with this id in the actor's agency.
        NotAllowed: the role does not speak for the agency.
    """
    if actor.customer_id is not None:
        raise Missing(_("There is no such incident."))
    require(actor, Permission.STATUS_MANAGE)
    found = list_incidents_of(actor).filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such incident."))
    return found


def can_change_view(actor: Actor, view: SavedView) -> bool:
    """Tell whether a view that the actor sees is theirs to change: shared ones need a permission."""
    return actor.can(Permission.VIEW_SHARE) if view.is_shared else view.owner_id == actor.user_id


def actor_of_contact(
    contact: Contact,
    *,
    agency: AgencySnapshot,
    via: Via,
    address: str = "",
) -> Actor:
    """Return the actor that a contact is: one customer, nothing else."""
    user = contact.user
    return Actor(
        user_id=contact.user_id,
        user_public_id=user.public_id if user else "",
        name=user.full_name if user else contact.full_name,
        email=contact.email,
        language=user.language if user else "",
        portal=PortalName.CUSTOMER,
        agency_id=agency.id,
        agency_public_id=agency.public_id,
        agency_slug=agency.slug,
        schema=agency.schema_name,
        role=contact.role,
        customer_id=contact.customer_id,
        customer_public_id=contact.customer.public_id,
        permissions=frozenset(CONTACT_PERMISSIONS[ContactRole(contact.role)]),
        via=via,
        address=address,
    )
