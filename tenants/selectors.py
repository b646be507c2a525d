"""Shared reads of the public schema."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from spotex.kernel.actor import Actor
from tenants.hosts import AgencySnapshot, snapshot_of
from tenants.models import (
    Agency,
    ApiKey,
    Closure,
    Domain,
    Export,
    Impersonation,
    Invitation,
    Membership,
    Plan,
    Subscription,
    User,
)
from tenants.permissions import GRANTABLE, ROLE_PERMISSIONS, Permission
from tenants.states import ClosureState, KeyState, Role
from tenants.tokens import digest_of, is_api_key


def list_members_of(actor: Actor) -> QuerySet[Membership]:
    """List the memberships of the actor's agency; nobody's for a contact or a stranger."""
    if actor.agency_id is None or actor.customer_id is not None:
        return Membership.objects.none()
    return (
        Membership.objects.filter(agency_id=actor.agency_id)
        .select_related("user")
        .order_by("user__full_name", "pk")
    )


def list_owners_of(agency_id: int) -> QuerySet[User]:
    """List the people who own an agency and can sign in."""
    return User.objects.filter(
        memberships__agency_id=agency_id,
        memberships__role=Role.OWNER,
        is_active=True,
    ).order_by("pk")


def list_people_who(agency_id: int, *, permission: Permission) -> QuerySet[User]:
    """List the people of an agency who may do something, and can sign in."""
    roles = [role for role, granted in ROLE_PERMISSIONS.items() if permission in granted]
    return User.objects.filter(
        memberships__agency_id=agency_id, memberships__role__in=roles, is_active=True
    ).order_by("pk")


def list_open_invitations_of(actor: Actor) -> QuerySet[Invitation]:
    """List the offers of membership that were neither accepted nor taken back."""
    if actor.agency_id is None or actor.customer_id is not None:
        return Invitation.objects.none()
    return Invitation.objects.filter(
        agency_id=actor.agency_id,
        accepted_at=None,
        revoked_at=None,
    ).order_by("-created_at")


def list_domains_of(actor: Actor) -> QuerySet[Domain]:
    """List the own domains of the actor's agency; nobody's for a contact or a stranger."""
    if actor.agency_id is None or actor.customer_id is not None:
        return Domain.objects.none()
    return Domain.objects.filter(tenant_id=actor.agency_id).order_by("domain")


def list_subscriptions_of(actor: Actor) -> QuerySet[Subscription]:
    """List what the actor's agency subscribed to, newest first."""
    if actor.agency_id is None or actor.customer_id is not None:
        return Subscription.objects.none()
    return Subscription.objects.filter(agency_id=actor.agency_id).order_by("-started_at", "-pk")


def list_agencies_of(user: User) -> QuerySet[Agency]:
    """List the agencies in which a person is a member."""
    return Agency.objects.filter(members__user=user).select_related("plan").order_by("name")


def list_own_agencies(actor: Actor) -> QuerySet[Agency]:
    """List the agency that the actor works in; nothing for a customer's people."""
    if actor.agency_id is None or actor.customer_id is not None:
        return Agency.objects.none()
    return Agency.objects.filter(pk=actor.agency_id).select_related("plan").order_by("pk")


def list_plans() -> QuerySet[Plan]:
    """List the plans, cheapest first."""
    return Plan.objects.order_by("price_minor")


def find_membership(*, user_id: int, agency_id: int) -> Membership | None:
    """Return the person's membership in an agency, if there is one."""
    return (
        Membership.objects.select_related("user")
        .filter(user_id=user_id, agency_id=agency_id, user__is_active=True)
        .first()
    )


def find_user(email: str) -> User | None:
    """Return the person with this address, however it is written."""
    return User.objects.filter(email=email.strip().lower()).first()


def find_open_subscription(agency_id: int) -> Subscription | None:
    """Return the agency's present subscription."""
    return Subscription.objects.filter(agency_id=agency_id, ended_at=None).first()


def find_agency_snapshot(agency_id: int) -> AgencySnapshot | None:
    """Return the immutable copy of an agency, straight from the database."""
    agency = Agency.objects.select_related("plan").filter(pk=agency_id).first()
    return snapshot_of(agency) if agency else None


def find_agency_by_slug(slug: str) -> AgencySnapshot | None:
    """Return the immutable copy of the agency with this address."""
    agency = Agency.objects.select_related("plan").filter(slug=slug.strip().lower()).first()
    return snapshot_of(agency) if agency else None


