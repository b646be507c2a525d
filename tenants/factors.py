"""Who has a second factor, and who needs one.

A factor is an authenticator app or a passkey; recovery codes only help those who have one.
allauth keeps the rows, so that its pages and the API see the same truth.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from tenants.hosts import AgencySnapshot
from tenants.states import FactorRule

FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(user_id: int) -> bool:
    """Tell whether the person has a second factor."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists())


def is_factor_there(user: str = "pk") -> Exists:
    """Return the condition, for a query, that the person named by a column has a factor."""
    return Exists(Authenticator.objects.filter(user=OuterRef(user), type__in=FACTORS))


def is_factor_asked(agency: AgencySnapshot, *, is_contact: bool) -> bool:
    """Tell whether the agency's rule means these people, now or after its time of grace."""
    if is_contact:
        return agency.factor_rule == FactorRule.EVERYONE
    return agency.factor_rule != FactorRule.OFF


def is_factor_required(agency: AgencySnapshot, *, is_contact: bool, at: datetime) -> bool:
    """Tell whether these people need a factor before anything else opens."""
    if not is_factor_asked(agency, is_contact=is_contact):
        return False
    begins = agency.factor_required_on
    return begins is None or at.astimezone(ZoneInfo(agency.time_zone)).date() >= begins
