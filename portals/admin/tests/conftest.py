from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from hosting.operations.models import Operation, OperationStep
from portals.middleware.sessions import BINDING
from portals.shared.devices import SEEN
from spotex.kernel.models import ActivityEntry
from tenants.models import Agency, DueWork, MailMessage, SchemaMigration, User
from tenants.services.staff import register_staff

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOST = "admin.localhost"


def sign_in(user: User | None) -> Client:
    client = Client(HTTP_HOST=HOST, headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user, backend=BACKEND)
        session = client.session
        session[BINDING] = "admin:"
        session[SEEN] = int(time.time())
        session.save()
    return client


@pytest.fixture
def staff(db: None) -> User:
    user = register_staff(
        email="staff@spotex.test",
        password="correct-horse-9-battery",
        full_name="Sofia Staff",
    )
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def staff_client(staff: User) -> Client:
    return sign_in(staff)


@pytest.fixture
def failed_operation(agency: Agency) -> Operation:
    now = timezone.now()
    operation = Operation.objects.create(
        agency=agency,
        kind="site.deploy",
        subject="site_01jd3v000000000000000000aa",
        subject_name="Sito di prova",
        state="FAILED",
        error={"code": "disk_full", "step": "files", "figures": {"free_mb": 3, "needed_mb": 50}},
        queued_at=now,
        started_at=now,
        finished_at=now,
        deadline_at=now + timedelta(minutes=10),
    )
    OperationStep.objects.create(operation=operation, position=1, name="files", state="FAILED")
    return operation


@pytest.fixture
def failed_mail(agency: Agency) -> MailMessage:
    return MailMessage.objects.create(
        agency=agency,
        sender="no-reply@localhost",
        recipient="anna@example.test",
        subject="Your invitation",
        text="https://secret.example/invitations/token",
        state="FAILED",
        attempts=6,
        due_at=timezone.now(),
        last_error="Connection refused",
    )


@pytest.fixture
def entry(db: None) -> ActivityEntry:
    return ActivityEntry.objects.create(
        event="tenants.plan.changed", via="BROWSER", details={"a": 1}
    )


@pytest.fixture
def failed_work(agency: Agency) -> DueWork:
    return DueWork.objects.create(
        agency=agency,
        kind="tests.failing",
        key="acme",
        due_at=timezone.now() + timedelta(hours=1),
        attempts=4,
        last_error="OSError: the other side is closed",
    )


@pytest.fixture
def failed_migration(agency: Agency) -> SchemaMigration:
    return SchemaMigration.objects.create(
        run=uuid4(),
        agency=agency,
        schema=agency.schema_name,
        migration="customers.0009_example",
        error="ProgrammingError: column exists",
    )
