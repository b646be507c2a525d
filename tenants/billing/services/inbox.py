"""Messages of providers: checked, stored, answered, and applied afterwards.

A message is a hint. It is stored before anything else, once for each id and account; then the
provider is asked what is true. So the same message ten times, late or in any order has the effect
of one. What fits nothing of ours stays, with the reason, until somebody looks.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.errors import NotAllowed, RuleViolation
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.billing.due_kinds import APPLY
from tenants.billing.gateways.signatures import SignatureWrong, check_stripe_signature
from tenants.billing.models import Payment
from tenants.billing.services.onboarding import refresh_stripe_account
from tenants.billing.services.payments import settle_payment
from tenants.billing.services.returns import record_provider_refund
from tenants.due import schedule_due
from tenants.models import Agency, PaymentAccount, ProviderEvent
from tenants.payment_providers import PaymentProvider

UNKNOWN_ACCOUNT: Final = "unknown account"
UNKNOWN_PAYMENT: Final = "unknown payment"
OTHER_AGENCY: Final = "names another agency"
AGAIN: Final = timedelta(minutes=2)
PATIENCE: Final = timedelta(hours=1)
"""How long a message may be faster than our own books."""

_INTENT: Final = "payment_intent"
_REFUND: Final = "refund"
_PAGE: Final = "checkout.session"
_ACCOUNT: Final = "account.updated"


class MessageForged(NotAllowed):
    """The message is not signed by the provider, or is too old."""

    code = "signature_wrong"


class MessageUnreadable(RuleViolation):
    """The message is signed, and is no message that we know how to read."""

    code = "message_unreadable"


def receive_stripe_event(body: bytes, *, signature: str, at: datetime) -> ProviderEvent:
    """Store a message that came in, and let it be applied soon; again changes nothing.

    Raises:
        MessageForged: it is not Stripe's.
        MessageUnreadable: it is no event.
    """
    try:
        check_stripe_signature(
            body, signature=signature, secret=settings.SPOTEX_STRIPE_WEBHOOK_SECRET
        )
    except SignatureWrong as error:
        raise MessageForged(_("This message is not signed by the provider.")) from error
    event = _read(body)
    thing = event["data"]["object"]
    with transaction.atomic():
        row, is_new = ProviderEvent.objects.get_or_create(
            provider=PaymentProvider.STRIPE,
            account=str(event.get("account") or ""),
            event_id=str(event["id"]),
            defaults={
                "kind": str(event["type"])[:80],
                "subject": _subject_of(thing),
                "payload": event,
            },
        )
        if is_new:
            schedule_due(APPLY, key=str(row.pk), at=at)
    return row


def apply_provider_event(row: ProviderEvent, *, at: datetime) -> datetime | None:
    """Ask the provider about what a message names; return when to try again, if ever.

    Never inside a transaction.

    Raises:
        ProviderUnreachable: there was no answer; trying again is right.
    """
    if row.applied_at is not None:
        return None
    is_account = row.kind == _ACCOUNT and bool(row.account)
    if not row.subject and not is_account:  # about nothing of ours, such as a balance
        _close(row, at=at)
        return None
    account = PaymentAccount.objects.filter(account=row.account).exclude(account="").first()
    if account is None:
        return _keep(row, trouble=UNKNOWN_ACCOUNT, at=at)
    agency = Agency.objects.get(pk=account.agency_id)
    with agency_scope(agency):
        trouble = _apply(row, agency=agency)
    if trouble:
        return _keep(row, trouble=trouble, at=at)
    _close(row, at=at)
    return None


def _apply(row: ProviderEvent, *, agency: Agency) -> str:
    actor = system_actor(agency)
    if row.kind == _ACCOUNT:
        refresh_stripe_account(actor=actor)
        return ""
    thing = row.payload["data"]["object"]
    named = (thing.get("metadata") or {}).get("agency", agency.public_id)
    if named != agency.public_id:
        return OTHER_AGENCY
    payment = _find_payment(row, named=(thing.get("metadata") or {}).get("payment", ""))
    if payment is None:
        return UNKNOWN_PAYMENT
    settle_payment(payment, actor=actor)
    if thing.get("object") == _REFUND:
        record_provider_refund(payment, thing=thing, actor=actor)
    return ""


def _find_payment(row: ProviderEvent, *, named: str) -> Payment | None:
    """Return the payment that a message is about.

    What is paid on a page of the provider is known by the page until it is finished; its messages
    name our own payment. That is a hint, too: asked for is what our row says.
    """
    payments = Payment.objects.select_related("customer").filter(
        provider=row.provider, account=row.account
    )
    return (
        payments.filter(reference=row.subject).first() or payments.filter(public_id=named).first()
    )


def _read(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
        is_event = isinstance(event["data"]["object"], dict) and event["id"] and event["type"]
    except (ValueError, KeyError, TypeError) as error:
        raise MessageUnreadable(_("This is no event.")) from error
    if not is_event:
        raise MessageUnreadable(_("This is no event."))
    return dict(event)


def _subject_of(thing: dict[str, Any]) -> str:
    is_itself = thing.get("object") in {_INTENT, _PAGE}
    return str((thing.get("id") if is_itself else thing.get(_INTENT)) or "")[:120]


def _close(row: ProviderEvent, *, at: datetime) -> None:
    row.applied_at, row.trouble = at, ""
    row.save()


def _keep(row: ProviderEvent, *, trouble: str, at: datetime) -> datetime | None:
    row.trouble = trouble
    row.save()
    return at + AGAIN if at < row.created_at + PATIENCE else None