def list_api_keys_of(actor: Actor, *, text: str = "") -> QuerySet[ApiKey]:
    """List the API keys of the actor's agency, revoked ones last; for those who manage them.

    Args:
        actor: who asks.
        text: part of a name or of a key's beginning; ``""`` for all.
    """
    if actor.agency_id is None or not actor.can(Permission.API_KEY_MANAGE):
        return ApiKey.objects.none()
    keys = ApiKey.objects.filter(agency_id=actor.agency_id)
    if text:
        keys = keys.filter(Q(name__icontains=text) | Q(prefix__icontains=text))
    return (
        _with_creator_role(keys)
        .select_related("created_by")
        .order_by(F("revoked_at").asc(nulls_first=True), "-created_at", "pk")
    )


def find_api_key(secret: str) -> ApiKey | None:
    """Return the key with this secret, with all that a call needs to know, in one statement."""
    if not is_api_key(secret):
        return None
    return (
        _with_creator_role(ApiKey.objects.filter(digest=digest_of(secret)))
        .select_related("agency__plan")
        .first()
    )


def _with_creator_role(keys: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
    """Add ``creator_role``: what the maker is in the agency now, None for one who left."""
    places = Membership.objects.filter(
        user=OuterRef("created_by"),
        agency=OuterRef("agency"),
        user__is_active=True,
    )
    return keys.annotate(creator_role=Subquery(places.values("role")[:1]))


def compute_key_state(key: ApiKey, *, at: datetime) -> KeyState:
    """Return whether a key from one of the lists above works."""
    if key.revoked_at is not None:
        return KeyState.REVOKED
    if key.expires_at is not None and key.expires_at <= at:
        return KeyState.EXPIRED
    return KeyState.ACTIVE if getattr(key, "creator_role", None) else KeyState.DISABLED


def list_effective_scopes(key: ApiKey) -> frozenset[Permission]:
    """Return what a key from one of the lists above may do: its scopes, as far as its maker may."""
    role = getattr(key, "creator_role", None)
    allowed = ROLE_PERMISSIONS[Role(role)] if role else frozenset[Permission]()
    return frozenset(scope for scope in allowed & GRANTABLE if scope.value in key.scopes)


def find_open_support(
    public_id: str,
    *,
    agency_id: int,
    portal: str,
    staff_id: int,
    at: datetime,
) -> Impersonation | None:
    """Return a support session if it still holds: asked at every request.

    It ends with its time, with the right of either person and with the agency's consent.
    """
    return (
        Impersonation.objects.select_related("staff", "person")
        .filter(
            public_id=public_id,
            agency_id=agency_id,
            portal=portal,
            staff_id=staff_id,
            opened_at__isnull=False,
            ended_at=None,
            expires_at__gt=at,
            agency__support_access=True,
            staff__is_staff=True,
            staff__is_active=True,
            person__is_staff=False,
            person__is_active=True,
        )
        .first()
    )


def find_support_link(
    token: str,
    *,
    agency_id: int,
    portal: str,
    at: datetime,
) -> Impersonation | None:
    """Return the support session that a link would begin; None if it is used, old or elsewhere."""
    return (
        Impersonation.objects.select_related("staff", "person", "agency")
        .filter(
            token_digest=digest_of(token),
            agency_id=agency_id,
            portal=portal,
            opened_at=None,
            ended_at=None,
            link_until__gt=at,
            expires_at__gt=at,
            agency__support_access=True,
            staff__is_staff=True,
            staff__is_active=True,
            person__is_staff=False,
            person__is_active=True,
        )
        .first()
    )


def list_support_of(actor: Actor) -> QuerySet[Impersonation]:
    """List the support sessions in the actor's agency, newest first; a contact sees none."""
    if actor.agency_id is None or actor.customer_id is not None:
        return Impersonation.objects.none()
    return (
        Impersonation.objects.filter(agency_id=actor.agency_id, opened_at__isnull=False)
        .select_related("staff", "person")
        .order_by("-pk")
    )


def list_exports_of(actor: Actor) -> QuerySet[Export]:
    """List the archives of the actor's agency, newest first; for those who manage its data."""
    if actor.agency_id is None or not actor.can(Permission.DATA_MANAGE):
        return Export.objects.none()
    return (
        Export.objects.filter(agency_id=actor.agency_id)
        .select_related("agency", "requested_by")
        .order_by("-pk")
    )


def find_open_closure(agency_id: int) -> Closure | None:
    """Return the end of an agency that is asked for or being carried out."""
    return (
        Closure.objects.select_related("agency", "requested_by")
        .filter(agency_id=agency_id, state__in=(ClosureState.GRACE, ClosureState.DELETING))
        .first()
    )
