"""Logging in by two calls: a challenge between the password and the code.

The challenge says who proved the password and what they log in to. It is signed, good for
minutes, for one log-in, and for nothing after the password changed.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from allauth.mfa.base.internal.flows import check_rate_limit
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portals.api.errors import Refusal
from portals.api.recovery import too_many_attempts
from tenants.models import User
from tenants.services.factors import use_code
from tenants.services.sessions import stamp_of

SECONDS: Final = 300
_SALT: Final = "portals.api.second-step"


def ask_for_code(user: User, *, agency: str, customer: str, is_contact: bool) -> Refusal:
    """Return the refusal that asks for the second step, with its challenge."""
    values = {
        "user": user.public_id,
        "stamp": stamp_of(user),
        "agency": agency,
        "customer": customer,
        "is_contact": is_contact,
        "once": secrets.token_hex(8),
    }
    return Refusal(
        _("Send a code of your authenticator app, or a recovery code, with this challenge."),
        code="mfa_required",
        status=401,
        data={"challenge": signing.dumps(values, salt=_SALT), "expires_in": SECONDS},
    )


def read_challenge(raw: str) -> dict[str, Any]:
    """Return what a challenge says.

    Raises:
        Refusal: forged, expired, used, or older than the password (401).
    """
    try:
        values: dict[str, Any] = signing.loads(raw, salt=_SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise _refuse() from error
    user = User.objects.filter(public_id=values["user"], is_active=True).first()
    if user is None or stamp_of(user) != values["stamp"] or cache.get(_key(values)):
        raise _refuse()
    return {**values, "user": user}


def require_code(challenge: dict[str, Any], *, code: str, at: datetime) -> None:
    """Pass if the code is the person's, and spend both.

    Raises:
        Refusal: the code is wrong or used, or the challenge was spent meanwhile (401), or there
            were too many tries (429).
    """
    user: User = challenge["user"]
    try:
        forget_attempts = check_rate_limit(user)
    except ValidationError as error:
        raise too_many_attempts() from error
    if use_code(user, code, at=at) is None:
        raise Refusal(
            _("The code is wrong, too old, or was used before."), code="wrong_code", status=401
        )
    if not cache.add(_key(challenge), 1, timeout=SECONDS + 1):
        raise _refuse()
    forget_attempts()


def _key(values: dict[str, Any]) -> str:
    return f"api-challenge:{values['once']}"


def _refuse() -> Refusal:
    return Refusal(
        _("The challenge has expired or was used. Log in again."),
        code="challenge_invalid",
        status=401,
    )
