"""What invitations of members and of customers' people have in common: how many, to whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict
from spotex.kernel.events import publish
from spotex.kernel.limits import DAY, HOUR, require_within
from spotex.kernel.locks import lock_row
from tenants.events import MemberInvited
from tenants.models import Invitation
from tenants.services.accounts import require_plain_name
from tenants.tokens import INVITATION_DAYS, digest_of, new_token


class InvitationClosed(Conflict):
    """Nothing is mailed for an invitation that is no longer open."""

    code = "invitation_closed"


def require_invitable(*, agency_id: int, email: str, full_name: str) -> None:
    """Pass if an agency may mail an invitation to an address now, and count it.

    Args:
        agency_id: who invites.
        email: in lower case; a mailbox gets few invitations a day from all agencies together.
        full_name: the mail begins with it.

    Raises:
        NameIsAddress: the name holds the address of a website.
        LimitExceeded: too many invitations of the agency, or to the address.
    """
    require_plain_name(full_name)
    require_within(
        "invitations",
        str(agency_id),
        allowed=settings.SPOTEX_INVITATIONS_PER_HOUR,
        seconds=HOUR,
    )
    require_within(
        "invited",
        email,
        allowed=settings.SPOTEX_INVITATIONS_PER_RECIPIENT,
        seconds=DAY,
    )


@transaction.atomic
def resend_member_invitation(invitation: Invitation, *, actor: Actor, at: datetime) -> Invitation:
    """Mail a new link for an open invitation; the former one stops working.

    Raises:
        InvitationClosed: it was accepted or taken back a moment ago.
        LimitExceeded: too many invitations were mailed.
    """
    invitation = lock_row(invitation)
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise InvitationClosed(_("This invitation was accepted or taken back."))
    require_invitable(
        agency_id=invitation.agency_id,
        email=invitation.email,
        full_name=invitation.full_name,
    )
    token = new_token()
    invitation.token_digest = digest_of(token)
    invitation.expires_at = at + timedelta(days=INVITATION_DAYS)
    invitation.save(update_fields=["token_digest", "expires_at", "updated_at"])
    publish(
        MemberInvited(
            actor=actor,
            agency_id=invitation.agency_id,
            email=invitation.email,
            full_name=invitation.full_name,
            token=token,
            subject_public_id=invitation.public_id,
            subject_name=invitation.email,
            details={"role": invitation.role},
        ),
    )
    return invitation
