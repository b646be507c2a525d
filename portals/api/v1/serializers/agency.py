"""Inputs and outputs of ``members``, ``users`` and ``branding``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, Email, Input, ListQuery, Text
from tenants.hosts import host_of, snapshot_of, url_for
from tenants.lengths import FOOTER_MAX_LENGTH, NAME_MAX_LENGTH
from tenants.models import Agency, Invitation, Membership, User
from tenants.states import Language, PortalName, Role


class MemberInviteIn(Input):
    """Whom to invite to the agency."""

    email = Email()
    full_name = Text(max_length=NAME_MAX_LENGTH)
    role = Choice(choices=Role.values)


class MemberRoleIn(Input):
    """What the member may do from now on."""

    role = Choice(choices=Role.values)


class MemberQuery(ListQuery):
    """Which members, or which invitations."""

    role = Choice(choices=Role.values, required=False)
    ordering = Choice(
        choices=["full_name", "-full_name", "created_at", "-created_at"],
        required=False,
        default="full_name",
    )


class MemberOut(serializers.Serializer[Any]):
    """A person who works in the agency."""

    id = serializers.CharField()
    user = serializers.CharField()
    email = serializers.CharField()
    full_name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(choices=Role.values)
    created_at = serializers.DateTimeField()


class InvitationOut(serializers.Serializer[Any]):
    """An offer of a membership that is still open."""

    id = serializers.CharField()
    email = serializers.CharField()
    full_name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.values)
    state = serializers.ChoiceField(choices=["INVITED"])
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class UserQuery(ListQuery):
    """Which people."""

    ordering = Choice(
        choices=["full_name", "-full_name", "email", "-email"],
        required=False,
        default="full_name",
    )


class PersonOut(serializers.Serializer[Any]):
    """A person; ``member_role`` is null for the people of customers."""

    id = serializers.CharField()
    email = serializers.CharField()
    full_name = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    member_role = serializers.ChoiceField(choices=Role.values, allow_null=True)


class ProfileIn(Input):
    """What a person changes about themselves."""

    full_name = Text(required=False, max_length=NAME_MAX_LENGTH)
    language = Choice(choices=["", *Language.values], required=False)


class BrandingIn(Input):
    """How the agency appears to its customers."""

    name = Text(max_length=NAME_MAX_LENGTH)
    color = Text(max_length=7, help_text="Written #rrggbb.")
    footer = Text(required=False, allow_blank=True, max_length=FOOTER_MAX_LENGTH)
    support_email = Email(required=False, allow_blank=True)
    language = Choice(choices=Language.values)


class BrandingOut(serializers.Serializer[Any]):
    """How the agency appears to its customers."""

    name = serializers.CharField()
    color = serializers.CharField()
    footer = serializers.CharField(allow_blank=True)
    support_email = serializers.CharField(allow_blank=True)
    language = serializers.ChoiceField(choices=Language.values)
    logo_url = serializers.CharField(allow_null=True)


def show_member(member: Membership) -> dict[str, Any]:
    """Return a ``MemberOut``."""
    return {
        "id": member.public_id,
        "user": member.user.public_id,
        "email": member.user.email,
        "full_name": member.user.full_name,
        "role": member.role,
        "created_at": as_time(member.created_at),
    }


def show_invitation(invitation: Invitation) -> dict[str, Any]:
    """Return an ``InvitationOut``."""
    return {
        "id": invitation.public_id,
        "email": invitation.email,
        "full_name": invitation.full_name,
        "role": invitation.role,
        "state": "INVITED",
        "expires_at": as_time(invitation.expires_at),
        "created_at": as_time(invitation.created_at),
    }


def show_person(person: User) -> dict[str, Any]:
    """Return a ``PersonOut`` of a row of ``list_people_for``."""
    return {
        "id": person.public_id,
        "email": person.email,
        "full_name": person.full_name,
        "language": person.language,
        "member_role": getattr(person, "member_role", None),
    }


def show_branding(agency: Agency) -> dict[str, Any]:
    """Return a ``BrandingOut``."""
    path = snapshot_of(agency).brand_logo_url
    return {
        "name": agency.display_name,
        "color": agency.brand_color,
        "footer": agency.brand_footer,
        "support_email": agency.support_email,
        "language": agency.language,
        "logo_url": url_for(host_of(agency.slug, PortalName.CUSTOMER), path) if path else None,
    }
