"""Fetch and authorise: the only way to an object of the public schema."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from spotex.kernel.actor import API_KEY_ROLE, Actor, Via
from spotex.kernel.errors import Missing, NotAllowed
from tenants.hosts import AgencySnapshot
from tenants.models import (
    Agency,
    ApiKey,
    Domain,
    Export,
    Impersonation,
    Invitation,
    Membership,
    Subscription,
)
from tenants.permissions import READING, ROLE_PERMISSIONS, SUPPORT_WORK, Permission
from tenants.selectors import (
    list_api_keys_of,
    list_domains_of,
    list_effective_scopes,
    list_exports_of,
    list_members_of,
    list_open_invitations_of,
    list_own_agencies,
    list_subscriptions_of,
    list_support_of,
)
from tenants.states import PortalName, Role

SYSTEM_ROLE: Final = "SYSTEM"
"""The role of the platform itself, in the trail and in actors."""


class ScopeMissing(NotAllowed):
    """An API key was not given the scope, or its maker's role carries it no longer."""

    code = "scope_missing"


def require(actor: Actor, permission: Permission) -> None:
    """Pass if the actor has the permission.

    Raises:
        ScopeMissing: the actor is an API key without this scope.
        NotAllowed: the actor's role does not carry it.
    """
    if actor.can(permission):
        return
    if actor.is_key:
        raise ScopeMissing(
            _("This API key lacks the scope “%(scope)s”.") % {"scope": permission.value},
        )
    raise NotAllowed(_("Your role does not allow this. Ask an administrator of the agency."))


def access_agency(actor: Actor, *, permission: Permission) -> Agency:
    """Return the actor's agency.

    Raises:
        Missing: the actor belongs to no agency, or acts for a customer.
        NotAllowed: the role does not carry the permission.
    """
    if actor.agency_id is None or actor.customer_id is not None:
        raise Missing(_("There is no such agency."))
    require(actor, permission)
    return Agency.objects.select_related("plan").get(pk=actor.agency_id)


def access_own_agency(actor: Actor, public_id: str, *, permission: Permission) -> Agency:
    """Return the actor's agency by its id: no other one exists for the actor.

    Raises:
        Missing: the actor belongs to no agency or another one, or acts for a customer.
        NotAllowed: the role does not carry the permission.
    """
    if (
        actor.customer_id is not None
        or not list_own_agencies(actor).filter(public_id=public_id).exists()
    ):
        raise Missing(_("There is no such agency."))
    return access_agency(actor, permission=permission)


def access_subscription(actor: Actor, *, permission: Permission) -> Subscription:
    """Return the present subscription of the actor's agency.

    Raises:
        Missing: the actor belongs to no agency, acts for a customer, or there is none.
        NotAllowed: the role does not carry the permission.
    """
    current = list_subscriptions_of(actor).filter(ended_at=None).first()
    if current is None:
        raise Missing(_("This agency has no subscription."))
    require(actor, permission)
    return current


def access_member(actor: Actor, public_id: str, *, permission: Permission) -> Membership:
    """Return a member of the actor's agency.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    member = list_members_of(actor).filter(public_id=public_id).first()
    if member is None or not actor.can(Permission.MEMBER_VIEW):
        raise Missing(_("There is no such member."))
    require(actor, permission)
    return member


def access_invitation(actor: Actor, public_id: str, *, permission: Permission) -> Invitation:
    """Return an open invitation of the actor's agency.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    invitation = list_open_invitations_of(actor).filter(public_id=public_id).first()
    if invitation is None or not actor.can(Permission.MEMBER_VIEW):
        raise Missing(_("There is no such invitation."))
    require(actor, permission)
    return invitation


def access_domain(actor: Actor, public_id: str, *, permission: Permission) -> Domain:
    """Return an own domain of the actor's agency.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    domain = list_domains_of(actor).filter(public_id=public_id).first()
    if domain is None or not actor.can(Permission.DOMAIN_VIEW):
        raise Missing(_("There is no such domain."))
    require(actor, permission)
    return domain


def access_api_key(actor: Actor, public_id: str) -> ApiKey:
    """Return an API key of the actor's agency.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not manage keys.
    """
    if actor.customer_id is not None:
        raise Missing(_("There is no such API key."))
    require(actor, Permission.API_KEY_MANAGE)
    key = list_api_keys_of(actor).filter(public_id=public_id).first()
    if key is None:
        raise Missing(_("There is no such API key."))
    return key


def access_support(actor: Actor, public_id: str, *, permission: Permission) -> Impersonation:
    """Return a support session in the actor's agency.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    session = list_support_of(actor).filter(public_id=public_id).first()
    if session is None:
        raise Missing(_("There is no such support session."))
    require(actor, permission)
    return session


def access_export(actor: Actor, public_id: str) -> Export:
    """Return an archive of the actor's agency.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not manage data.
    """
    if actor.customer_id is not None:
        raise Missing(_("There is no such export."))
    require(actor, Permission.DATA_MANAGE)
    export = list_exports_of(actor).filter(public_id=public_id).first()
    if export is None:
        raise Missing(_("There is no such export."))
    return export


def actor_of_member(
    membership: Membership,
    *,
    agency: AgencySnapshot,
    via: Via,
    address: str = "",
) -> Actor:
    """Return the actor that a member is in the agency's portal."""
    user = membership.user
    return Actor(
        user_id=user.pk,
        user_public_id=user.public_id,
        name=user.full_name,
        email=user.email,
        language=user.language,
        portal=PortalName.AGENCY,
        agency_id=agency.id,
        agency_public_id=agency.public_id,
        agency_slug=agency.slug,
        schema=agency.schema_name,
        role=membership.role,
        permissions=frozenset(ROLE_PERMISSIONS[Role(membership.role)]),
        via=via,
        address=address,
    )


def actor_of_key(key: ApiKey, *, agency: AgencySnapshot, address: str = "") -> Actor:
    """Return the actor that a program with an API key is: nobody's person, with few permissions."""
    with translation.override(agency.language):  # the trail is read by the agency
        name = _("API key %(name)s") % {"name": key.name}
    return Actor(
        user_id=None,
        user_public_id=key.public_id,
        name=name,
        portal=PortalName.AGENCY,
        agency_id=agency.id,
        agency_public_id=agency.public_id,
        agency_slug=agency.slug,
        schema=agency.schema_name,
        role=API_KEY_ROLE,
        permissions=list_effective_scopes(key),
        via=Via.API,
        address=address,
    )


def actor_under_support(actor: Actor, *, support: Impersonation) -> Actor:
    """Return a person's actor as the platform's support may use it: never with more permissions."""
    allowed = READING | SUPPORT_WORK if support.writes else READING
    return replace(
        actor,
        permissions=actor.permissions & allowed,
        impersonator_public_id=support.staff.public_id,
        impersonator_name=support.staff.full_name,
        support_session=support.public_id,
    )


def system_actor(agency: AgencySnapshot | Agency, *, via: Via = Via.TASK) -> Actor:
    """Return the platform itself, acting in one agency with every permission."""
    return Actor(
        user_id=None,
        name="System",
        portal=PortalName.AGENCY,
        agency_id=agency.pk if isinstance(agency, Agency) else agency.id,
        agency_public_id=agency.public_id,
        agency_slug=agency.slug,
        schema=agency.schema_name,
        role=SYSTEM_ROLE,
        permissions=frozenset(Permission),
        via=via,
    )
