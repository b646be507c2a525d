from __future__ import annotations

import pytest
from django.db import transaction

from spotex.kernel import locks
from spotex.kernel.errors import Missing
from spotex.kernel.locks import Busy, lock_row
from tenants.models import Plan
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


def test_lock_row_returns_the_row_as_it_is_now() -> None:
    plan = Plan.objects.get(tier="STARTER")
    plan.sites = 1_000

    with transaction.atomic():
        locked = lock_row(plan)

    assert (locked, locked.sites) == (plan, 5)


def test_lock_row_gives_up_when_somebody_else_is_slow(monkeypatch) -> None:
    monkeypatch.setattr(locks, "WAIT_MILLISECONDS", 50)
    plan = Plan.objects.get(tier="STARTER")

    def lock(_number: int) -> Plan:
        with transaction.atomic():
            return lock_row(plan)

    with transaction.atomic():
        lock_row(plan)
        (result,) = run_together(1, lock)

    assert isinstance(result, Busy)
    assert result.code == "busy"


def test_lock_row_says_that_a_row_is_gone() -> None:
    with transaction.atomic(), pytest.raises(Missing):
        lock_row(Plan(pk=0))
