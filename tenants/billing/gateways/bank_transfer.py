"""Bank transfers: nobody to ask; the agency says when the money has come.

The payer writes the payment's reference into the transfer. A payment stays open until a person
records it: ``tenants.billing.services.transfers.record_transfer``.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tenants.billing.gateways.base import Intent, Order, ProviderRefused, Receipt
from tenants.billing.models import Payment
from tenants.billing.states import PaymentState, RefundState

_LENGTH = 10


class BankTransferGateway:
    """Waits for people; the books are our own."""

    def create_intent(self, order: Order, *, key: str) -> Intent:
        """Say which reference the transfer must carry."""
        return Intent(
            reference=f"SPX {order.payment[-_LENGTH:].upper()}",
            state=PaymentState.REQUIRES_PAYMENT,
            amount_minor=order.amount_minor,
            currency=order.currency,
        )

    def fetch_intent(self, reference: str) -> Intent:
        """Return what we know: there is nobody else."""
        row = Payment.objects.get(provider="BANK_TRANSFER", reference=reference)
        return Intent(
            reference=reference,
            state=PaymentState(row.state),
            amount_minor=row.amount_minor,
            currency=row.currency,
        )

    def confirm_intent(self, reference: str, *, method: str, key: str) -> Intent:
        """Refuse: nobody can pay a transfer here."""
        raise ProviderRefused(_("A bank transfer is made at the bank."))

    def capture_intent(self, reference: str, *, key: str) -> Intent:
        """Return it: what has come is there already."""
        return self.fetch_intent(reference)

    def cancel_intent(self, reference: str, *, key: str) -> Intent:
        """Expect it no longer."""
        found = self.fetch_intent(reference)
        return Intent(
            reference=reference,
            state=PaymentState.CANCELLED,
            amount_minor=found.amount_minor,
            currency=found.currency,
        )

    def refund_intent(self, reference: str, *, amount_minor: int, key: str) -> Receipt:
        """Leave it open: a person makes the transfer back and records it."""
        return Receipt(reference=key, state=RefundState.PENDING)

    def fetch_refund(self, reference: str) -> Receipt:
        """Return that it waits for a person."""
        return Receipt(reference=reference, state=RefundState.PENDING)
