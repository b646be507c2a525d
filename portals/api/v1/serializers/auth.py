"""Inputs and outputs of ``auth/*``."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, Email, Input, PublicId, Secret, Text
from portals.shared.agents import name_device
from portals.shared.devices import API, BROWSER, NO_ADDRESS
from spotex.kernel.actor import Actor
from tenants.hosts import AgencySnapshot, portal_host_of, url_for
from tenants.lengths import NAME_MAX_LENGTH, PASSWORD_MAX_LENGTH
from tenants.models import User
from tenants.slugs import SLUG_MAX_LENGTH
from tenants.states import PortalName, Tier

TOKEN_MAX_LENGTH = 4_096


class RegisterIn(Input):
    """A new agency with its first person."""

    email = Email()
    password = Secret(max_length=PASSWORD_MAX_LENGTH)
    full_name = Text(max_length=NAME_MAX_LENGTH)
    agency_name = Text(max_length=NAME_MAX_LENGTH)
    agency_slug = Text(max_length=100, help_text="Lower-case letters, digits, single hyphens.")
    tier = Choice(choices=Tier.values, required=False)
    language = Choice(choices=["it", "en"], required=False)


class LoginIn(Input):
    """Credentials, and where to."""

    email = Email()
    password = Secret(max_length=PASSWORD_MAX_LENGTH)
    agency = Text(
        required=False,
        max_length=SLUG_MAX_LENGTH,
        help_text="Slug of the agency, for a person of several. On an agency's hosts the host decides.",
    )
    customer = PublicId("cus", required=False, help_text="For a person of several customers.")


class SecondStepIn(Input):
    """The challenge of `auth/login`, and a code."""

    challenge = Secret(max_length=TOKEN_MAX_LENGTH)
    code = Secret(max_length=40, help_text="Of the authenticator app, or a recovery code.")


class RefreshIn(Input):
    """A refresh token."""

    refresh = Secret(max_length=TOKEN_MAX_LENGTH)


class KeyIn(Input):
    """The key from a mailed link."""

    key = Secret(max_length=500)


class AddressIn(Input):
    """Whom to mail."""

    email = Email()
    agency = Text(
        required=False,
        max_length=SLUG_MAX_LENGTH,
        help_text="Slug of the agency whose portal the link leads to.",
    )


class ResetPasswordIn(Input):
    """The key from the mailed link (its last part) and a new password."""

    key = Secret(max_length=200)
    password = Secret(max_length=PASSWORD_MAX_LENGTH)


class AcceptInvitationIn(Input):
    """The token from the mailed link; a new person adds name and password."""

    agency = Text(required=False, max_length=SLUG_MAX_LENGTH)
    token = Secret(max_length=100)
    kind = Choice(choices=["contact", "member"], required=False, default="contact")
    full_name = Text(required=False, max_length=NAME_MAX_LENGTH)
    password = Secret(required=False, max_length=PASSWORD_MAX_LENGTH)


class UserOut(serializers.Serializer[Any]):
    """A person."""

    id = serializers.CharField()
    email = serializers.CharField()
    full_name = serializers.CharField()
    language = serializers.CharField()
    email_verified = serializers.BooleanField()


class AgencyOut(serializers.Serializer[Any]):
    """An agency, as its people see it."""

    id = serializers.CharField()
    name = serializers.CharField()
    slug = serializers.CharField()
    portal_url = serializers.CharField()


class CustomerBriefOut(serializers.Serializer[Any]):
    """The customer that a contact acts for."""

    id = serializers.CharField()


class SessionOut(serializers.Serializer[Any]):
    """Where somebody is signed in: a browser, or a program by the API."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=[API, BROWSER])
    device = serializers.CharField()
    address = serializers.CharField()
    portal = serializers.CharField()
    agency = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    current = serializers.BooleanField()


class ApiKeyBriefOut(serializers.Serializer[Any]):
    """The API key that calls."""

    id = serializers.CharField()


class MeOut(serializers.Serializer[Any]):
    """Who calls, as what, and what they may do."""

    user = UserOut(allow_null=True)
    api_key = ApiKeyBriefOut(allow_null=True)
    agency = AgencyOut()
    customer = CustomerBriefOut(allow_null=True)
    role = serializers.CharField()
    permissions = serializers.ListField(child=serializers.CharField())


class CurrentSessionOut(MeOut):
    """The caller with the session of the token."""

    session = SessionOut()


class TokensOut(serializers.Serializer[Any]):
    """A pair of tokens and whom they are for."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    token_type = serializers.ChoiceField(choices=["bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds until the access token expires.")
    user = UserOut()
    agency = AgencyOut()
    customer = CustomerBriefOut(allow_null=True)
    role = serializers.CharField()


def show_user(user: User, *, email_verified: bool) -> dict[str, Any]:
    """Return a ``UserOut``."""
    return {
        "id": user.public_id,
        "email": user.email,
        "full_name": user.full_name,
        "language": user.language,
        "email_verified": email_verified,
    }


def show_agency(agency: AgencySnapshot, *, actor: Actor) -> dict[str, Any]:
    """Return an ``AgencyOut``; the portal is the one that the actor may enter."""
    portal = PortalName.CUSTOMER if actor.customer_id is not None else PortalName.AGENCY
    return {
        "id": agency.public_id,
        "name": agency.brand_name,
        "slug": agency.slug,
        "portal_url": url_for(portal_host_of(agency, portal)),
    }


def show_who(
    user: User | None,
    *,
    agency: AgencySnapshot,
    actor: Actor,
    email_verified: bool,
) -> dict[str, Any]:
    """Return the parts that say who somebody is and where."""
    customer = actor.customer_public_id
    return {
        "user": show_user(user, email_verified=email_verified) if user else None,
        "agency": show_agency(agency, actor=actor),
        "customer": {"id": customer} if customer else None,
        "role": actor.role,
    }


def show_session(session: UserSession, *, current: str) -> dict[str, Any]:
    """Return a ``SessionOut``."""
    return {
        "id": session.data["id"],
        "kind": session.data["kind"],
        "device": name_device(session.user_agent),
        "address": "" if session.ip == NO_ADDRESS else session.ip,
        "portal": session.data["portal"],
        "agency": session.data["agency"] or None,
        "created_at": as_time(session.created_at),
        "last_seen_at": as_time(session.last_seen_at),
        "expires_at": as_time(session.expires_at),
        "current": session.data["id"] == current,
    }
