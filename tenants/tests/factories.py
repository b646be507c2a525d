"""Minimal valid rows of the public schema."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from tenants.models import ApiKey, Impersonation, Invitation, MailMessage, Membership, User
from tenants.states import MailState, Role
from tenants.tokens import KEY_PREFIX_LENGTH, digest_of, new_api_key

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday at noon: the moment at which most tests happen."""


class UserFactory(DjangoModelFactory):
    """A person who cannot sign in yet."""

    class Meta:
        model = User

    email = factory.Sequence("person-{}@people.test".format)
    full_name = factory.Sequence("Persona {}".format)
    password = "!"


class MembershipFactory(DjangoModelFactory):
    """A member; the agency must be given."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.MEMBER


class InvitationFactory(DjangoModelFactory):
    """An open invitation whose token is ``token``; the agency must be given."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence("token-{}".format)

    email = factory.Sequence("invited-{}@people.test".format)
    full_name = "Ida Invitata"
    role = Role.MEMBER
    token_digest = factory.LazyAttribute(lambda new: digest_of(new.token))
    expires_at = factory.LazyFunction(lambda: NOON + timedelta(days=7))


class ApiKeyFactory(DjangoModelFactory):
    """A key of the agency's first owner; the agency must be given."""

    class Meta:
        model = ApiKey

    class Params:
        secret = factory.LazyFunction(new_api_key)

    created_by = factory.LazyAttribute(
        lambda new: new.agency.members.get(role=Role.OWNER).user,
    )
    name = factory.Sequence("Programma {}".format)
    prefix = factory.LazyAttribute(lambda new: new.secret[:KEY_PREFIX_LENGTH])
    digest = factory.LazyAttribute(lambda new: digest_of(new.secret))
    scopes = factory.LazyFunction(lambda: ["customers:read"])


class MailFactory(DjangoModelFactory):
    """A mail that is due."""

    class Meta:
        model = MailMessage

    sender = '"Acme" <no-reply@localhost>'
    recipient = "reader@people.test"
    subject = "Oggetto"
    text = "Testo\n"
    state = MailState.QUEUED
    due_at = factory.LazyFunction(timezone.now)


class ImpersonationFactory(DjangoModelFactory):
    """A support session whose link is ``token``; agency and person must be given."""

    class Meta:
        model = Impersonation

    class Params:
        token = factory.Sequence("support-{}".format)

    staff = factory.SubFactory(UserFactory, is_staff=True)
    portal = "agency"
    reason = "The logo is not shown"
    token_digest = factory.LazyAttribute(lambda new: digest_of(new.token))
    link_until = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=2))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=15))
