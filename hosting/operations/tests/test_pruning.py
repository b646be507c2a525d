"""Finished work is forgotten after a while, except the last of each site."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hosting.conftest import run
from hosting.operations import services
from hosting.operations.models import Operation
from hosting.operations.tasks import forget_operations
from hosting.services import restart_site


def test_last_work_of_each_site_stays(make_site, agency, owner_actor, settings, monkeypatch):
    settings.SPOTEX_OPERATION_DAYS = 30
    monkeypatch.setattr(services, "PRUNED_AT_ONCE", 1)
    site = make_site(state="ACTIVE")
    for _ in range(2):
        site = run(restart_site, site, agency=agency, actor=owner_actor)
    other = make_site(state="ACTIVE", name="Other")
    waiting = make_site(name="Waiting", deploy=True)
    now = timezone.now()
    assert services.prune_operations(at=now + timedelta(days=29)) == 0

    assert services.prune_operations(at=now + timedelta(days=31)) == 2
    forget_operations()

    left = set(Operation.objects.values_list("public_id", flat=True))
    assert left == {site.operation, other.operation, waiting.operation}
