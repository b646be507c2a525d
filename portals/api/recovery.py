"""Mailed keys, asked for and used through the API: address verification and new passwords.

Keys, their ages and the limits on mails are allauth's, so that a link from the API works in the
browser and the other way round.
"""

from __future__ import annotations

import math
import time
from typing import Final

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import url_str_to_user_pk, user_pk_to_url_str
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portals.api.errors import Refusal
from portals.letters import Link, mail_link
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import RuleViolation
from tenants.hosts import AgencySnapshot, snapshot_of
from tenants.models import User
from tenants.selectors import find_agency_by_slug, find_user, list_agencies_of
from tenants.services.accounts import is_email_verified, require_good_password
from tenants.states import PortalName

LIMIT_SECONDS: Final = 60
LOCK_SECONDS: Final = 300
"""How long failed logins of one address count, at most."""


class KeyInvalid(RuleViolation):
    """The mailed key is unknown, used, or too old."""

    code = "key_invalid"


def count_attempt(request: HttpRequest, *, action: str, key: str = "") -> object:
    """Count a call against one of allauth's limits.

    Raises:
        Refusal: there were too many (429).
    """
    usage = ratelimit.consume(
        request,
        app="allauth.account",
        action=action,
        key=key.lower(),
        limit_get=True,
    )
    if not usage:
        raise too_many_attempts()
    return usage


def seconds_locked(request: HttpRequest, *, email: str) -> int:
    """Return for how long sign-in stays closed to an address after too many failures."""
    app, action = "allauth.account", "login_failed"
    key = get_adapter(request)._get_login_attempts_cache_key(request, email=email)  # noqa: SLF001  allauth tells nobody how long
    waits = []
    for rate in ratelimit.get_rates(app=app, action=action):
        name = ratelimit.get_cache_key(request, app=app, action=action, rate=rate, key=key)
        failures = cache.get(name, [])  # the newest first
        if len(failures) >= rate.amount:
            waits.append(math.ceil(failures[-1] + rate.duration - time.time()))
    return max(waits, default=LOCK_SECONDS)


def too_many_attempts(*, wait: int = LIMIT_SECONDS) -> Refusal:
    """Return the refusal of one more attempt."""
    return Refusal(
        _("Too many attempts. Wait a few minutes and try again."),
        code="too_many_requests",
        status=429,
        wait=wait,
    )


def mail_verification(request: PortalRequest, *, email: str, agency: str) -> None:
    """Mail a new verification link, if there is somebody who needs one."""
    user = find_user(email)
    if user is None or is_email_verified(user):
        return
    address, _created = EmailAddress.objects.get_or_create(
        user=user,
        email=user.email,
        defaults={"primary": True},
    )
    key = EmailConfirmationHMAC(address).key
    _mail("verify_email", user=user, request=request, agency=agency, link=("confirm_email", [key]))


def mail_password_reset(request: PortalRequest, *, email: str, agency: str) -> None:
    """Mail a link to choose a new password, if there is somebody with this address."""
    user = find_user(email)
    if user is None or not user.is_active:
        return
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    key = [user_pk_to_url_str(user), token]
    link = ("reset_password_from_key", key)
    _mail("password_reset", user=user, request=request, agency=agency, link=link)


def _mail(
    template: str,
    *,
    user: User,
    request: PortalRequest,
    agency: str,
    link: tuple[str, list[str]],
) -> None:
    home = _find_home(user, request=request, slug=agency)
    if home is None:
        return
    snapshot, portal = home
    name, arguments = link
    mail_link(
        template,
        agency=snapshot,
        recipient=user.email,
        link=Link(portal=portal, name=f"account_{name}", arguments=arguments),
        language=user.language,
        context={"user": user},
    )


def _find_home(
    user: User,
    *,
    request: PortalRequest,
    slug: str,
) -> tuple[AgencySnapshot, PortalName] | None:
    """Return where the link leads: this host, the agency that was named, or the person's first."""
    if request.agency is not None:
        return request.agency, request.portal
    agencies = list(list_agencies_of(user))
    own = next((agency for agency in agencies if slug in {"", agency.slug}), None)
    if own is not None:
        return snapshot_of(own), PortalName.AGENCY
    named = find_agency_by_slug(slug) if slug else None
    return (named, PortalName.CUSTOMER) if named is not None else None


def verify_email(key: str) -> User:
    """Note that a mailed key proved the address it was mailed to, whatever the person's is now.

    Raises:
        KeyInvalid: unknown, used, or too old.
    """
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None:
        raise KeyInvalid(_("This link was used already, or is too old. Ask for a new one."))
    address: EmailAddress = confirmation.email_address
    if not address.set_verified():
        raise KeyInvalid(_("This address belongs to another account by now."))
    user: User = address.user
    return user


def reset_password(request: PortalRequest, *, key: str, password: str) -> User:
    """Give the person behind a mailed key a new password; all API sessions end with it.

    Raises:
        KeyInvalid: unknown, used, or too old.
        PasswordWeak: a validator refuses the password.
    """
    user = _find_user_of_key(key)
    if user is None:
        raise KeyInvalid(_("This link was used already, or is too old. Ask for a new one."))
    require_good_password(password, user=user)
    adapter = get_adapter(request)
    adapter.set_password(user, password)
    adapter._delete_login_attempts_cached_email(request, email=user.email)  # noqa: SLF001  as allauth does after a reset
    return user


def _find_user_of_key(key: str) -> User | None:
    uid, _dash, token = key.partition("-")
    try:
        user = User.objects.filter(pk=url_str_to_user_pk(uid), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    if user is None:
        return None
    good = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().check_token(user, token)
    return user if good else None
