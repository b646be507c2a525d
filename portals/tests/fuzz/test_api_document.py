"""The API does what its document says, for input that nobody would think of.

Schemathesis makes calls from the OpenAPI document, right ones and wrong ones, and judges every
answer by all of its checks. The calls run in this process, as the owner of an agency whose
objects have the ids that the document then names as examples.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, assume, settings
from schemathesis.config import SchemathesisConfig

from booking.bookers import booker_of
from booking.models import Location, Reservation, Space
from booking.opening import Hours
from booking.periods import Period
from booking.services.locations import create_location
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import create_space
from hosting.drivers.choice import find_engine
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation
from hosting.services import create_site, deploy_site
from portals.api.parsing import PHOTO_TYPES
from portals.api.schema import render_document
from portals.api.tokens import issue_tokens
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope
from spotex.wsgi import application
from tenants.customers.tests.factories import ContactFactory, CustomerFactory
from tenants.models import Agency, Plan, User
from tenants.permissions import GRANTABLE
from tenants.tests.factories import ApiKeyFactory, InvitationFactory, MembershipFactory
from tenants.tokens import new_api_key

TOMORROW = timezone.now() + timedelta(days=1)
EXAMPLES = {
    "customer_id": f"cus_{1:026}",
    "contact_id": f"con_{1:026}",
    "site_id": f"site_{1:026}",
    "operation_id": f"op_{1:026}",
    "member_id": f"mem_{1:026}",
    "invitation_id": f"inv_{1:026}",
    "user_id": f"user_{1:026}",
    "key_id": f"key_{1:026}",
    "tenant_id": f"agency_{1:026}",
    "location_id": f"loc_{1:026}",
    "space_id": f"spc_{1:026}",
    "reservation_id": f"res_{1:026}",
    "slot_id": f"slot_{1:026}_{TOMORROW:%Y%m%d}t1000z_60",
}
EXAMPLE_COUNT = 10
THOROUGH = bool(os.environ.get("SPOTEX_THOROUGH"))
"""Try every boundary of every value too: minutes instead of seconds."""

CONFIG = SchemathesisConfig.from_dict(
    {
        "phases": {"coverage": {"enabled": THOROUGH}},
        "generation": {"max-examples": EXAMPLE_COUNT, "deterministic": True, "database": "none"},
        "checks": {
            # A rule of the domain (422) or a state (409) may forbid what the document allows.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "401", "403", "404", "409", "422"],
            },
        },
        "operations": [
            {  # no schema can say what makes bytes a picture
                "include-path": "/api/v1/branding/logo",
                "checks": {"positive_data_acceptance": {"enabled": False}},
            },
            {
                "include-path": "/api/v1/spaces/{space_id}/photos",
                "checks": {"positive_data_acceptance": {"enabled": False}},
            },
            {  # nothing but the database runs here, and the answer says so
                "include-path": "/api/v1/monitoring/health",
                "checks": {
                    "not_a_server_error": {"enabled": False},
                    "positive_data_acceptance": {"enabled": False},
                },
            },
        ],
    },
)

schemathesis.serializer.alias(list(PHOTO_TYPES), "application/octet-stream")


def _load(scheme: str) -> Any:
    """Return what a caller may call who has one of the two credentials."""
    document = json.loads(render_document())
    for path in document["paths"].values():
        for method, operation in list(path.items()):
            closed = [way for way in operation.get("security", []) if way]
            ways = [way for way in closed if scheme in way]
            if closed and not ways:
                del path[method]  # for people only
                continue
            # The credential comes along with every call: invented ones would only be replaced.
            operation["security"] = []
            for parameter in operation.get("parameters", []):
                if parameter["name"] in EXAMPLES:
                    parameter["example"] = EXAMPLES[parameter["name"]]
    loaded = schemathesis.openapi.from_dict(document, config=CONFIG)
    loaded.app = application
    return loaded


schema = _load("token")
schema_of_keys = _load("key")


@pytest.fixture
def world(agency: Agency, owner_actor: Actor) -> None:
    """A customer, an invited person, a site that runs: each with the id of its example."""
    find_engine("fake").reset()
    MembershipFactory(
        agency=agency, public_id=EXAMPLES["member_id"], user__public_id=EXAMPLES["user_id"]
    )
    InvitationFactory(agency=agency, public_id=EXAMPLES["invitation_id"])
    ApiKeyFactory(agency=agency, public_id=EXAMPLES["key_id"])
    Agency.objects.filter(pk=agency.pk).update(public_id=EXAMPLES["tenant_id"])
    with agency_scope(agency):
        customer = CustomerFactory(public_id=EXAMPLES["customer_id"])
        ContactFactory(customer=customer, public_id=EXAMPLES["contact_id"])
        site = create_site(
            actor=owner_actor,
            customer=customer,
            name="Trattoria",
            title="Trattoria",
            admin_email="gino@trattoria.test",
            deploy=False,
        )
        Site.objects.filter(pk=site.pk).update(public_id=EXAMPLES["site_id"])
        site = deploy_site(Site.objects.get(pk=site.pk), actor=owner_actor)
        Operation.objects.update(public_id=EXAMPLES["operation_id"])
        Site.objects.filter(pk=site.pk).update(operation=EXAMPLES["operation_id"])
        _make_places(owner_actor)
    run_operation(EXAMPLES["operation_id"])


def _make_places(owner_actor: Actor) -> None:
    """A room that is always open, with a reservation."""
    location = create_location(
        actor=owner_actor,
        name="Casa",
        time_zone="Etc/UTC",
        opening_hours=[Hours(weekday=day, opens=0, closes=24 * 60) for day in range(7)],
        keeps_holidays=False,
    )
    Location.objects.filter(pk=location.pk).update(public_id=EXAMPLES["location_id"])
    space = create_space(actor=owner_actor, location=location, name="Sala")
    Space.objects.filter(pk=space.pk).update(public_id=EXAMPLES["space_id"])
    start = TOMORROW.replace(hour=12, minute=0, second=0, microsecond=0)
    book_space(
        space,
        stay=Period(start=start, end=start + timedelta(hours=1)),
        booker=booker_of(owner_actor),
        visitor=Visitor(name="Gino", email="gino@trattoria.test"),
        actor=owner_actor,
        now=timezone.now(),
    )
    Reservation.objects.update(public_id=EXAMPLES["reservation_id"])


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the test's transaction open between calls, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(
    world: None, owner: User, owner_actor: Actor, _one_connection: None, settings
) -> dict[str, str]:
    """The owner's token; the plan allows any number of calls."""
    settings.SPOTEX_API_ANONYMOUS_PER_MINUTE = -1
    Plan.objects.update(api_requests_per_minute=-1)
    actor = replace(owner_actor, agency_public_id=EXAMPLES["tenant_id"])
    token = issue_tokens(owner, actor=actor)["access"]
    return {"Host": "api.localhost", "Authorization": f"Bearer {token}"}


