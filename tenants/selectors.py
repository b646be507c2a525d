"""Shared reads of the public schema."""

from __future__ import annotations

from django.db.models import QuerySet

from spotex.kernel.actor import Actor
from tenants.hosts import AgencySnapshot, snapshot_of
from tenants.models import Agency, Domain, Invitation, Membership, Plan, Subscription, User


def list_members_of(actor: Actor) -> QuerySet[Membership]:
    """List the memberships of the actor's agency; nobody's for a contact or a stranger."""
    if actor.agency_id is None or actor.customer_id is not None:
        return Membership.objects.none()
    return (
        Membership.objects.filter(agency_id=actor.agency_id)
        .select_related("user")
        .order_by("user__full_name", "pk")
    )


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


def list_agencies_of(user: User) -> QuerySet[Agency]:
    """List the agencies in which a person is a member."""
    return Agency.objects.filter(members__user=user).select_related("plan").order_by("name")


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
