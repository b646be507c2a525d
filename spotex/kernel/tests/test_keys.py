from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spotex.kernel.keys import KEPT, forget_old_keys
from spotex.kernel.models import IdempotencyKey

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def _key(name: str, *, created_at: datetime) -> None:
    key = IdempotencyKey.objects.create(actor_key="user_1", key=name, request_digest="0")
    IdempotencyKey.objects.filter(pk=key.pk).update(created_at=created_at)


def test_keys_are_kept_for_a_day() -> None:
    _key("old", created_at=NOON - KEPT - timedelta(seconds=1))
    _key("young", created_at=NOON - KEPT)

    forgotten = forget_old_keys(at=NOON)

    assert forgotten == 1
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["young"]


def test_a_few_are_forgotten_at_once() -> None:
    for number in range(4):
        _key(str(number), created_at=NOON - timedelta(days=9))

    assert [forget_old_keys(at=NOON, limit=3), forget_old_keys(at=NOON, limit=3)] == [3, 1]


def test_nothing_old_costs_nothing() -> None:
    assert forget_old_keys(at=NOON) == 0
