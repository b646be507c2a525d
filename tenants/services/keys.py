"""API keys: made by a person who manages them, shown once, narrowed, revoked.

A key never outgrows its maker: it is given scopes that the maker has, and each call is allowed
what the key's scopes and the maker's present role have in common. Scopes can be taken away later
but not added; a new key is the way to more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, Missing, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version
from tenants.access import require
from tenants.events import ApiKeyChanged, ApiKeyCreated, ApiKeyRevoked
from tenants.models import Agency, ApiKey
from tenants.permissions import GRANTABLE, Permission
from tenants.tokens import KEY_PREFIX_LENGTH, digest_of, new_api_key

KEYS_MAX: Final = 50
"""Keys of one agency that are not revoked."""

LONGEST_LIFE: Final = timedelta(days=3_653)
REQUESTS_MAX: Final = 100_000
_USE_SECONDS: Final = 60
"""A use is noted when the last note is older than this."""


class KeyNameMissing(RuleViolation):
    """The name is blank."""

    code = "key_name_missing"


class ScopesMissing(RuleViolation):
    """A key without a scope could do nothing."""

    code = "scopes_missing"


class ScopeNotGrantable(RuleViolation):
    """A scope that the maker does not have, or that no key can have."""

    code = "scope_not_grantable"


class ScopesWidened(RuleViolation):
    """A key gets no scope after it was made."""

    code = "scopes_widened"


class ExpiryOutOfRange(RuleViolation):
    """The key would have expired before it was made, or hardly ever."""

    code = "expiry_out_of_range"


class TooManyKeys(RuleViolation):
    """The agency has as many keys as anybody can keep an eye on."""

    code = "too_many_keys"


class KeyRevoked(Conflict):
    """Nothing happens to a revoked key any more."""

    code = "key_revoked"


@transaction.atomic
def create_api_key(
    *,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    at: datetime,
    expires_at: datetime | None = None,
    requests_per_minute: int | None = None,
) -> tuple[ApiKey, str]:
    """Make a key for a program; return it with the secret, which nobody can read again.

    Args:
        actor: the person whose permissions bound the key's.
        name: what the program is called.
        scopes: values of ``Permission``.
        at: now.
        expires_at: from when on the key is refused; None for never.
        requests_per_minute: less than the plan allows; None for the plan's figure.

    Raises:
        NotAllowed: the actor does not manage keys, or is no person.
        KeyNameMissing, ScopesMissing, ScopeNotGrantable, ExpiryOutOfRange, TooManyKeys: see above.
    """
    require(actor, Permission.API_KEY_MANAGE)
    if actor.agency_id is None or actor.user_id is None:
        raise Missing(_("There is no such agency."))
    agency = lock_row(Agency(pk=actor.agency_id))
    if ApiKey.objects.filter(agency=agency, revoked_at=None).count() >= KEYS_MAX:
        raise TooManyKeys(
            _("There are %(count)s API keys already. Revoke one first.") % {"count": KEYS_MAX},
        )
    if expires_at is not None and not at < expires_at <= at + LONGEST_LIFE:
        raise ExpiryOutOfRange(
            _("Choose a moment in the next ten years, or none."), field="expires_at"
        )
    secret = new_api_key()
    key = ApiKey.objects.create(
        agency=agency,
        created_by_id=actor.user_id,
        name=_require_name(name),
        prefix=secret[:KEY_PREFIX_LENGTH],
        digest=digest_of(secret),
        scopes=_require_grantable(scopes, actor=actor),
        requests_per_minute=requests_per_minute,
        expires_at=expires_at,
    )
    details = {
        "scopes": [None, key.scopes],
        "expires_at": [None, expires_at.isoformat() if expires_at else None],
        "requests_per_minute": [None, requests_per_minute],
    }
    _tell(ApiKeyCreated, key, actor=actor, details=details)
    return key, secret


def _require_name(name: str) -> str:
    if not name.strip():
        raise KeyNameMissing(_("Give the key a name."), field="name")
    return name.strip()


def _require_grantable(scopes: Iterable[str], *, actor: Actor) -> list[str]:
    wanted = sorted(set(scopes))
    if not wanted:
        raise ScopesMissing(_("Choose at least one scope."), field="scopes")
    refused = [scope for scope in wanted if not (actor.can(scope) and scope in GRANTABLE)]
    if refused:
        raise ScopeNotGrantable(
            _("You cannot give what you may not do yourself: %(scopes)s.")
            % {"scopes": ", ".join(refused)},
            field="scopes",
        )
    return [str(scope) for scope in wanted]


def _tell(
    kind: type[ApiKeyCreated | ApiKeyChanged | ApiKeyRevoked],
    key: ApiKey,
    *,
    actor: Actor,
    details: dict[str, Any],
) -> None:
    publish(
        kind(
            actor=actor,
            subject_public_id=key.public_id,
            subject_name=key.name,
            details={"prefix": key.prefix, **details},
        ),
    )


@transaction.atomic
def change_api_key(
    key: ApiKey,
    *,
    actor: Actor,
    version: int | None = None,
    **changes: Any,
) -> ApiKey:
    """Rename a key, take scopes from it, or set its limit.

    Args:
        key: the key to change.
        actor: who changes it.
        version: the version that was looked at; None to skip the check.
        **changes: any of ``name``, ``scopes``, ``requests_per_minute``.

    Raises:
        KeyRevoked, KeyNameMissing, ScopesMissing, ScopesWidened: see above.
        Stale: somebody else changed it meanwhile.
    """
    key = _lock_open(key)
    require_version(key, seen=version)
    if "name" in changes:
        changes["name"] = _require_name(changes["name"])
    if "scopes" in changes:
        changes["scopes"] = _require_fewer(changes["scopes"], key=key)
    details = {
        name: [getattr(key, name), value]
        for name, value in changes.items()
        if getattr(key, name) != value
    }
    if not details:
        return key
    for name, value in changes.items():
        setattr(key, name, value)
    key.save(update_fields=[*changes, "updated_at"])
    _tell(ApiKeyChanged, key, actor=actor, details=details)
    return key


def _lock_open(key: ApiKey) -> ApiKey:
    key = lock_row(key)
    if key.revoked_at is not None:
        raise KeyRevoked(_("This API key is revoked."))
    return key


def _require_fewer(scopes: Iterable[str], *, key: ApiKey) -> list[str]:
    wanted = sorted(set(scopes))
    if not wanted:
        raise ScopesMissing(_("Choose at least one scope."), field="scopes")
    added = [scope for scope in wanted if scope not in key.scopes]
    if added:
        raise ScopesWidened(
            _("A key can only lose scopes. Make a new key for: %(scopes)s.")
            % {"scopes": ", ".join(added)},
            field="scopes",
        )
    return [str(scope) for scope in wanted]


@transaction.atomic
def revoke_api_key(key: ApiKey, *, actor: Actor, at: datetime) -> ApiKey:
    """Refuse a key from now on, everywhere and for good.

    Raises:
        KeyRevoked: it is revoked already.
    """
    key = _lock_open(key)
    key.revoked_at = at
    key.save(update_fields=["revoked_at", "updated_at"])
    _tell(ApiKeyRevoked, key, actor=actor, details={"revoked_at": [None, at.isoformat()]})
    return key


def note_key_use(key: ApiKey, *, at: datetime, address: str) -> None:
    """Remember when and from where a key was used, once a minute at most."""
    since = at - timedelta(seconds=_USE_SECONDS)
    if key.last_used_at is not None and key.last_used_at > since:
        return
    # Not a change of the key: neither its version nor the trail is touched.
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=at, last_used_from=address)
