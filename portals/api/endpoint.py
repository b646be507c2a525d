"""What every endpoint is: a thin class whose methods say what they read and answer.

``@operation`` states it once; from this one statement follow the checks of body and parameters,
the idempotency, and the OpenAPI document.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, ClassVar, Final, cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView

from portals.api.auth import Identity
from portals.api.errors import Refusal
from portals.api.idempotency import HEADER, KEY_PATTERN, digest_call, read_key, run_once
from portals.api.parsing import ETAG_PATTERN, read_body, read_query
from portals.api.throttling import list_rate_headers
from portals.shared.access import PortalAccess
from spotex.kernel.actor import Actor
from tenants.access import require
from tenants.models import User
from tenants.permissions import Permission

_IDEMPOTENCY_KEY: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": KEY_PATTERN},
    OpenApiParameter.HEADER,
    description="Repeating a call with the same key repeats its answer, not its effect.",
)
_IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": ETAG_PATTERN},
    OpenApiParameter.HEADER,
    description="The `ETag` of what you saw; if somebody changed it since, the answer is 409.",
)

ANY_SCOPE: Final = ""
"""An API key may call it whatever its scopes are."""

Method = Callable[..., HttpResponse]
Caller = Callable[[Request, dict[str, Any]], str]


class Endpoint(APIView):
    """Base of all endpoints."""

    public: ClassVar[bool] = False
    """No token is asked for."""
    needs_verified_email: ClassVar[bool] = True
    metadata_class = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view, marked like the HTML views for the guard test."""
        view: Any = super().as_view(**initkwargs)
        view.portal_access = PortalAccess(permission=None, public=cls.public)
        return view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in; who is refused is counted too, against the address without a token.

        Raises:
            Throttled: too many calls.
            APIException: the caller is refused.
        """
        try:
            super().initial(request, *args, **kwargs)
        except Throttled:
            raise
        except APIException:
            self.check_throttles(request)
            raise

    def finalize_response(
        self,
        request: Request,
        response: Response,
        *args: Any,
        **kwargs: Any,
    ) -> Response:
        """Say how many calls are left of this minute."""
        finished: Response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in list_rate_headers(request).items():
            finished[name] = value
        return finished

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Return nobody at a public endpoint: a stale token must not matter there."""
        return [] if self.public else super().get_authenticators()

    def get_permissions(self) -> list[BasePermission]:
        """Return nothing to ask at a public endpoint."""
        return [] if self.public else cast("list[BasePermission]", super().get_permissions())


def identity_of(request: Request) -> Identity:
    """Return the caller; only for endpoints that are not public."""
    return cast("Identity", request.auth)


def actor_of(request: Request) -> Actor:
    """Return the caller's actor; only for endpoints that are not public."""
    return identity_of(request).actor


def person_of(request: Request) -> User:
    """Return the person who calls; only for operations that name no scope."""
    return cast("User", identity_of(request).user)


def name_actor(request: Request, _data: dict[str, Any]) -> str:
    """Return whose idempotency keys a signed-in caller uses."""
    actor = actor_of(request)
    return f"{actor.user_public_id}:{actor.customer_public_id}"


def operation(  # noqa: PLR0913  the parts of a statement, all named
    summary: str,
    *,
    tag: str,
    answer: type[Serializer[Any]] | None = None,
    many: bool = False,
    status: int = 200,
    body: type[Serializer[Any]] | None = None,
    query: type[Serializer[Any]] | None = None,
    example: dict[str, Any] | None = None,
    idempotent: bool = False,
    versioned: bool = False,
    scope: Permission | str | None = None,
    upload: tuple[str, ...] = (),
    caller: Caller = name_actor,
    finish: Callable[[Request, Response, dict[str, Any]], Response] | None = None,
) -> Callable[[Method], Method]:
    """State what a method of an endpoint does.

    Args:
        summary: one line; the method's docstring is the description.
        tag: the group in the document.
        answer: shape of ``data``; None for no data.
        many: ``data`` is a page of such objects.
        status: of success.
        body: shape of the body; its values arrive as ``data``.
        query: shape of the parameters; their values arrive as ``filters``.
        example: a body that works.
        idempotent: take an ``Idempotency-Key``.
        versioned: take an ``If-Match``; the method itself compares.
        upload: media types of a body that is no JSON; the method reads it itself.
        scope: what an API key needs for it; None if only people may call it.
        caller: names whose key it is.
        finish: adds to the answer what must not be stored, knowing the body's values.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def call(endpoint: Endpoint, request: Request, **ids: str) -> HttpResponse:
            _require_scope(request, scope)
            given: dict[str, Any] = dict(ids)
            filters = read_query(query, request)
            data = read_body(body, request) if body is not None else {}
            if query is not None:
                given["filters"] = filters
            if body is not None:
                given["data"] = data
            key = read_key(request) if idempotent else ""
            if key:
                response = run_once(
                    caller=caller(request, data),
                    key=key,
                    digest=digest_call(request, data=_describe_upload(request) if upload else data),
                    effect=lambda: cast("Response", method(endpoint, request, **given)),
                )
            else:
                response = cast("Response", method(endpoint, request, **given))
            return finish(request, response, data) if finish else response

        document = extend_schema(
            summary=summary,
            description=inspect.getdoc(method) or "",
            tags=[tag],
            request=dict.fromkeys(upload, OpenApiTypes.BINARY) if upload else body,
            responses={status: _describe_answer(answer, many=many)},
            parameters=[
                *([query] if query is not None else []),
                *([_IDEMPOTENCY_KEY] if idempotent else []),
                *([_IF_MATCH] if versioned else []),
            ],
            examples=[OpenApiExample("Example", value=example, request_only=True)]
            if example
            else [],
            extensions={"x-paged": many, "x-scope": scope},
        )
        call.is_list = many  # type: ignore[attr-defined]  # for the authentication
        return cast("Method", document(call))

    return decorate


def _describe_upload(request: Request) -> dict[str, Any]:
    """Return what tells an upload from another one: its parameters and its bytes."""
    content = request.data if isinstance(request.data, bytes) else b""
    return {"query": request.GET.urlencode(), "body": sha256(content).hexdigest()}


def _require_scope(request: Request, scope: Permission | str | None) -> None:
    """Pass if a person calls, or a key with the scope; before anything is looked up for a key."""
    identity = request.auth
    if not isinstance(identity, Identity) or not identity.actor.is_key or scope == ANY_SCOPE:
        return
    if scope is None:
        raise Refusal(
            _("Only a person can do this: log in and send a token instead of an API key."),
            code="key_not_accepted",
            status=403,
        )
    require(identity.actor, Permission(scope))


def _describe_answer(answer: type[Serializer[Any]] | None, *, many: bool) -> OpenApiResponse:
    shape: BaseSerializer[Any] | None = None
    if answer is not None:
        shape = answer(many=True) if many else answer()
    return OpenApiResponse(shape, description="Success")
