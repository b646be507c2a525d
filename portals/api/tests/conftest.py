"""Callers of the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portals.api.tokens import issue_tokens
from spotex.kernel.actor import Actor
from tenants.customers.models import Contact
from tenants.hosts import host_of
from tenants.models import Agency, User
from tenants.states import PortalName

API_HOST = "api.localhost"


class Caller:
    """A client of the API that speaks JSON."""

    def __init__(self, host: str = API_HOST, token: str = "") -> None:
        self.client = Client(HTTP_HOST=host, raise_request_exception=False)
        self.headers = {"accept-language": "en"}
        if token:
            self.headers["authorization"] = f"Bearer {token}"

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int | None = None,
        **headers: str,
    ) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.response = self.client.generic(
            method,
            f"/api/v1/{path}",
            "" if body is None else body if isinstance(body, (bytes, str)) else json.dumps(body),
            content_type="application/json",
            headers={**self.headers, **named},
        )
        answer = json.loads(self.response.content) if self.response.content else None
        if status is not None:
            assert self.response.status_code == status, self.response.content
        return answer


@pytest.fixture
def anonymous(db: None) -> Caller:
    return Caller()


@pytest.fixture
def caller_for() -> Callable[..., Caller]:
    def make(user: User, actor: Actor, *, host: str = API_HOST) -> Caller:
        return Caller(host, issue_tokens(user, actor=actor)["access"])

    return make


@pytest.fixture
def owner_calls(owner: User, owner_actor: Actor, caller_for: Callable[..., Caller]) -> Caller:
    return caller_for(owner, owner_actor)


@pytest.fixture
def viewer_calls(viewer: User, viewer_actor: Actor, caller_for: Callable[..., Caller]) -> Caller:
    return caller_for(viewer, viewer_actor)


@pytest.fixture
def other_calls(other_owner: User, other_actor: Actor, caller_for: Callable[..., Caller]) -> Caller:
    return caller_for(other_owner, other_actor)


@pytest.fixture
def contact_calls(
    contact: Contact,
    contact_actor: Actor,
    caller_for: Callable[..., Caller],
) -> Caller:
    assert contact.user is not None
    return caller_for(contact.user, contact_actor)


@pytest.fixture
def agency_host(agency: Agency) -> str:
    return host_of(agency.slug, PortalName.AGENCY)


@pytest.fixture
def customer_host(agency: Agency) -> str:
    return host_of(agency.slug, PortalName.CUSTOMER)
