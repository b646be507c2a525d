"""Makes rows of every model that staff lists, for tests of lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.utils import timezone

from hosting.operations.models import Operation, OperationStep, SiteRoute, SpareSite
from spotex.kernel.models import ActivityEntry
from tenants.models import (
    Agency,
    ApiKey,
    Closure,
    Domain,
    DueWork,
    Export,
    Impersonation,
    Invitation,
    MailMessage,
    Membership,
    PaymentAccount,
    ProviderEvent,
    SchemaBlueprint,
    SchemaMigration,
    SpareSchema,
    Subscription,
    User,
)

Maker = Callable[[Agency, int], Any]


def _user(number: int) -> User:
    return User.objects.create(email=f"row{number}@rows.test", full_name=f"Row {number}")


def _agency(agency: Agency, number: int) -> Agency:
    return Agency.objects.create(
        name=f"Row {number}", slug=f"row-{number}", schema_name=f"a_row{number}", plan=agency.plan
    )


def _subscription(agency: Agency, number: int) -> Subscription:
    now = timezone.now()
    return Subscription.objects.create(
        agency=_agency(agency, number),
        tier="STANDARD",
        status="ACTIVE",
        price_minor=100,
        started_at=now,
        period_start=now,
        period_end=now + timedelta(days=30),
        billing_day=1,
    )


def _operation(agency: Agency, number: int) -> Operation:
    now = timezone.now()
    return Operation.objects.create(
        agency=_agency(agency, number),
        kind="site.deploy",
        subject=f"site_{number}",
        subject_name=f"=row {number}",
        queued_at=now,
        deadline_at=now,
        requested_by=_user(number),
    )


def _support(agency: Agency, number: int) -> Impersonation:
    now = timezone.now()
    return Impersonation.objects.create(
        agency=_agency(agency, number),
        staff=_user(number),
        person=_user(number + 100),
        portal="agency",
        reason="to help",
        token_digest=f"{number}",
        link_until=now,
        expires_at=now,
    )


MAKERS: Final[dict[str, Maker]] = {
    "kernel.ActivityEntry": lambda _agency, number: ActivityEntry.objects.create(
        event="tenants.plan.changed", via="BROWSER", subject_name=f"{number}"
    ),
    "account.EmailAddress": lambda _agency, number: EmailAddress.objects.create(
        user=_user(number), email=f"row{number}@rows.test"
    ),
    "operations.Operation": _operation,
    "operations.OperationStep": lambda agency, number: OperationStep.objects.create(
        operation=_operation(agency, number), position=1, name="files"
    ),
    "operations.SiteRoute": lambda agency, number: SiteRoute.objects.create(
        host=f"row{number}.example", kind="OWN", agency=_agency(agency, number), site=f"s{number}"
    ),
    "operations.SpareSite": lambda _agency, number: SpareSite.objects.create(
        site=f"s{number}", engine="embedded", language="it_IT", lease_until=timezone.now()
    ),
    "tenants.Agency": _agency,
    "tenants.ApiKey": lambda agency, number: ApiKey.objects.create(
        agency=_agency(agency, number),
        created_by=_user(number),
        name=f"Row {number}",
        prefix=f"p{number}",
        digest=f"{number}",
        scopes=["customers:read"],
    ),
    "tenants.Domain": lambda agency, number: Domain.objects.create(
        domain=f"row{number}.example", tenant=_agency(agency, number), portal="agency"
    ),
    "tenants.DueWork": lambda agency, number: DueWork.objects.create(
        agency=_agency(agency, number), kind="tests.row", key=f"{number}", due_at=timezone.now()
    ),
    "tenants.Closure": lambda agency, number: Closure.objects.create(
        agency=_agency(agency, number),
        agency_public_id=f"agency_{number}",
        name=f"Row {number}",
        slug=f"row-{number}",
        requested_by=_user(number),
        requested_at=timezone.now(),
        delete_at=timezone.now(),
    ),
    "tenants.Export": lambda agency, number: Export.objects.create(
        agency=_agency(agency, number), requested_by=_user(number)
    ),
    "tenants.PaymentAccount": lambda agency, number: PaymentAccount.objects.create(
        agency=_agency(agency, number), provider="STRIPE", account=f"acct_{number}"
    ),
    "tenants.ProviderEvent": lambda _agency, number: ProviderEvent.objects.create(
        provider="STRIPE", event_id=f"evt_{number}", kind="payment_intent.succeeded", payload={}
    ),
    "tenants.Impersonation": _support,
    "tenants.Invitation": lambda agency, number: Invitation.objects.create(
        agency=_agency(agency, number),
        email=f"row{number}@rows.test",
        full_name=f"Row {number}",
        role="MEMBER",
        token_digest=f"{number}",
        expires_at=timezone.now(),
    ),
    "tenants.MailMessage": lambda agency, number: MailMessage.objects.create(
        agency=_agency(agency, number),
        sender="a@rows.test",
        recipient=f"row{number}@rows.test",
        subject="Row",
        text="Row",
        due_at=timezone.now(),
    ),
    "tenants.Membership": lambda agency, number: Membership.objects.create(
        user=_user(number), agency=_agency(agency, number), role="MEMBER"
    ),
    "tenants.Plan": lambda _agency, _number: None,  # there are five, and never more
    "tenants.SchemaBlueprint": lambda _agency, number: SchemaBlueprint.objects.create(
        fingerprint=f"{number}", statements="SELECT 1"
    ),
    "tenants.SchemaMigration": lambda agency, number: SchemaMigration.objects.create(
        run=uuid4(), agency=_agency(agency, number), schema=f"a_{number}", migration="x.0001_y"
    ),
    "tenants.SpareSchema": lambda _agency, number: SpareSchema.objects.create(
        schema=f"spare_{number}", fingerprint="x"
    ),
    "tenants.Subscription": _subscription,
    "tenants.User": lambda _agency, number: _user(number),
}
"""By the label of the model."""
