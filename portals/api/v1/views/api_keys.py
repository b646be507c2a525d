"""``auth/api-keys``: programs that may act in the agency. Only people manage them."""

from __future__ import annotations

from typing import Any, Final, cast

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import Answer, answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import etag_of, read_version
from portals.api.v1.serializers.api_keys import (
    ApiKeyChangesIn,
    ApiKeyIn,
    ApiKeyOut,
    ApiKeyQuery,
    NewApiKeyOut,
    show_api_key,
)
from tenants.access import access_api_key, require
from tenants.models import ApiKey
from tenants.permissions import Permission
from tenants.selectors import list_api_keys_of
from tenants.services.keys import change_api_key, create_api_key, revoke_api_key

TAG: Final = "api-keys"
MANAGE: Final = Permission.API_KEY_MANAGE
EXAMPLE: Final = {"name": "Accounting", "scopes": ["customers:read", "customers:write"]}
_SECRET: Final = "_new_api_key"  # noqa: S105  the name of an attribute


def _add_secret(request: Request, response: Response, _data: dict[str, Any]) -> Response:
    """Add the secret to the first answer; it is stored nowhere, not even for a repeated call."""
    given = cast("Answer", response.data)
    secret = getattr(request, _SECRET, None)
    response.data = Answer({**given.data, "key": secret}, message=given.message)
    return response


class ApiKeyList(Endpoint):
    """All keys of the agency."""

    @operation("List API keys", tag=TAG, query=ApiKeyQuery, answer=ApiKeyOut, many=True)
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Keys of your agency, the newest first. ``search`` looks at name and beginning."""
        actor = actor_of(request)
        require(actor, MANAGE)
        rows = list_api_keys_of(actor, text=filters["search"])
        if "state" in filters:
            rows = rows.filter(revoked_at__isnull=filters["state"] == "OPEN")
        return paginate(
            sort_rows(rows, ordering=filters["ordering"]),
            filters=filters,
            show=show_api_key,
        )

    @operation(
        "Create an API key",
        tag=TAG,
        body=ApiKeyIn,
        answer=NewApiKeyOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
        finish=_add_secret,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Make a key with some of your own permissions. ``key`` is shown this once.

        A key acts under its own name. It may do what its scopes and your role have in common,
        and stops when you leave the agency.
        """
        actor = actor_of(request)
        require(actor, MANAGE)
        key, secret = create_api_key(actor=actor, at=timezone.now(), **data)
        setattr(request, _SECRET, secret)
        return _answer(access_api_key(actor, key.public_id), status=201)


class ApiKeyDetail(Endpoint):
    """One key."""

    @operation("Show an API key", tag=TAG, answer=ApiKeyOut)
    def get(self, request: Request, *, key_id: str) -> Response:
        """One key, without its secret; the ``ETag`` is for ``If-Match``."""
        return _answer(_access(request, key_id))

    @operation(
        "Change an API key",
        tag=TAG,
        body=ApiKeyChangesIn,
        answer=ApiKeyOut,
        example={"scopes": ["customers:read"]},
        versioned=True,
    )
    def patch(self, request: Request, *, key_id: str, data: dict[str, Any]) -> Response:
        """Rename a key, take scopes from it, or set its limit. More scopes need a new key."""
        key = _access(request, key_id)
        change_api_key(key, actor=actor_of(request), version=read_version(request), **data)
        return _answer(_access(request, key_id))

    @operation("Revoke an API key", tag=TAG, answer=ApiKeyOut)
    def delete(self, request: Request, *, key_id: str) -> Response:
        """Refuse the key from now on, for good. It stays in the list."""
        key = _access(request, key_id)
        revoke_api_key(key, actor=actor_of(request), at=timezone.now())
        return _answer(_access(request, key_id))


def _access(request: Request, key_id: str) -> ApiKey:
    return access_api_key(actor_of(request), key_id)


def _answer(key: ApiKey, *, status: int = 200) -> Response:
    return answer(show_api_key(key), status=status, headers={"ETag": etag_of(key)})
