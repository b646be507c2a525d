"""R9: twenty who want the same slot through the API; exactly one gets it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from booking.models import Claim, Hold
from portals.api.tests.bookings import at, make_room, slot_of
from portals.api.tests.conftest import Caller
from portals.api.tokens import issue_tokens
from spotex.kernel.actor import Via
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.hosts import snapshot_of
from tenants.models import Agency, Membership, Plan
from tenants.services.accounts import mark_email_verified
from tenants.states import Role
from tenants.tests.factories import MembershipFactory
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

REQUESTS = 20


def _token(member: Membership, agency: Agency) -> str:
    mark_email_verified(member.user)
    actor = actor_of_member(member, agency=snapshot_of(agency), via=Via.API)
    return issue_tokens(member.user, actor=actor)["access"]


@pytest.mark.parametrize("act", ["hold", "book"])
@pytest.mark.parametrize("people", [1, REQUESTS])
def test_of_twenty_at_once_one_gets_the_slot(people: int, act: str) -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    Plan.objects.update(api_requests_per_minute=-1, spaces=-1)
    owner = Membership.objects.select_related("user").get(agency=agency)
    crowd = MembershipFactory.create_batch(people - 1, agency=agency, role=Role.MEMBER)
    tokens = [_token(member, agency) for member in [owner, *crowd]]
    room = make_room(Caller(token=tokens[0]))
    slot = slot_of(room, at(10))

    def call(number: int) -> tuple[int, str]:
        response = Client(HTTP_HOST="api.localhost").post(
            f"/api/v1/slots/{slot}/{act}",
            "{}",
            content_type="application/json",
            headers={"authorization": f"Bearer {tokens[number % people]}"},
        )
        return response.status_code, json.loads(response.content).get("code", "")

    results = run_together(REQUESTS, call)

    assert sorted(results, key=str) == [(201, "")] + [(409, "slot_taken")] * (REQUESTS - 1)
    with agency_scope(agency):
        assert Claim.objects.count() == 1
        assert Hold.objects.count() == (act == "hold")
