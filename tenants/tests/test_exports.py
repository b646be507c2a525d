from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import access_export, system_actor
from tenants.due import claim_due_work, run_due_work
from tenants.models import Agency, DueWork, Export, MailMessage
from tenants.services import exports
from tenants.services.exports import (
    EXPORTS_PER_DAY,
    KEEP_EXPORT,
    KEPT,
    LEASE,
    MOST_ATTEMPTS,
    ExportGone,
    ExportOpen,
    TooManyExports,
    find_progress,
    keep_export,
    open_export,
    path_of_export,
    request_export,
)
from tenants.services.restoring import restore_archive
from tenants.states import ExportState
from tenants.tasks import write_export
from tenants.tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.SPOTEX_EXPORTS_DIR = tmp_path / "exports"


@pytest.fixture
def export(agency: Agency, owner_actor: Actor) -> Export:
    """An export that was asked for."""
    return request_export(agency, actor=owner_actor, at=NOON)


@pytest.fixture
def ready(export: Export) -> Export:
    """An export that can be fetched."""
    keep_export(export.public_id, at=NOON)
    export.refresh_from_db()
    return export


def _lines(agency: Agency) -> list[str]:
    with agency_scope(agency):
        events = ActivityEntry.objects.filter(event__startswith="tenants.export")
        return list(events.order_by("pk").values_list("event", flat=True))


def _run_due(at: datetime) -> None:
    for claim in claim_due_work(at=at):
        if claim.kind == KEEP_EXPORT:
            run_due_work(claim, at=at)


def test_an_export_is_written_told_and_mailed(agency: Agency, ready: Export) -> None:
    path = path_of_export(ready)

    assert ready.state == ExportState.READY
    assert ready.expires_at == NOON + KEPT
    assert ready.bytes == path.stat().st_size > 0
    assert ready.rows > 0
    assert _lines(agency) == ["tenants.export.requested", "tenants.export.ready"]
    mail = MailMessage.objects.get(recipient="owner@acme.test", subject__contains="Studio Acme")
    assert "/settings/data/" in mail.text


def test_only_the_platforms_own_user_reads_the_file(ready: Export) -> None:
    path = path_of_export(ready)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_the_file_holds_the_agency_and_can_be_restored(agency: Agency, ready: Export) -> None:
    content = path_of_export(ready).read_bytes()

    again = restore_archive(io.BytesIO(content), slug="acme-again")

    assert again.name == agency.name
    assert "platform/agency.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_one_export_at_a_time(agency: Agency, export: Export, owner_actor: Actor) -> None:
    with pytest.raises(ExportOpen):
        request_export(agency, actor=owner_actor, at=NOON)


def test_enough_is_enough_for_a_day(agency: Agency, owner_actor: Actor) -> None:
    now = timezone.now()
    for _one in range(EXPORTS_PER_DAY):
        made = request_export(agency, actor=owner_actor, at=now)
        keep_export(made.public_id, at=now)

    with pytest.raises(TooManyExports):
        request_export(agency, actor=owner_actor, at=now)
    later = request_export(agency, actor=owner_actor, at=now + timedelta(days=2))

    assert later.state == ExportState.QUEUED


def test_a_program_asks_for_no_export(agency: Agency) -> None:
    with pytest.raises(NotAllowed):
        request_export(agency, actor=system_actor(agency), at=NOON)


def test_an_export_whose_message_was_lost_is_found_by_its_appointment(export: Export) -> None:
    _run_due(NOON + timedelta(minutes=1))

    export.refresh_from_db()
    assert export.state == ExportState.READY
    assert DueWork.objects.get(kind=KEEP_EXPORT).due_at == export.expires_at


def test_the_task_writes_it(export: Export) -> None:
    write_export(public_id=export.public_id)

    export.refresh_from_db()
    assert export.state == ExportState.READY


def test_a_file_is_deleted_when_its_time_is_over(ready: Export, owner_actor: Actor) -> None:
    early = keep_export(ready.public_id, at=NOON + KEPT - timedelta(seconds=1))
    late = keep_export(ready.public_id, at=NOON + KEPT)

    ready.refresh_from_db()
    assert (early, late) == (NOON + KEPT, None)
    assert ready.state == ExportState.EXPIRED
    assert not path_of_export(ready).exists()
    with pytest.raises(ExportGone):
        open_export(ready, actor=owner_actor)
    assert keep_export(ready.public_id, at=NOON + KEPT) is None


