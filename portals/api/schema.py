"""The OpenAPI document: what the generator cannot see from the endpoints is added here.

Every success is put into its envelope, every operation gets the errors that it can answer, and
ids get their patterns.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from typing_extensions import override

from portals.api.fields import PublicId
from portals.reports.formats import FORMATS
from spotex.kernel.ids import ID_PATTERN
from tenants.lengths import EMAIL_MAX_LENGTH

Document = dict[str, Any]

INPUT_SUFFIX: Final = "In"
"""Names of bodies end so; unknown fields are refused in all of them."""

URLCONF: Final = "portals.api.urls"
_JSON: Final = "application/json"
_TIME: Final = {"type": "string", "format": "date-time", "examples": ["2026-11-20T08:00:00Z"]}
_RETRY: Final = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}},
}
_ERRORS: Final = {
    "400": ("BadRequest", "The body or a parameter has the wrong shape; see `errors`.", {}),
    "401": ("Unauthorized", "No token and no API key, or one that is not good.", {}),
    "402": ("Suspended", "The agency is suspended.", {}),
    "403": (
        "Forbidden",
        "You may not do this, the API key lacks the scope, or it is for another host.",
        {},
    ),
    "404": ("NotFound", "There is no such object for you.", {}),
    "405": ("MethodNotAllowed", "The address has no such method.", {}),
    "409": ("Conflict", "The object is in another state than you believe, or busy.", _RETRY),
    "413": ("TooLarge", "The body is larger than a megabyte.", {}),
    "415": ("UnsupportedMediaType", "The body is not JSON.", {}),
    "422": ("RuleBroken", "A rule forbids it; `code` names the rule.", {}),
    "429": ("TooManyRequests", "Over the limit of the plan, or of the address.", _RETRY),
    "503": ("Unavailable", "A part that is needed is away.", _RETRY),
}
_ANY_TEXT: Final = r"^[^\u0000]*$"
_SOME_TEXT: Final = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
_NOTHING: Final = {"type": "string", "maxLength": 0}
_STREAMS: Final = frozenset({"followAnOperation", "followASpace"})
_FILES: Final = {"reportOnBookings": tuple(FORMATS.values())}
"""Media types that a success may have besides JSON."""

_RULED: Final = frozenset({"listTheFreeTimeOfASpace", "showEquipmentLeft"})
"""Operations that only look, and whose parameters a rule may refuse all the same."""

_ONLY_WITH_BODY: Final = frozenset({"413", "415"})
_ONLY_WITH_EFFECT: Final = frozenset({"409", "422"})


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document names our tokens."""

    target_class = "portals.api.auth.TokenAuthentication"
    name = "token"

    @override
    def get_security_definition(self, auto_schema: AutoSchema) -> Document:
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The access token from `auth/login`.",
        }


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document names API keys."""

    target_class = "portals.api.keys.KeyAuthentication"
    name = "key"

    @override
    def get_security_definition(self, auto_schema: AutoSchema) -> Document:
        """Return the scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "A key from `auth/api-keys`, or from Settings, API keys in the portal. "
            "The scope that an operation needs is named in its `x-scope`.",
        }