@pytest.fixture
def key_headers(headers: dict[str, str], agency: Agency) -> dict[str, str]:
    """A key with every scope that there is."""
    secret = new_api_key()
    ApiKeyFactory(agency=agency, secret=secret, scopes=sorted(GRANTABLE))
    return {"Host": headers["Host"], "X-API-Key": secret}


def _assume_sendable(case: schemathesis.Case) -> None:
    """Pass over empty headers: they get lost on the way, as if they had not been sent."""
    assume("" not in (case.headers or {}).values())


@schema.parametrize()
@settings(
    max_examples=EXAMPLE_COUNT,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word(case: schemathesis.Case, headers: dict[str, str]) -> None:
    _assume_sendable(case)
    case.call_and_validate(headers=headers)


@schema_of_keys.parametrize()
@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word_to_programs(
    case: schemathesis.Case, key_headers: dict[str, str]
) -> None:
    _assume_sendable(case)
    case.call_and_validate(headers=key_headers)


def test_the_examples_reach_real_objects(headers: dict[str, str]) -> None:
    reached = {}
    for path in (
        "/api/v1/customers/{customer_id}",
        "/api/v1/websites/{site_id}",
        "/api/v1/spaces/{space_id}/slots",
        "/api/v1/reservations/{reservation_id}",
    ):
        case = schema[path]["GET"].Case(path_parameters=dict(EXAMPLES))
        reached[path] = case.call(headers=headers).status_code

    assert set(reached.values()) == {200}
