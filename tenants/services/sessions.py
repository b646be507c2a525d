"""The end of all sessions of a person, wherever they are.

Sessions and tokens remember a digest of the password mixed with the person's version. One more in
the version makes all of them worthless, those too that nobody listed.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from tenants.events import SignedOutEverywhere
from tenants.models import User

_STAMP_LENGTH: Final = 16


def stamp_of(user: User) -> str:
    """Return what tokens remember of the password, so that a new one ends them."""
    return user.get_session_auth_hash()[:_STAMP_LENGTH]


@transaction.atomic
def sign_out_everywhere(user: User, *, actor: Actor) -> User:
    """End all the person's sessions, this one too: browsers, refresh tokens, access tokens."""
    publish(
        SignedOutEverywhere(
            actor=actor,
            subject_public_id=user.public_id,
            subject_name=str(user),
            customer_public_id=actor.customer_public_id,
        ),
    )
    return end_all_sessions(user)


@transaction.atomic
def end_all_sessions(user: User) -> User:
    """Make every session and token of the person worthless."""
    user.session_version = User.objects.select_for_update().get(pk=user.pk).session_version + 1
    user.save(update_fields=["session_version", "updated_at"])
    return user