def test_a_second_worker_leaves_the_first_one_alone(export: Export) -> None:
    Export.objects.update(state=ExportState.RUNNING, attempts=1, lease_until=NOON + LEASE)

    again = keep_export(export.public_id, at=NOON + timedelta(minutes=1))

    export.refresh_from_db()
    assert again == NOON + LEASE
    assert (export.state, export.attempts) == (ExportState.RUNNING, 1)


def test_a_killed_worker_is_followed_by_another(export: Export) -> None:
    Export.objects.update(state=ExportState.RUNNING, attempts=1, lease_until=NOON + LEASE)

    keep_export(export.public_id, at=NOON + LEASE)

    export.refresh_from_db()
    assert (export.state, export.attempts) == (ExportState.READY, 2)


def test_an_export_that_kills_its_workers_fails_in_the_end(agency: Agency, export: Export) -> None:
    Export.objects.update(
        state=ExportState.RUNNING, attempts=MOST_ATTEMPTS, lease_until=NOON + LEASE
    )

    again = keep_export(export.public_id, at=NOON + LEASE)

    export.refresh_from_db()
    assert again is None
    assert (export.state, export.failure) == (ExportState.FAILED, "INTERRUPTED")
    assert _lines(agency)[-1] == "tenants.export.failed"


def test_a_full_disk_is_explained(settings, export: Export, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings.SPOTEX_EXPORTS_DIR = blocked

    again = keep_export(export.public_id, at=NOON)

    export.refresh_from_db()
    assert again is None
    assert (export.state, export.failure) == (ExportState.FAILED, "STORAGE")
    mail = MailMessage.objects.latest("pk")
    assert "Non c’era posto" in mail.text or "no room" in mail.text


def test_too_little_room_is_seen_beforehand(monkeypatch, export: Export) -> None:
    monkeypatch.setattr(exports, "ROOM", 2**62)

    keep_export(export.public_id, at=NOON)

    export.refresh_from_db()
    assert export.failure == "STORAGE"
    assert list(path_of_export(export).parent.iterdir()) == []


def test_a_mistake_is_tried_again_and_then_told(monkeypatch, export: Export) -> None:
    def stumble(*_args: object, **_kwargs: object) -> None:
        raise ValueError("stumbled")

    monkeypatch.setattr(exports, "write_archive", stumble)
    for _attempt in range(MOST_ATTEMPTS - 1):
        with pytest.raises(ValueError, match="stumbled"):
            keep_export(export.public_id, at=NOON)

    assert keep_export(export.public_id, at=NOON) is None

    export.refresh_from_db()
    assert (export.state, export.failure) == (ExportState.FAILED, "UNKNOWN")
    assert keep_export(export.public_id, at=NOON) is None


def test_who_lost_the_lease_changes_nothing(monkeypatch, export: Export) -> None:
    real = exports.write_archive

    def dawdle(*args, **kwargs):
        Export.objects.update(lease_until=NOON + 3 * LEASE, attempts=2)
        return real(*args, **kwargs)

    monkeypatch.setattr(exports, "write_archive", dawdle)

    again = keep_export(export.public_id, at=NOON)

    export.refresh_from_db()
    assert again == NOON + 3 * LEASE
    assert export.state == ExportState.RUNNING


def test_a_failure_after_another_workers_success_is_none(ready: Export) -> None:
    exports._fail(ready, failure=exports.ExportFailure.UNKNOWN)

    ready.refresh_from_db()
    assert ready.state == ExportState.READY


def test_progress_is_known_while_it_is_written(ready: Export) -> None:
    assert 0 < find_progress(ready) < 100


def test_an_unknown_export_needs_nothing(db: None) -> None:
    assert keep_export("exp_none", at=NOON) is None


def test_who_fetched_it_is_noted(agency: Agency, ready: Export, owner_actor: Actor) -> None:
    path = open_export(ready, actor=owner_actor)

    assert path == path_of_export(ready)
    assert _lines(agency)[-1] == "tenants.export.downloaded"


def test_only_those_who_manage_data_reach_it(
    ready: Export, owner_actor: Actor, other_actor: Actor, colleague_actor: Actor
) -> None:
    assert access_export(owner_actor, ready.public_id) == ready
    with pytest.raises(Missing):
        access_export(other_actor, ready.public_id)
    with pytest.raises(NotAllowed):
        access_export(colleague_actor, ready.public_id)


def test_a_contact_sees_no_export(ready: Export, contact_actor: Actor) -> None:
    with pytest.raises(Missing):
        access_export(contact_actor, ready.public_id)