class TextShape(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """What our text fields take, told completely: length, blankness, characters."""

    target_class = "portals.api.fields.Text"
    match_subclasses = True

    @override
    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Document:
        """Return the shape of one field."""
        field = self.target
        if isinstance(field, PublicId):
            return {"type": "string", "pattern": f"^{field.prefix}_{ID_PATTERN}$"}
        shape: Document = {"type": "string", "maxLength": field.max_length}
        if field.allow_blank:
            return {**shape, "pattern": _ANY_TEXT}
        return {
            **shape,
            "minLength": 1,
            "pattern": _SOME_TEXT if field.trim_whitespace else _ANY_TEXT,
        }


class EmailShape(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """The format says it all, the greatest length included, unless less is allowed."""

    target_class = "portals.api.fields.Email"

    @override
    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Document:
        """Return the shape of one field."""
        shape: Document = {"type": "string", "format": "email"}
        most = self.target.max_length
        self.target.validators = []  # a maxLength next to the format helps no reader
        return {**shape, "maxLength": most} if most < EMAIL_MAX_LENGTH else shape


class OperationSchema(AutoSchema):
    """Names operations after their summaries: “List customers” → ``listCustomers``."""

    def get_operation_id(self) -> str:
        """Return the name that clients generate methods from."""
        first, *others = (self.get_summary() or super().get_operation_id()).split()
        return first.lower() + "".join(word.capitalize() for word in others)


def complete_document(result: Document, **_given: object) -> Document:
    """Add envelopes, errors and the parts that they share."""
    for path in result["paths"].values():
        for method, described in path.items():
            _complete_operation(described, method=method)
    _strip(result)
    components = result.setdefault("components", {})
    for name, schema in components.setdefault("schemas", {}).items():
        if name.endswith(INPUT_SUFFIX):
            schema["additionalProperties"] = False
    components["schemas"].update(_shared_schemas())
    components["responses"] = {
        name: {
            "description": text,
            **({"headers": headers} if headers else {}),
            "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
        for name, text, headers in _ERRORS.values()
    }
    return result


def _strip(part: Any) -> None:
    """Remove the generator's own marks; “this or nothing” is no exclusive choice."""
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
        if _NOTHING in part.get("oneOf", ()):
            part["anyOf"] = part.pop("oneOf")
        for inner in part.values():
            _strip(inner)
    elif isinstance(part, list):
        for inner in part:
            _strip(inner)


def _complete_operation(described: Document, *, method: str) -> None:
    paged = described.pop("x-paged", False)
    _secure(described)
    if described["operationId"] in _STREAMS:
        described["responses"] = _stream_responses()
    else:
        for response in described["responses"].values():
            content = response.setdefault("content", {}).setdefault(_JSON, {})
            content["schema"] = _envelope(content.get("schema"), paged=paged)
            for kind in _FILES.get(described["operationId"], ()):
                response["content"][kind] = {"schema": {"type": "string", "format": "binary"}}
    for status, (name, _text, _headers) in _ERRORS.items():
        if status in _ONLY_WITH_BODY and "requestBody" not in described:
            continue
        is_ruled = status == "422" and described["operationId"] in _RULED
        if status in _ONLY_WITH_EFFECT and method == "get" and not is_ruled:
            continue
        described["responses"].setdefault(status, {"$ref": f"#/components/responses/{name}"})


def _secure(described: Document) -> None:
    """Name the scope that a key needs; leave the key out where only people may call."""
    scope = described.pop("x-scope", None)
    ways = described.get("security", [])
    if {"key": []} not in ways:
        return
    ways.remove({"key": []})
    if scope is not None:
        ways.append({"key": [str(scope)] if scope else []})
    if scope:
        described["x-scope"] = str(scope)


def _stream_responses() -> Document:
    return {
        "200": {
            "description": "Events, for as long as you listen.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        "204": {"description": "For the proxy only, which turns it into the stream."},
    }


def _envelope(data: Document | None, *, paged: bool) -> Document:
    properties: Document = {
        "success": {"type": "boolean", "const": True},
        "data": data or {"type": "null"},
        "message": {"type": "string"},
        "timestamp": _TIME,
    }
    if paged:
        properties["pagination"] = {"$ref": "#/components/schemas/Pagination"}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _shared_schemas() -> Document:
    count = {"type": "integer", "minimum": 0}
    pagination = {"page": count, "limit": count, "total": count, "totalPages": count}
    error = {
        "success": {"type": "boolean", "const": False},
        "data": {
            "type": ["object", "null"],
            "description": (
                "At `auth/login`: with `mfa_required` a `challenge` and `expires_in`, with "
                "`agency_required` the `agencies` to choose from. Else null."
            ),
        },
        "message": {"type": "string", "description": "For people."},
        "code": {"type": "string", "description": "For programs."},
        "errors": {
            "type": "object",
            "description": "Messages by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "timestamp": _TIME,
    }
    return {
        name: {"type": "object", "properties": properties, "required": list(properties)}
        for name, properties in (("Error", error), ("Pagination", pagination))
    }


class ApiGenerator(SchemaGenerator):
    """Reads the API's own urlconf, so that the document is the same on every host."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options["urlconf"] = options.get("urlconf") or URLCONF
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]


def build_document() -> Document:
    """Return the OpenAPI document."""
    generator = ApiGenerator()
    document: Document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


_shared_document: Final = lru_cache(maxsize=1)(build_document)


@lru_cache(maxsize=256)
def render_document(brand: str = "") -> bytes:
    """Return the document as JSON, under the name of the agency on whose host it is read.

    Made once in each process.
    """
    document = _shared_document()
    if brand:
        document = {**document, "info": {**document["info"], "title": f"{brand} API"}}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
