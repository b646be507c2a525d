from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection, transaction

from spotex.kernel import locks
from spotex.kernel.errors import Missing
from spotex.kernel.locks import Busy, lock_row
from tenants.hosts import snapshot_of
from tenants.models import Agency, Plan
from tenants.services.mail import Letter, queue_mail
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

LETTER = Letter(subject="Ciao", text="Ciao\n")


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


def test_a_locked_row_can_be_referred_to() -> None:
    agency = Agency.objects.get(slug="acme")

    def queue(_number: int) -> int:
        return queue_mail(LETTER, recipient="ada@people.test", agency=snapshot_of(agency)).pk

    with transaction.atomic():
        lock_row(agency)
        (result,) = run_together(1, queue)

    assert isinstance(result, int)


def test_only_a_lock_is_busy(monkeypatch) -> None:
    plan = Plan.objects.get(tier="STARTER")

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', '50ms', true)")
        with pytest.raises(OperationalError, match="statement timeout"):
            _lock_while_somebody_else_does(plan)


def _lock_while_somebody_else_does(plan: Plan) -> None:
    held, done = threading.Event(), threading.Event()

    def hold(_number: int) -> None:
        with transaction.atomic():
            lock_row(plan)
            held.set()
            done.wait(10)

    holder = threading.Thread(target=run_together, args=(1, hold))
    holder.start()
    held.wait(10)
    try:
        lock_row(plan)
    finally:
        done.set()
        holder.join()


def test_lock_row_says_that_a_row_is_gone() -> None:
    with transaction.atomic(), pytest.raises(Missing):
        lock_row(Plan(pk=0))
