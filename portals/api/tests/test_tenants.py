"""``tenants`` over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from spotex.kernel.tenancy import agency_scope
from tenants.customers.tests.factories import CustomerFactory
from tenants.models import Agency

pytestmark = pytest.mark.django_db


def test_an_agency_sees_itself_and_no_other(owner_calls, agency, other_agency) -> None:
    answer = owner_calls("GET", "tenants", status=200)

    assert [one["id"] for one in answer["data"]] == [agency.public_id]
    assert answer["pagination"]["total"] == 1
    owner_calls("GET", f"tenants/{other_agency.public_id}", status=404)
    owner_calls("GET", f"tenants/{other_agency.public_id}/stats", status=404)
    owner_calls("PATCH", f"tenants/{other_agency.public_id}", {"name": "Mine"}, status=404)
    assert Agency.objects.get(pk=other_agency.pk).name == other_agency.name


def test_a_changed_name_is_answered_and_a_stale_change_refused(owner_calls, agency) -> None:
    path = f"tenants/{agency.public_id}"
    owner_calls("GET", path, status=200)
    seen = owner_calls.response["ETag"]

    changed = owner_calls(
        "PATCH", path, {"name": "Acme & Figli", "time_zone": "Europe/London"}, if_match=seen
    )

    assert changed["data"]["name"] == "Acme & Figli"
    assert changed["data"]["time_zone"] == "Europe/London"
    assert (
        owner_calls("PATCH", path, {"name": "Late"}, if_match=seen, status=409)["code"] == "stale"
    )


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "  "}, 400, "name"),
        ({"name": "x" * 300}, 400, "name"),
        ({"time_zone": "Mars/Olympus"}, 422, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, 422, "time_zone"),
        ({"language": "xx"}, 400, "language"),
        ({"tier": "ENTERPRISE"}, 400, "tier"),
        ({"slug": "other"}, 400, "slug"),
    ],
)
def test_wrong_changes_are_refused_by_field(owner_calls, agency, body, status, field) -> None:
    answer = owner_calls("PATCH", f"tenants/{agency.public_id}", body, status=status)

    assert field in answer["errors"]
    assert Agency.objects.get(pk=agency.pk).name == "Studio Acme"


def test_figures_count_what_there_is(owner_calls, agency, customer) -> None:
    figures = owner_calls("GET", f"tenants/{agency.public_id}/stats", status=200)["data"]

    assert figures["customers"] == 1
    assert figures["members"] == 1
    assert figures["sites"]["ACTIVE"] == 0
    assert {"resource": "customers", "allowed": 20, "used": 1} in figures["usage"]


def test_figures_cost_the_same_however_much_there_is(owner_calls, agency, customer) -> None:
    path = f"tenants/{agency.public_id}/stats"
    owner_calls("GET", path, status=200)
    with CaptureQueriesContext(connection) as few:
        owner_calls("GET", path, status=200)
    with agency_scope(agency):
        CustomerFactory.create_batch(3)

    with CaptureQueriesContext(connection) as many:
        owner_calls("GET", path, status=200)

    assert len(many) == len(few)
