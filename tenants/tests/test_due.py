from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from spotex.kernel.tenancy import agency_scope, current_schema
from tenants import due
from tenants.due import (
    CHUNK,
    LEASE,
    PAUSES,
    KindUnknown,
    cancel_due,
    claim_due_work,
    due_handler,
    hasten_due_work,
    list_due_handlers,
    run_due_work,
    schedule_due,
)
from tenants.models import Agency, DueWork
from tenants.tasks import run_all_due_work
from tenants.tests.factories import NOON
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db
KIND = "tests.note"


class Diary:
    """What the handler of these tests was asked, and what it should answer."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int | None, datetime]] = []
        self.again: datetime | None = None
        self.meanwhile: Any = lambda: None


@pytest.fixture(autouse=True)
def _empty_table(db: None) -> None:
    """Forget what the agencies of all tests have to do."""
    DueWork.objects.all().delete()


@pytest.fixture
def diary() -> Iterator[Diary]:
    found = Diary()

    def note(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
        found.calls.append((key, agency_id, at))
        found.meanwhile()
        return found.again

    due_handler(KIND)(note)
    yield found
    del due._handlers[KIND]


def _run(at: datetime) -> int:
    claims = claim_due_work(at=at)
    for claim in claims:
        run_due_work(claim, at=at)
    return len(claims)


def test_work_is_done_once_at_its_moment(diary: Diary, agency: Agency) -> None:
    schedule_due(KIND, key="one", at=NOON, agency_id=agency.pk)

    early = _run(NOON - timedelta(seconds=1))
    done = _run(NOON)
    late = _run(NOON + timedelta(days=1))

    assert (early, done, late) == (0, 1, 0)
    assert diary.calls == [("one", agency.pk, NOON)]


def test_another_appointment_replaces_the_first(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)
    DueWork.objects.update(attempts=3, last_error="before")

    schedule_due(KIND, key="one", at=NOON + timedelta(hours=1))

    work = DueWork.objects.get()
    assert (work.due_at, work.attempts, work.last_error) == (NOON + timedelta(hours=1), 0, "")
    assert str(work) == "tests.note one"


def test_an_appointment_is_as_durable_as_its_cause(diary: Diary) -> None:
    with transaction.atomic():
        schedule_due(KIND, key="one", at=NOON)
        transaction.set_rollback(True)

    assert not DueWork.objects.exists()


def test_a_cancelled_appointment_is_not_kept(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)
    schedule_due(KIND, key="two", at=NOON)

    cancel_due(KIND, key="one")
    cancel_due(KIND, key="never made")
    _run(NOON)

    assert [key for key, *_ in diary.calls] == ["two"]


def test_the_answer_is_the_next_moment(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)
    diary.again = NOON + timedelta(days=1)

    _run(NOON)
    _run(NOON + timedelta(hours=23))
    _run(NOON + timedelta(days=1))

    assert [at for *_, at in diary.calls] == [NOON, NOON + timedelta(days=1)]


def test_an_appointment_made_during_the_run_survives_it(diary: Diary) -> None:
    later = NOON + timedelta(hours=2)
    schedule_due(KIND, key="one", at=NOON)
    diary.meanwhile = lambda: schedule_due(KIND, key="one", at=later)

    _run(NOON)

    work = DueWork.objects.get()
    assert (work.due_at, work.leased_until) == (later, None)


def test_an_appointment_made_during_a_failing_run_survives_it(diary: Diary) -> None:
    later = NOON + timedelta(hours=2)
    schedule_due(KIND, key="one", at=NOON)

    def fail() -> None:
        schedule_due(KIND, key="one", at=later)
        raise OSError("closed")

    diary.meanwhile = fail
    _run(NOON)

    work = DueWork.objects.get()
    assert (work.due_at, work.leased_until, work.attempts) == (later, None, 0)


def test_an_appointment_moved_after_the_claim_is_not_kept_early(diary: Diary) -> None:
    later = NOON + timedelta(hours=2)
    schedule_due(KIND, key="one", at=NOON)
    (claim,) = claim_due_work(at=NOON)

    schedule_due(KIND, key="one", at=later)
    run_due_work(claim, at=NOON)

    work = DueWork.objects.get()
    assert (diary.calls, work.due_at, work.leased_until) == ([], later, None)


def test_work_cancelled_after_the_claim_is_not_done(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)
    (claim,) = claim_due_work(at=NOON)

    cancel_due(KIND, key="one")
    run_due_work(claim, at=NOON)

    assert diary.calls == []


def test_a_failure_is_noted_and_tried_again_with_growing_pauses(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)

    def fail() -> None:
        raise OSError("closed\0")

    diary.meanwhile = fail
    at, pauses = NOON, []
    for _ in range(len(PAUSES) + 1):
        _run(at)
        work = DueWork.objects.get()
        pauses.append((work.due_at - at).total_seconds())
        at = work.due_at

    assert pauses == [*PAUSES, PAUSES[-1]]
    assert (work.attempts, work.last_error) == (len(PAUSES) + 1, "OSError: closed")
    assert work.leased_until is None


def test_a_failure_does_not_stop_the_others(diary: Diary) -> None:
    schedule_due(KIND, key="a", at=NOON - timedelta(minutes=1))
    schedule_due(KIND, key="b", at=NOON)

    def fail_first() -> None:
        if len(diary.calls) == 1:
            raise OSError("closed")

    diary.meanwhile = fail_first
    _run(NOON)

    assert [key for key, *_ in diary.calls] == ["a", "b"]
    assert DueWork.objects.get().key == "a"


def test_work_of_a_killed_worker_is_done_after_its_lease(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)
    claim_due_work(at=NOON)  # and the worker dies

    meanwhile = _run(NOON + LEASE - timedelta(seconds=1))
    afterwards = _run(NOON + LEASE)

    assert (meanwhile, afterwards, len(diary.calls)) == (0, 1, 1)


def test_a_worker_that_was_too_slow_changes_nothing(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)
    (slow,) = claim_due_work(at=NOON)
    (fast,) = claim_due_work(at=NOON + LEASE)

    run_due_work(slow, at=NOON + LEASE)
    left = DueWork.objects.get().leased_until
    run_due_work(fast, at=NOON + LEASE)

    assert left == NOON + 2 * LEASE
    assert len(diary.calls) == 1
    assert not DueWork.objects.exists()


def test_work_of_an_unknown_kind_is_kept_and_told(caplog) -> None:
    DueWork.objects.create(kind="tomorrow.kind", key="one", due_at=NOON)

    with caplog.at_level(logging.ERROR):
        _run(NOON)

    work = DueWork.objects.get()
    assert work.due_at == NOON + timedelta(seconds=PAUSES[0])
    assert "No handler" in work.last_error
    assert "tomorrow.kind one" in caplog.text


def test_an_appointment_needs_a_handler() -> None:
    with pytest.raises(KindUnknown):
        schedule_due("nobody.does_this", key="one", at=NOON)


def test_a_kind_has_one_handler(diary: Diary) -> None:
    with pytest.raises(ValueError, match="Two handlers"):
        due_handler(KIND)(list_due_handlers()[KIND])


def test_a_handler_begins_in_the_public_schema(diary: Diary, agency: Agency) -> None:
    seen = []
    diary.meanwhile = lambda: seen.append(current_schema())

    with agency_scope(agency):
        schedule_due(KIND, key="one", at=NOON)
        _run(NOON)

    assert seen == ["public"]


def test_a_chunk_is_bounded_and_takes_the_oldest(diary: Diary) -> None:
    for number in range(CHUNK + 1):
        schedule_due(KIND, key=str(number), at=NOON - timedelta(minutes=number))

    claims = claim_due_work(at=NOON)

    assert {claim.key for claim in claims} == {str(number) for number in range(1, CHUNK + 1)}


def test_claiming_costs_the_same_for_one_and_many(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)
    with CaptureQueriesContext(connection) as few:
        claim_due_work(at=NOON)
    for number in range(9):
        schedule_due(KIND, key=f"more-{number}", at=NOON)

    with CaptureQueriesContext(connection) as many:
        claim_due_work(at=NOON)

    assert len(few) == len(many)


def test_the_task_does_everything_that_is_due(diary: Diary) -> None:
    for number in range(CHUNK + 1):
        schedule_due(KIND, key=str(number), at=timezone.now())
    schedule_due(KIND, key="tomorrow", at=timezone.now() + timedelta(days=1))

    run_all_due_work()

    assert len(diary.calls) == CHUNK + 1
    assert DueWork.objects.get().key == "tomorrow"


def test_the_task_ends_although_work_never_does(diary: Diary, monkeypatch) -> None:
    monkeypatch.setattr("tenants.tasks.CHUNKS", 3)
    schedule_due(KIND, key="busy", at=NOON)
    diary.again = NOON

    run_all_due_work()

    assert len(diary.calls) == 3


def test_waiting_work_can_be_hastened(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON + timedelta(days=1))

    hasten_due_work(DueWork.objects.get(), at=NOON)
    hasten_due_work(DueWork.objects.get(), at=NOON + timedelta(hours=1))

    assert DueWork.objects.get().due_at == NOON


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_do_each_thing_once(diary: Diary) -> None:
    keys = {str(number) for number in range(30)}
    for key in keys:
        schedule_due(KIND, key=key, at=NOON)

    results = run_together(3, lambda _: [_run(NOON) for _ in range(3)])

    assert not [one for one in results if isinstance(one, Exception)]
    assert sorted(key for key, *_ in diary.calls) == sorted(keys)


@pytest.mark.django_db(transaction=True)
def test_workers_pass_by_what_another_is_claiming(diary: Diary) -> None:
    schedule_due(KIND, key="one", at=NOON)

    with transaction.atomic():
        list(DueWork.objects.select_for_update())
        (found,) = run_together(1, lambda _: claim_due_work(at=NOON))

    assert found == []


def test_a_task_that_took_long_leaves_the_rest_to_the_next(monkeypatch, diary) -> None:
    """Nothing begins so late that its lease could end before it is broken off."""
    for key in ("one", "two"):
        schedule_due(KIND, key=key, at=NOON)
    monkeypatch.setattr("tenants.tasks.BEGIN_SECONDS", -1)

    run_all_due_work()

    assert diary.calls == []
    assert set(DueWork.objects.values_list("leased_until", flat=True)) == {None}
    assert run_all_due_work.soft_time_limit < run_all_due_work.time_limit < LEASE.total_seconds()
