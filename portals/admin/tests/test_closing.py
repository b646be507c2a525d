from __future__ import annotations

import pytest
from django.test import Client

from tenants.models import Agency, Closure
from tenants.states import AgencyState, ClosureState

pytestmark = pytest.mark.django_db


def _act(client: Client, agency: Agency, action: str, **data: str):
    return client.post(f"/tenants/agency/{agency.pk}/{action}/", data)


def test_staff_ends_an_agency_and_takes_it_back(staff_client: Client, agency: Agency) -> None:
    page = staff_client.get(f"/tenants/agency/{agency.pk}/close/")
    wrong = _act(staff_client, agency, "close", name="Other", reason="fraud")
    agency.refresh_from_db()
    before = agency.state
    _act(staff_client, agency, "close", name=agency.name, reason="fraud")
    agency.refresh_from_db()
    during = agency.state
    _act(staff_client, agency, "keep")
    agency.refresh_from_db()

    assert page.status_code == 200
    assert wrong.status_code == 302
    assert (before, during, agency.state) == (
        AgencyState.ACTIVE,
        AgencyState.CLOSING,
        AgencyState.ACTIVE,
    )
    closure = Closure.objects.get()
    assert (closure.by_staff, closure.reason) == (True, "fraud")
    assert closure.state == ClosureState.WITHDRAWN


def test_a_reason_is_asked_for(staff_client: Client, agency: Agency) -> None:
    answer = _act(staff_client, agency, "close", name=agency.name)

    assert answer.status_code == 422
    assert Closure.objects.count() == 0


def test_what_remains_can_be_looked_up(staff_client: Client, agency: Agency) -> None:
    _act(staff_client, agency, "close", name=agency.name, reason="fraud")
    closure = Closure.objects.get()
    Closure.objects.update(
        accounts=[
            {
                "amount_minor": 4900,
                "currency": "EUR",
                "period_start": "2026-01-01T00:00:00+00:00",
                "tier": "STANDARD",
                "status": "PAID",
            }
        ]
    )

    found = staff_client.get("/tenants/closure/?q=acme").content
    page = staff_client.get(f"/tenants/closure/{closure.pk}/change/").content

    assert b"Studio Acme" in found
    assert b"49.00 EUR" in page
