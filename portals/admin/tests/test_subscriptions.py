"""What staff does with subscriptions."""

from __future__ import annotations

import pytest

from portals.admin.tests.conftest import sign_in
from tenants.models import Agency, Subscription
from tenants.selectors import find_open_subscription
from tenants.services.periods import end_period


@pytest.fixture
def trial(agency: Agency) -> Subscription:
    found = find_open_subscription(agency.pk)
    assert found is not None
    return found


@pytest.fixture
def owed(agency: Agency, trial: Subscription) -> Subscription:
    end_period(trial.public_id, at=trial.period_end)
    found = find_open_subscription(agency.pk)
    assert found is not None
    return found


def _path(row: Subscription, action: str) -> str:
    return f"/tenants/subscription/{row.pk}/{action}/"


def test_the_list_and_the_page_are_shown(staff_client, owed) -> None:
    assert "Studio Acme" in staff_client.get("/tenants/subscription/").content.decode()
    text = staff_client.get(_path(owed, "change")).content.decode()
    assert "Mark as paid" in text
    assert "Extend the trial" not in text


def test_a_payment_is_noted(staff_client, owed) -> None:
    assert "Reference" in staff_client.get(_path(owed, "mark_paid")).content.decode()

    staff_client.post(_path(owed, "mark_paid"), {"reference": "TRN 4"})

    owed.refresh_from_db()
    assert (owed.status, owed.payment_reference) == ("ACTIVE", "TRN 4")
    assert staff_client.post(_path(owed, "mark_paid")).status_code == 403


def test_an_agency_is_suspended_for_its_payment_and_reactivated(staff_client, owed, agency) -> None:
    staff_client.post(_path(owed, "suspend"))
    agency.refresh_from_db()
    assert (agency.state, agency.suspension_cause) == ("SUSPENDED", "BILLING")

    staff_client.post(_path(owed, "reactivate"))

    agency.refresh_from_db()
    owed.refresh_from_db()
    assert (agency.state, owed.status) == ("ACTIVE", "PAST_DUE")


def test_a_trial_is_extended(staff_client, trial) -> None:
    before = trial.trial_until

    assert staff_client.post(_path(trial, "extend"), {"days": "0"}).status_code == 422
    staff_client.post(_path(trial, "extend"), {"days": "10"})

    trial.refresh_from_db()
    assert (trial.trial_until - before).days == 10


def test_a_plan_is_changed_by_the_rules(staff_client, trial, agency) -> None:
    staff_client.post(_path(trial, "change_tier"), {"tier": "PREMIUM"})

    agency.refresh_from_db()
    assert agency.plan.tier == "PREMIUM"
    assert staff_client.post(_path(trial, "change_tier")).status_code == 403


def test_limits_of_its_own_are_set_shown_and_kept(staff_client, trial, agency) -> None:
    staff_client.post(_path(trial, "set_limits"), {"customers": "25"})

    agency.refresh_from_db()
    assert agency.limit_overrides == {"customers": 25}
    assert "25" in staff_client.get(_path(trial, "set_limits")).content.decode()
    assert "Customers: 25" in staff_client.get(_path(trial, "change")).content.decode()
    assert staff_client.post(_path(trial, "set_limits"), {"sites": "-2"}).status_code == 422


@pytest.mark.parametrize(
    "action", ["mark_paid", "suspend", "reactivate", "extend", "change_tier", "set_limits"]
)
def test_actions_are_for_staff_only(owner, owed, action) -> None:
    response = sign_in(owner).post(
        _path(owed, action), {"days": "3", "tier": "PREMIUM"}, follow=True
    )

    assert response.status_code == 403
    assert Subscription.objects.get(pk=owed.pk).version == owed.version
