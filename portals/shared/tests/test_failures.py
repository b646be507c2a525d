"""What goes wrong below the product, as people and forms see it."""

from __future__ import annotations

import pytest
import redis
from django.db import IntegrityError, transaction
from django.utils.translation import override

from portals.shared.failures import Outrun, Unavailable, translate_failure
from portals.shared.forms import PortalForm, apply_form
from spotex.kernel.errors import Missing
from spotex.kernel.locks import Busy
from tenants.models import User
from tenants.tests.threads import run_together


def _insert_twice() -> None:
    with transaction.atomic():
        User.objects.create_user("twin@people.test")
        User.objects.create_user("twin@people.test")


@pytest.mark.django_db
def test_a_lost_race_is_said_above_the_form() -> None:
    form = PortalForm({})

    with override("en"):
        result = apply_form(form, _insert_twice)

    assert result is None
    assert form.non_field_errors() == [
        "Another request was faster. Look at the present state and try again."
    ]


@pytest.mark.django_db
def test_a_lost_race_is_a_conflict() -> None:
    with pytest.raises(IntegrityError) as caught:
        _insert_twice()

    assert isinstance(translate_failure(caught.value), Outrun)


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_worth_another_try() -> None:
    pair = list(User.objects.order_by("pk")[:2])

    def lock_both(number: int) -> None:
        first, second = pair if number == 0 else reversed(pair)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=first.pk)
            User.objects.select_for_update().get(pk=second.pk)

    results = [result for _ in range(5) for result in run_together(2, lock_both)]

    failures = [translate_failure(result) for result in results if result is not None]
    assert all(isinstance(failure, Busy) for failure in failures)


def test_faults_of_ours_are_no_failures() -> None:
    assert translate_failure(ValueError("x")) is None
    assert translate_failure(None) is None
    assert isinstance(translate_failure(Missing("gone")), Missing)


def test_redis_that_is_away_is_unavailable() -> None:
    with pytest.raises(redis.RedisError) as caught:
        redis.Redis.from_url("redis://127.0.0.1:1/0").ping()

    assert isinstance(translate_failure(caught.value), Unavailable)
