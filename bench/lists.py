"""P5: a list of the API through the whole web server, against FastAPI and SQLAlchemy."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection

from bench.load import compare, compose, fetch
from bench.measure import Result
from bench.servers import running_ours, running_peer
from portals.api.tokens import issue_tokens
from spotex.kernel.actor import Via
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.customers.models import Customer
from tenants.hosts import host_of, snapshot_of
from tenants.models import Agency, Membership, Plan, User
from tenants.services.agencies import create_agency
from tenants.states import PortalName, Tier

ROWS: Final = 25
CUSTOMERS: Final = 400
_SLUG: Final = "bench-lists"
_MANY: Final = 10_000_000
_PATH: Final = "/api/v1/customers?page=2"


def run() -> Iterator[Result]:
    """Let both answer the same list to the same token, in turn."""
    agency, owner = ensure_agency()
    host = host_of(agency.slug, PortalName.AGENCY)
    request = request_list(agency, owner)
    environ = describe_peer(agency, host=host)
    with (
        running_ours() as (ours, _),
        running_peer("bench.peers.fastapi_app:app", environ=environ) as (peer, _),
    ):
        _require_same(fetch(ours, request), fetch(peer, request))
        mine, theirs = compare((ours, request), (peer, request))
    yield Result(
        number="P5",
        what=f"list of {ROWS} of {CUSTOMERS} customers through the API",
        peer="FastAPI, SQLAlchemy",
        ours_seconds=mine,
        peer_seconds=theirs,
        target=1 / 2,
    )


def ensure_agency() -> tuple[Agency, User]:
    """Return an agency with customers and its owner; calls are counted, and many are allowed."""
    Plan.objects.update(api_requests_per_minute=_MANY)
    agency = Agency.objects.select_related("plan").filter(slug=_SLUG).first()
    if agency is None:
        owner = User.objects.create_user(
            "lists@bench.test", secrets.token_urlsafe(16), full_name="Lina Lists"
        )
        EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
        agency = create_agency(
            name="Bench lists", slug=_SLUG, tier=Tier.ENTERPRISE, owner=owner, via=Via.COMMAND
        )
        with agency_scope(agency):
            Customer.objects.bulk_create(
                Customer(
                    name=f"Trattoria {number:04}",
                    email=f"{number}@customers.test",
                    sdi_code="0000000",
                    pec=f"{number}@pec.test",
                    language="it",
                    notes="Prefers to be called in the morning.",
                )
                for number in range(CUSTOMERS)
            )
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE customers_customer")
    return agency, User.objects.get(email="lists@bench.test")


def describe_peer(agency: Agency, *, host: str) -> dict[str, str]:
    """Return the environment of the peer."""
    server = "postgresql+asyncpg://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}"
    return {
        "PEER_HOST": host,
        "PEER_SCHEMA": agency.schema_name,
        "PEER_SECRET": settings.SECRET_KEY,
        "PEER_DATABASE": server.format_map(connection.settings_dict),
    }


def request_list(agency: Agency, owner: User) -> bytes:
    """Return the owner's request for a page of the list."""
    host = host_of(agency.slug, PortalName.AGENCY)
    return compose(host, _PATH, Authorization=f"Bearer {_issue(agency, owner)}")


def _issue(agency: Agency, owner: User) -> str:
    membership = Membership.objects.select_related("user").get(agency=agency, user=owner)
    actor = actor_of_member(membership, agency=snapshot_of(agency), via=Via.API, address="")
    return str(issue_tokens(owner, actor=actor)["access"])


def _require_same(*answers: tuple[bytes, bytes]) -> None:
    """Refuse to compare servers that do not say the same."""
    ours, peer = (_read(body) for _head, body in answers)
    if ours != peer or len(ours["data"]) != ROWS:
        raise RuntimeError(f"The answers differ: {ours} {peer}")


def _read(body: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(body)
    said.pop("timestamp")
    return said
