"""People and their sign-in: new users, verified addresses, profile.

Passwords are judged by Django's validators; address verification uses allauth's rows, so that
its pages, mails and limits see the same truth.
"""

from __future__ import annotations

import re
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version
from tenants.events import ProfileChanged
from tenants.models import User
from tenants.selectors import find_user

_WEB_ADDRESS: Final = re.compile(r"://|\bwww\.|\w\.[a-z]{2,}/", re.IGNORECASE)


class EmailTaken(RuleViolation):
    """Another account uses the address."""

    code = "email_taken"


class EmailInvalid(RuleViolation):
    """The text is not an e-mail address."""

    code = "email_invalid"


class PasswordWeak(RuleViolation):
    """The password fails a validator."""

    code = "password_weak"


class NameIsAddress(RuleViolation):
    """A name that mail programs would turn into a link."""

    code = "name_is_address"


def register_user(
    *,
    email: str,
    password: str,
    full_name: str,
    language: str = "",
    verified: bool = False,
) -> User:
    """Create a person with a password.

    Args:
        email: kept in lower case.
        password: judged by the validators, with name and address in mind.
        full_name: as written.
        language: ``""`` to follow agency and browser.
        verified: True when a mailed token already proved the address.

    Raises:
        EmailInvalid: not an address.
        EmailTaken: there is an account with this address.
        PasswordWeak: too short, too common, or too similar to the person's data.
        NameIsAddress: the name holds the address of a website.
    """
    user = draft_user(email=email, password=password, full_name=full_name, language=language)
    user.set_password(password)
    return save_new_user(user, verified=verified)


def draft_user(*, email: str, password: str, full_name: str, language: str = "") -> User:
    """Return a person who could be created, neither saved nor with a password yet.

    Hashing a password is slow on purpose; whoever needs locks does it between the two steps.

    Raises:
        NameIsAddress: the name holds the address of a website.
        EmailInvalid, EmailTaken, PasswordWeak: see ``register_user``.
    """
    require_plain_name(full_name)
    address = email.strip().lower()
    _require_address(address)
    _require_free_address(address)
    user = User(email=address, full_name=full_name.strip(), language=language)
    require_good_password(password, user=user)
    return user


def save_new_user(user: User, *, verified: bool) -> User:
    """Write a person who was drafted before.

    Raises:
        EmailTaken: somebody else registered the address meanwhile.
    """
    _require_free_address(user.email)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return user


def require_plain_name(name: str) -> None:
    """Pass if a person's name leads nowhere: mails to strangers begin with it.

    Raises:
        NameIsAddress: it holds the address of a website.
    """
    if _WEB_ADDRESS.search(name):
        raise NameIsAddress(_("A name cannot hold the address of a website."), field="full_name")


def _require_free_address(address: str) -> None:
    if find_user(address) is not None:
        raise EmailTaken(
            _("There is already an account with this e-mail address. Sign in instead."),
            field="email",
        )


def _require_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise EmailInvalid(_("Enter a valid e-mail address."), field="email") from error


def require_good_password(password: str, *, user: User) -> None:
    """Pass if every validator accepts the password.

    Raises:
        PasswordWeak: with the validators' sentences.
    """
    try:
        validate_password(password, user=user)
    except ValidationError as error:
        raise PasswordWeak(" ".join(error.messages), field="password") from error


def is_email_verified(user: User) -> bool:
    """Tell whether the person proved to own the address."""
    return bool(
        EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists(),
    )


def mark_email_verified(user: User) -> None:
    """Note that a mailed token proved the address."""
    EmailAddress.objects.update_or_create(
        user=user,
        email=user.email,
        defaults={"verified": True, "primary": True},
    )


@transaction.atomic
def change_profile(
    user: User,
    *,
    full_name: str,
    language: str,
    actor: Actor,
    version: int | None = None,
) -> User:
    """Change the name and the language of the actor's own account.

    Raises:
        Stale: it changed since somebody saw this version.
        NameIsAddress: the name holds the address of a website.
    """
    require_plain_name(full_name)
    present = lock_row(user)
    require_version(present, seen=version)
    before = {"full_name": present.full_name, "language": present.language}
    user.full_name = full_name.strip()
    user.language = language
    details = list_changes(before, {"full_name": user.full_name, "language": user.language})
    if not details:
        return user
    user.save(update_fields=["full_name", "language", "updated_at"])
    publish(
        ProfileChanged(
            actor=actor,
            subject_public_id=user.public_id,
            subject_name=user.full_name,
            details=details,
        ),
    )
    return user


@transaction.atomic
def change_single_keys(user: User, *, is_on: bool, actor: Actor) -> User:
    """Let single keys act as shortcuts for this person, or not.

    Source: WCAG 2.2, 2.1.4: who speaks to the computer must be able to turn them off.
    """
    user = lock_row(user)
    before, user.single_keys = user.single_keys, is_on
    user.save(update_fields=["single_keys", "updated_at"])
    if before != is_on:
        publish(
            ProfileChanged(
                actor=actor,
                subject_public_id=user.public_id,
                subject_name=user.full_name,
                details={"single_keys": [before, is_on]},
            ),
        )
    return user
