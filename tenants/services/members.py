"""Members of an agency: invited by mail, given a role, removed.

An invitation's link carries a random token; the database keeps only its digest. The last owner
can neither leave nor step down.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor, Via
from spotex.kernel.errors import Missing, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from spotex.kernel.versions import require_version
from tenants.access import actor_of_member
from tenants.events import (
    MemberInvitationRevoked,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    MemberRoleChanged,
)
from tenants.hosts import AgencySnapshot
from tenants.models import Agency, Invitation, Membership, User
from tenants.permissions import Permission
from tenants.selectors import find_user
from tenants.services.accounts import mark_email_verified, register_user
from tenants.services.invitations import require_invitable
from tenants.states import Role
from tenants.tokens import INVITATION_DAYS, digest_of, new_token


class AlreadyMember(RuleViolation):
    """The person belongs to the agency already."""

    code = "already_member"


class InvitationInvalid(RuleViolation):
    """The link is unknown, used, taken back or too old."""

    code = "invitation_invalid"


class LastOwner(RuleViolation):
    """An agency cannot be without an owner."""

    code = "last_owner"


class OwnerOnly(RuleViolation):
    """Only an owner can make, change or remove owners."""

    code = "owner_only"


@transaction.atomic
def invite_member(
    *,
    actor: Actor,
    email: str,
    full_name: str,
    role: str,
    at: datetime,
) -> Invitation:
    """Offer somebody a membership in the actor's agency; a mail follows.

    A second invitation of the same address replaces the first.

    Raises:
        AlreadyMember: the address belongs to a member.
        OwnerOnly: the role is OWNER and the actor is none.
        NameIsAddress, LimitExceeded: see ``require_invitable``.
    """
    address = email.strip().lower()
    _require_owner_for(Role(role), actor=actor)
    agency = _lock_agency(actor)
    if Membership.objects.filter(agency=agency, user__email=address).exists():
        raise AlreadyMember(_("This person is a member already."), field="email")
    require_invitable(agency_id=agency.pk, email=address, full_name=full_name)
    Invitation.objects.filter(
        agency=agency,
        email=address,
        accepted_at=None,
        revoked_at=None,
    ).update(revoked_at=at)
    token = new_token()
    invitation = Invitation.objects.create(
        agency=agency,
        email=address,
        full_name=full_name.strip(),
        role=role,
        token_digest=digest_of(token),
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    publish(
        MemberInvited(
            actor=actor,
            agency_id=agency.pk,
            email=address,
            full_name=invitation.full_name,
            token=token,
            subject_public_id=invitation.public_id,
            subject_name=address,
            details={"role": role},
        ),
    )
    return invitation


def _lock_agency(actor: Actor) -> Agency:
    if actor.agency_id is None:
        raise Missing(_("There is no such agency."))
    return lock_row(Agency(pk=actor.agency_id))


def _require_owner_for(*roles: Role, actor: Actor) -> None:
    if Role.OWNER in roles and not actor.can(Permission.OWNER_MANAGE):
        raise OwnerOnly(_("Only an owner can do this to an owner."), field="role")


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor: Actor, at: datetime) -> Invitation:
    """Take an offer back; its link stops working at once.

    Raises:
        InvitationInvalid: it was accepted meanwhile.
    """
    invitation = lock_row(invitation)
    if invitation.accepted_at is not None:
        raise InvitationInvalid(_("This invitation was accepted or taken back."))
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at", "updated_at"])
    publish(
        MemberInvitationRevoked(
            actor=actor,
            subject_public_id=invitation.public_id,
            subject_name=invitation.email,
        ),
    )
    return invitation


def find_open_invitation(token: str, *, agency_id: int, at: datetime) -> Invitation:
    """Return the open invitation that a link belongs to.

    Raises:
        InvitationInvalid: unknown here, used, taken back or too old.
    """
    invitation = (
        Invitation.objects.select_related("agency__plan")
        .filter(token_digest=digest_of(token), agency_id=agency_id)
        .first()
    )
    if invitation is None:
        raise InvitationInvalid(_("This invitation does not exist or was taken back."))
    return _require_open(invitation, at=at)


def _require_open(invitation: Invitation, *, at: datetime) -> Invitation:
    if invitation.revoked_at is not None:
        raise InvitationInvalid(_("This invitation does not exist or was taken back."))
    if invitation.accepted_at is not None:
        raise InvitationInvalid(_("This invitation was already used. Sign in instead."))
    if invitation.expires_at <= at:
        raise InvitationInvalid(_("This invitation has expired. Ask for a new one."))
    return invitation


@transaction.atomic
def accept_member_invitation(
    token: str,
    *,
    agency: AgencySnapshot,
    at: datetime,
    full_name: str = "",
    password: str = "",
    via: Via = Via.BROWSER,
) -> User:
    """Make the invited person a member; create the account if there is none.

    A known person needs no password here: the caller made sure that they are signed in.

    Raises:
        InvitationInvalid: the link cannot be used.
        PasswordWeak: a new person chose a password that a validator refuses.
    """
    invitation = find_open_invitation(token, agency_id=agency.id, at=at)
    invitation = _require_open(lock_row(invitation), at=at)
    user = find_user(invitation.email) or register_user(
        email=invitation.email,
        password=password,
        full_name=full_name or invitation.full_name,
        verified=True,
    )
    mark_email_verified(user)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at", "updated_at"])
    membership, _created = Membership.objects.get_or_create(
        user=user,
        agency_id=agency.id,
        defaults={"role": invitation.role},
    )
    with agency_scope(agency):
        publish(
            MemberJoined(
                actor=actor_of_member(membership, agency=agency, via=via),
                subject_public_id=membership.public_id,
                subject_name=user.full_name,
                details={"role": membership.role},
            ),
        )
    return user


@transaction.atomic
def change_member_role(
    member: Membership,
    *,
    actor: Actor,
    role: str,
    version: int | None = None,
) -> Membership:
    """Give a member another role, unless it changed since somebody saw this version.

    Raises:
        Stale: it did.
        LastOwner: the member is the only owner.
        OwnerOnly: an owner is made or changed by somebody who is none.
    """
    lock_row(Agency(pk=member.agency_id))
    member = lock_row(member)
    require_version(member, seen=version)
    _require_owner_for(Role(member.role), Role(role), actor=actor)
    if member.role == Role.OWNER != role:
        _require_another_owner(member)
    before, member.role = member.role, role
    if before == role:
        return member
    member.save(update_fields=["role", "updated_at"])
    publish(
        MemberRoleChanged(
            actor=actor,
            subject_public_id=member.public_id,
            subject_name=str(member.user),
            details={"role": [before, role]},
        ),
    )
    return member


@transaction.atomic
def remove_member(member: Membership, *, actor: Actor) -> None:
    """End a membership; the person's account stays.

    Raises:
        LastOwner: the member is the only owner.
        Missing: somebody else removed the member a moment ago.
        OwnerOnly: an owner is removed by somebody who is none.
    """
    lock_row(Agency(pk=member.agency_id))
    member = lock_row(member)
    _require_owner_for(Role(member.role), actor=actor)
    if member.role == Role.OWNER:
        _require_another_owner(member)
    publish(
        MemberRemoved(
            actor=actor,
            subject_public_id=member.public_id,
            subject_name=str(member.user),
            details={"role": [member.role, None]},
        ),
    )
    member.delete()


def _require_another_owner(member: Membership) -> None:
    others = Membership.objects.filter(agency_id=member.agency_id, role=Role.OWNER)
    if not others.exclude(pk=member.pk).exists():
        raise LastOwner(_("An agency needs at least one owner. Make somebody else owner first."))
