"""Second factors: a code is good once; what changed is told; a lost factor is reset.

Setting factors up is allauth's work; this module adds what it leaves open. allauth remembers a
used code of an app in the cache for one period, but accepts codes of the neighbouring periods
too: here the period of the last code stands with the factor itself, under a lock.

Who may reset is decided by the callers: staff through the admin, an agency through
``tenants.customers.services.lost_factors``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import NotAllowed, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from tenants.events import (
    FactorAdded,
    FactorEvent,
    FactorRemoved,
    FactorRuleChanged,
    FactorsReset,
    RecoveryCodesRenewed,
)
from tenants.factors import FACTORS, has_factor
from tenants.models import Agency, User
from tenants.services.sessions import end_all_sessions
from tenants.states import FactorRule

LAST_PERIOD: Final = "last_period"
_CODES: Final = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class NoFactor(RuleViolation):
    """There is nothing to reset."""

    code = "no_factor"


class NotYours(NotAllowed):
    """The person belongs to others too, or is oneself; somebody else must do it."""

    code = "reset_not_allowed"


def find_period(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the period whose code this is, None for a code of none near ``at``.

    Source: RFC 6238, section 5.2.
    """
    now = int(at.timestamp()) // app_settings.TOTP_PERIOD
    for period in range(now - app_settings.TOTP_TOLERANCE, now + app_settings.TOTP_TOLERANCE + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, period))):
            return period
    return None


@transaction.atomic
def use_code(user: User, code: str, *, at: datetime) -> Authenticator | None:
    """Spend a code of the person's app or a recovery code; return whose it was, None for neither.

    Of two calls with the same code one is refused.
    """
    rows = Authenticator.objects.select_for_update().filter(user=user, type__in=_CODES)
    for row in sorted(rows, key=lambda one: _CODES.index(one.type)):
        is_app = row.type == Authenticator.Type.TOTP
        if _spend_period(row, code, at=at) if is_app else RecoveryCodes(row).validate_code(code):
            return row
    return None


def _spend_period(row: Authenticator, code: str, *, at: datetime) -> bool:
    period = find_period(decrypt(row.data["secret"]), code, at=at)
    if period is None or period <= row.data.get(LAST_PERIOD, 0):
        return False
    row.data[LAST_PERIOD] = period
    row.save(update_fields=["data"])
    return True


def tell_factor_added(user: User, *, actor: Actor, kind: str) -> None:
    """Publish that the person has one factor more; in the transaction that made it."""
    _tell(FactorAdded, user, actor=actor, details={"factor": [None, kind]})


def tell_factor_removed(user: User, *, actor: Actor, kind: str) -> None:
    """Publish that the person has one factor less; in the transaction that removed it."""
    _tell(FactorRemoved, user, actor=actor, details={"factor": [kind, None]})


def tell_codes_renewed(user: User, *, actor: Actor) -> None:
    """Publish that the person has new recovery codes; in the transaction that made them."""
    _tell(RecoveryCodesRenewed, user, actor=actor, details={})


def _tell(
    event: type[FactorEvent],
    user: User,
    *,
    actor: Actor,
    details: dict[str, object],
) -> None:
    publish(
        event(
            actor=actor,
            user_id=user.pk,
            subject_public_id=user.public_id,
            subject_name=str(user),
            customer_public_id=actor.customer_public_id,
            details=details,
        ),
    )


@transaction.atomic
def reset_factors(user: User, *, actor: Actor, reason: str) -> User:
    """Take the second factors from somebody who lost them; all their sessions end.

    Raises:
        NotYours: the actor means themselves.
        NoFactor: there is none.
    """
    if user.pk == actor.user_id:
        raise NotYours(
            _("You cannot do this for yourself. Use a recovery code or ask a colleague.")
        )
    user = lock_row(user)
    if not has_factor(user.pk):
        raise NoFactor(_("This person has no second factor."))
    rows = Authenticator.objects.filter(user=user)
    kinds = sorted(row.type for row in rows if row.type in FACTORS)
    rows.delete()
    end_all_sessions(user)
    _tell(
        FactorsReset,
        user,
        actor=actor,
        details={"factors": [kinds, []], "reason": [None, reason.strip()]},
    )
    return user


@transaction.atomic
def change_factor_rule(
    agency: Agency,
    *,
    actor: Actor,
    rule: str,
    required_on: date | None,
) -> Agency:
    """Say who needs a second factor in the agency, and from which day on (None: at once)."""
    agency = lock_row(agency)
    before = {"rule": agency.factor_rule, "required_on": agency.factor_required_on}
    agency.factor_rule = rule
    agency.factor_required_on = None if rule == FactorRule.OFF else required_on
    agency.save(update_fields=["factor_rule", "factor_required_on", "updated_at"])
    after = {"rule": rule, "required_on": agency.factor_required_on}
    publish(
        FactorRuleChanged(
            actor=actor,
            agency_id=agency.pk,
            subject_public_id=agency.public_id,
            subject_name=agency.display_name,
            details={
                name: [before[name] and str(before[name]), after[name] and str(after[name])]
                for name in before
            },
        ),
    )
    return agency
