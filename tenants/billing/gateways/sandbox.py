"""The trial provider: no money, no network, and the person decides what the bank says.

It keeps its own books in a table, so that what we believe and what it knows can differ as they do
with a real one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.billing.gateways.base import Intent, IntentUnknown, Order, ProviderRefused, Receipt
from tenants.billing.models import SandboxIntent
from tenants.billing.states import OPEN, PaymentState, RefundState, SandboxOutcome

DELAY: Final = timedelta(seconds=10)
APPROVE: Final = "approve"
"""How the approval at the trial bank is confirmed."""

_DECLINED: Final = "card_declined"
_AFTER: Final = {
    SandboxOutcome.SUCCEED: PaymentState.AUTHORISED,
    SandboxOutcome.DECLINE: PaymentState.REQUIRES_PAYMENT,
    SandboxOutcome.REQUIRE_ACTION: PaymentState.REQUIRES_ACTION,
    SandboxOutcome.DELAY: PaymentState.PROCESSING,
}


class SandboxGateway:
    """Pays as it is told; see ``SandboxOutcome``."""

    def create_intent(self, order: Order, *, key: str) -> Intent:
        """Open a payment; the key is its reference."""
        digest = hashlib.sha256(key.encode()).hexdigest()[:24]
        row, _made = SandboxIntent.objects.get_or_create(
            reference=f"trial_{digest}",
            defaults={"amount_minor": order.amount_minor, "currency": order.currency},
        )
        if (row.amount_minor, row.currency) != (order.amount_minor, order.currency):
            raise ProviderRefused(_("The provider knows this payment with another amount."))
        return _show(row)

    def fetch_intent(self, reference: str) -> Intent:
        """Return the payment; one that took its time may be approved by now."""
        with transaction.atomic():
            return _show(_lock(reference, at=timezone.now()))

    @transaction.atomic
    def confirm_intent(self, reference: str, *, method: str, key: str) -> Intent:
        """Let happen what the person chose."""
        row = _lock(reference, at=timezone.now())
        if row.state not in OPEN:
            raise ProviderRefused(_("This payment waits for nothing."))
        if method == APPROVE:
            row.state = PaymentState.AUTHORISED
        else:
            outcome = SandboxOutcome(method)
            row.state = _AFTER[outcome]
            row.failure_code = _DECLINED if outcome == SandboxOutcome.DECLINE else ""
            row.ready_at = timezone.now() + DELAY if outcome == SandboxOutcome.DELAY else None
        row.save()
        return _show(row)

    @transaction.atomic
    def capture_intent(self, reference: str, *, key: str) -> Intent:
        """Take the money."""
        row = _lock(reference, at=timezone.now())
        if row.state != PaymentState.CAPTURED:
            if row.state != PaymentState.AUTHORISED:
                raise ProviderRefused(_("There is no reserved money to take."))
            row.state = PaymentState.CAPTURED
            row.save()
        return _show(row)

    @transaction.atomic
    def cancel_intent(self, reference: str, *, key: str) -> Intent:
        """Let the money go."""
        row = _lock(reference, at=timezone.now())
        if row.state == PaymentState.CAPTURED:
            raise ProviderRefused(_("This money was taken already: it can only be given back."))
        row.state = PaymentState.CANCELLED
        row.save()
        return _show(row)

    @transaction.atomic
    def refund_intent(self, reference: str, *, amount_minor: int, key: str) -> Receipt:
        """Give some of it back, once for each key."""
        row = _lock(reference, at=timezone.now())
        if key not in row.refunds:
            if row.state != PaymentState.CAPTURED:
                raise ProviderRefused(_("Nothing was taken that could be given back."))
            if row.refunded_minor + amount_minor > row.amount_minor:
                raise ProviderRefused(_("This is more than what was taken."))
            row.refunded_minor += amount_minor
            row.refunds = {**row.refunds, key: amount_minor}
            row.save()
        return Receipt(reference=key, state=RefundState.SUCCEEDED)

    def fetch_refund(self, reference: str) -> Receipt:
        """Return a refund: what is in the books was given back."""
        if not SandboxIntent.objects.filter(refunds__has_key=reference).exists():
            raise IntentUnknown(_("The provider does not know this refund."))
        return Receipt(reference=reference, state=RefundState.SUCCEEDED)


def _lock(reference: str, *, at: datetime) -> SandboxIntent:
    row = SandboxIntent.objects.select_for_update().filter(reference=reference).first()
    if row is None:
        raise IntentUnknown(_("The provider does not know this payment."))
    is_ready = row.ready_at is not None and row.ready_at <= at
    if row.state == PaymentState.PROCESSING and is_ready:
        row.state = PaymentState.AUTHORISED
        row.save()
    return row


def _show(row: SandboxIntent) -> Intent:
    return Intent(
        reference=row.reference,
        state=PaymentState(row.state),
        amount_minor=row.amount_minor,
        currency=row.currency,
        failure_code=row.failure_code,
        failure="Your card was declined." if row.failure_code else "",
        client_secret=f"{row.reference}_secret",
    )
