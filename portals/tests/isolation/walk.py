"""Calling every address of a portal with the planted ids, one savepoint each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from portals.tests.isolation.case import Body, Case
from portals.tests.isolation.world import SECRET, World
from portals.tests.routes import Route, list_routes

REFUSED_METHOD = 405
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one call brought."""

    name: str
    method: str
    status: int
    leaks: bool
    ticket: bool
    location: str
    seen: str
    """Everything that reached the caller: headers, cookies, content."""

    def __str__(self) -> str:
        return f"{self.method} {self.name}: {self.status}"


def list_pages(portal: str) -> dict[str, Route]:
    """Return the HTML addresses that are not for everybody."""
    return {
        route.name: route
        for route in list_routes(portal)
        if not route.pattern.startswith("api/")
        and hasattr(route.view, "portal_access")
        and not route.view.portal_access.public
    }


def list_endpoints() -> dict[str, Route]:
    """Return the API's addresses that are not for everybody."""
    return {
        route.name: route for route in list_routes("api") if not route.view.portal_access.public
    }


def call_pages(
    client: Client,
    *,
    portal: str,
    cases: dict[str, Case],
    world: World,
) -> Iterator[Answer]:
    """Call every page of a portal by GET, and by POST with a body that works."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    for name, route in list_pages(portal).items():
        case = cases[name]
        path = _fill(route, case, world)
        for method in ("GET", "POST"):
            client.cookies = SimpleCookie(cookies)  # whoever signed out is back
            body = _fill_body(case.bodies.get(method, {}), world)
            with transaction.atomic():
                content, kind = _encode(body) if method == "POST" else ("", _FORM)
                response = client.generic(method, path, content, content_type=kind)
                transaction.set_rollback(True)
            if response.status_code != REFUSED_METHOD:
                yield read_answer(name, method, response)


def call_endpoints(
    client: Client,
    *,
    token: str,
    cases: dict[str, Case],
    world: World,
    key: str = "",
    session: str = "ses_00000000000000000000000000",
    is_meant: Callable[[str, str], bool] | None = None,
) -> Iterator[Answer]:
    """Call every method of every endpoint that is not public, or those that are meant."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    if key:
        headers["x-api-key"] = key
    for name, route in list_endpoints().items():
        case = cases[name]
        path = _fill(route, case, world, session=session)
        for method in case.needs:
            if is_meant is not None and not is_meant(name, method):
                continue
            query = _fill_words(case.queries.get(method, ""), world)
            body = _fill_body(case.bodies.get(method, {}), world)
            with transaction.atomic():
                content, kind = _write(body)
                response = client.generic(
                    method, f"{path}?{query}", content, content_type=kind, headers=headers
                )
                transaction.set_rollback(True)
            yield read_answer(name, method, response)


def _write(body: dict[str, Any]) -> tuple[str | bytes, str]:
    """Return the body of a call and its type; a picture is sent as it is."""
    if "picture" in body:
        return body["picture"], body["type"]
    return json.dumps(body) if body else "", "application/json"


def _fill(route: Route, case: Case, world: World, *, session: str = "") -> str:
    values = {
        argument: session if word == "session" else world.find_id(word)
        for argument, word in case.ids.items()
    }
    pattern = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.pattern)
    return "/" + pattern.format(**values)


def _fill_words(query: str, world: World) -> str:
    """Return parameters with the planted id for each word in braces."""
    return re.sub(r"{(\w+)}", lambda found: world.find_id(found[1]), query)


def _fill_body(body: Body, world: World) -> dict[str, object]:
    return {str(_fill_value(key, world)): _fill_value(value, world) for key, value in body.items()}


def _fill_value(value: Any, world: World) -> Any:
    """Return a value of a body, with the planted id for a word in braces."""
    if isinstance(value, list):
        return [_fill_value(one, world) for one in value]
    if isinstance(value, str) and value.startswith("{"):
        return world.find_id(value.strip("{}"))
    return value


def _encode(body: dict[str, object]) -> tuple[str | bytes, str]:
    """Return a form's content and its type; bytes are sent as a file."""
    if not any(isinstance(value, bytes) for value in body.values()):
        return urlencode(body, doseq=True), _FORM
    data = {
        name: SimpleUploadedFile("file.csv", value) if isinstance(value, bytes) else value
        for name, value in body.items()
    }
    return encode_multipart(BOUNDARY, data), MULTIPART_CONTENT


def read_answer(name: str, method: str, response: HttpResponse) -> Answer:
    """Return what an answer of the application brought."""
    streaming = getattr(response, "streaming", False)
    content = b"".join(response) if streaming else response.content
    heads = json.dumps(dict(response.headers)) + response.cookies.output()
    seen = heads + content.decode("utf-8", "replace")
    return Answer(
        name=name,
        method=method,
        status=response.status_code,
        leaks=SECRET in seen.lower(),
        ticket="X-Live-Ticket" in response,
        location=response.headers.get("Location", ""),
        seen=seen,
    )
