from __future__ import annotations

import pytest

from spotex.kernel.actor import Actor
from spotex.kernel.models import ActivityEntry
from tenants.models import Agency, Plan
from tenants.services.plans import (
    LimitReached,
    PlanFigureInvalid,
    change_plan,
    ensure_plans,
    label_of_limit,
    reserve_limit,
)

STAFF = Actor(user_id=1, name="Sara Staff", role="STAFF")


@pytest.fixture
def plan(db: None) -> Plan:
    return Plan.objects.get(tier="STARTER")


def test_ensure_plans_leaves_what_staff_changed(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(price_minor=1)
    Plan.objects.filter(tier="BUSINESS", agencies=None).delete()

    ensure_plans()

    plan.refresh_from_db()
    business = Plan.objects.get(tier="BUSINESS")
    assert (plan.price_minor, business.price_minor, business.customers) == (1, 49_900, 200)
    assert Plan.objects.count() == 5


@pytest.mark.parametrize(
    ("allowed", "used", "passes"),
    [(2, 1, True), (2, 2, False), (2, 3, False), (0, 0, False), (-1, 10_000, True)],
)
def test_reserve_limit(agency: Agency, *, allowed: int, used: int, passes: bool) -> None:
    Plan.objects.filter(pk=agency.plan_id).update(sites=allowed)

    if passes:
        reserve_limit(agency.pk, resource="sites", count=lambda: used)
        return
    with pytest.raises(LimitReached, match=f"Standard.*({allowed}|no) ") as caught:
        reserve_limit(agency.pk, resource="sites", count=lambda: used)

    assert caught.value.code == "limit_reached"


def test_change_plan_tells_what_changed(plan: Plan) -> None:
    changed = change_plan(
        plan, actor=STAFF, changes={"sites": 6, "customers": -1, "mailboxes": plan.mailboxes}
    )

    entry = ActivityEntry.objects.get(subject_public_id=plan.public_id)
    assert (changed.sites, changed.customers) == (6, -1)
    assert entry.details == {"sites": [5, 6], "customers": [5, -1]}


@pytest.mark.parametrize(
    "changes", [{"sites": -2}, {"price_minor": -1}, {"tier": 1}, {"sites": 3, "nonsense": 0}]
)
def test_change_plan_refuses(plan: Plan, changes: dict[str, int]) -> None:
    with pytest.raises(PlanFigureInvalid) as caught:
        change_plan(plan, actor=STAFF, changes=changes)

    plan.refresh_from_db()
    assert caught.value.field in changes
    assert plan.sites == 5


def test_label_of_limit_speaks_the_active_language(db: None) -> None:
    assert label_of_limit("customers") in {"customers", "clienti"}
