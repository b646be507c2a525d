"""R9: twenty requests at a limit with three places left; exactly three succeed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portals.api.tokens import issue_tokens
from portals.middleware.sessions import BINDING
from spotex.kernel.actor import Via
from spotex.kernel.errors import RuleViolation
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.customers.models import Customer
from tenants.customers.services.customers import create_customer
from tenants.hosts import host_of, snapshot_of
from tenants.models import Agency, Domain, Membership, Subscription
from tenants.selectors import find_open_subscription
from tenants.services.periods import end_period
from tenants.services.plans import override_limits
from tenants.states import PortalName
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

REQUESTS = 20
PLACES = 3
STANDARD_CUSTOMERS = 20


def _world() -> tuple[Agency, Membership]:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    with agency_scope(agency):
        for number in range(STANDARD_CUSTOMERS - PLACES):
            Customer.objects.create(name=f"C{number}", email="c@c.test")
    return agency, Membership.objects.select_related("user").get(agency=agency)


def _count(agency: Agency) -> int:
    with agency_scope(agency):
        return Customer.objects.filter(state="ACTIVE").count()


def test_through_the_api_exactly_the_allowed_number_succeed() -> None:
    agency, member = _world()
    actor = actor_of_member(member, agency=snapshot_of(agency), via=Via.API)
    token = issue_tokens(member.user, actor=actor)["access"]

    def call(number: int) -> tuple[int, str, str]:
        response = Client(HTTP_HOST="api.localhost").post(
            "/api/v1/customers",
            json.dumps({"name": f"Nuovo {number}", "email": "n@n.test"}),
            content_type="application/json",
            headers={"authorization": f"Bearer {token}", "accept-language": "en"},
        )
        body = json.loads(response.content)
        return response.status_code, body.get("code", ""), body["message"]

    results = run_together(REQUESTS, call)

    refused = [one for one in results if one[0] != 201]
    assert len(results) - len(refused) == PLACES, results
    assert {(status, code) for status, code, _message in refused} == {(422, "limit_reached")}
    assert all("Standard" in message and "20" in message for *_rest, message in refused)
    assert _count(agency) == STANDARD_CUSTOMERS


def test_own_domains_are_reserved_one_by_one() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    member = Membership.objects.select_related("user").get(agency=agency)
    actor = actor_of_member(member, agency=snapshot_of(agency), via=Via.API)
    override_limits(agency, actor=actor, limits={"custom_domains": PLACES})
    token = issue_tokens(member.user, actor=actor)["access"]

    def call(number: int) -> tuple[int, str]:
        response = Client(HTTP_HOST="api.localhost").post(
            "/api/v1/portal-domains",
            json.dumps({"domain": f"clienti-{number}.acme.it", "portal": "customer"}),
            content_type="application/json",
            headers={"authorization": f"Bearer {token}"},
        )
        return response.status_code, json.loads(response.content).get("code", "")

    results = run_together(REQUESTS, call)

    refused = [one for one in results if one != (201, "")]
    assert refused == [(422, "limit_reached")] * (REQUESTS - PLACES)
    assert Domain.objects.filter(tenant=agency).count() == PLACES
    assert Domain.objects.filter(tenant=agency, is_primary=True).count() == 1


def test_through_the_portal_exactly_the_allowed_number_succeed() -> None:
    agency, member = _world()
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[BINDING] = f"agency:{agency.public_id}"
    session.save()

    def call(number: int) -> tuple[int, str]:
        browser = Client(HTTP_HOST=host_of(agency.slug, PortalName.AGENCY))
        browser.cookies = client.cookies
        response = browser.post(
            "/customers/new/",
            {"name": f"Nuovo {number}", "email": "n@n.test"},
        )
        return response.status_code, response.content.decode()

    results = run_together(REQUESTS, call)

    refused = [one for one in results if one[0] == 422]
    assert len(refused) == REQUESTS - PLACES, [status for status, _text in results]
    assert all("Standard" in text and "20" in text for _status, text in refused)
    assert _count(agency) == STANDARD_CUSTOMERS


def test_a_downgrade_that_takes_effect_meanwhile_never_leaves_too_much() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    override_limits(
        agency,
        actor=actor_of_member(
            Membership.objects.select_related("user").get(agency=agency),
            agency=snapshot_of(agency),
            via=Via.TASK,
        ),
        limits={},
    )
    with agency_scope(agency):
        for number in range(3):
            Customer.objects.create(name=f"C{number}", email="c@c.test")
    current = find_open_subscription(agency.pk)
    past = timezone.now() - timedelta(minutes=1)
    Subscription.objects.filter(pk=current.pk).update(
        next_tier="STARTER", period_start=past - timedelta(days=30), period_end=past
    )
    member = Membership.objects.select_related("user").get(agency=agency)
    actor = actor_of_member(member, agency=snapshot_of(agency), via=Via.TASK)

    def call(number: int) -> str:
        if number == 5:
            end_period(current.public_id, at=timezone.now())
            return "ended"
        with agency_scope(agency):
            try:
                create_customer(actor=actor, name=f"N{number}", email="n@n.test")
            except RuleViolation as error:
                return error.code
        return "created"

    results = run_together(12, call)

    agency = Agency.objects.select_related("plan").get(pk=agency.pk)
    assert results.count("ended") == 1, results
    assert set(results) <= {"ended", "created", "limit_reached"}
    assert _count(agency) == 3 + results.count("created")
    assert _count(agency) <= agency.plan.customers
