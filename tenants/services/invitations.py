"""What invitations of members and of customers' people have in common: how many, to whom."""

from __future__ import annotations

from django.conf import settings

from spotex.kernel.limits import DAY, HOUR, require_within
from tenants.services.accounts import require_plain_name


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
