"""Inputs and outputs of ``auth/api-keys``."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, Count, Input, ListQuery, Moment, Text
from tenants.lengths import NAME_MAX_LENGTH
from tenants.models import ApiKey
from tenants.permissions import GRANTABLE
from tenants.selectors import compute_key_state, list_effective_scopes
from tenants.services.keys import REQUESTS_MAX
from tenants.states import KeyState

SCOPES = sorted(scope.value for scope in GRANTABLE)


class ApiKeyIn(Input):
    """A program that is to act in the agency."""

    name = Text(max_length=NAME_MAX_LENGTH)
    scopes = serializers.ListField(child=Choice(choices=SCOPES), min_length=1, max_length=100)
    expires_at = Moment(required=False, allow_null=True)
    requests_per_minute = Count(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=REQUESTS_MAX,
        help_text="Less than the plan allows; null for the plan's figure.",
    )


class ApiKeyChangesIn(Input):
    """What is to change; scopes can only become fewer."""

    name = Text(required=False, max_length=NAME_MAX_LENGTH)
    scopes = serializers.ListField(
        child=Choice(choices=SCOPES),
        required=False,
        min_length=1,
        max_length=100,
    )
    requests_per_minute = Count(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=REQUESTS_MAX,
    )


class ApiKeyQuery(ListQuery):
    """Which keys."""

    state = Choice(choices=["OPEN", "REVOKED"], required=False)
    ordering = Choice(
        choices=["name", "-name", "created_at", "-created_at", "last_used_at", "-last_used_at"],
        required=False,
        default="-created_at",
    )


class ApiKeyOut(serializers.Serializer[Any]):
    """An API key, without its secret."""

    id = serializers.CharField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the key begins, to recognise it.")
    scopes = serializers.ListField(child=serializers.CharField())
    effective_scopes = serializers.ListField(
        child=serializers.CharField(),
        help_text="Those that the maker's role still carries.",
    )
    state = serializers.ChoiceField(choices=KeyState.values)
    requests_per_minute = serializers.IntegerField(allow_null=True)
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    last_used_from = serializers.CharField(allow_blank=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewApiKeyOut(ApiKeyOut):
    """A new API key; ``key`` is shown now and never again, so a repeated answer has null."""

    key = serializers.CharField(allow_null=True)


def show_api_key(key: ApiKey) -> dict[str, Any]:
    """Return an ``ApiKeyOut``."""
    return {
        "id": key.public_id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "effective_scopes": sorted(list_effective_scopes(key)),
        "state": compute_key_state(key, at=timezone.now()),
        "requests_per_minute": key.requests_per_minute,
        "created_by": key.created_by.public_id,
        "created_at": as_time(key.created_at),
        "expires_at": as_time(key.expires_at),
        "last_used_at": as_time(key.last_used_at),
        "last_used_from": key.last_used_from,
        "revoked_at": as_time(key.revoked_at),
    }
