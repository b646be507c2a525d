"""Bank transfers that have come, in time or after nobody waited for them any more."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.locks import lock_row
from tenants.billing.gateways.base import Intent
from tenants.billing.models import Payment
from tenants.billing.services.books import record_intent
from tenants.billing.services.payments import PaymentNotOpen
from tenants.billing.states import LIVE, OPEN, Decision, PaymentState
from tenants.payment_providers import PaymentProvider

_EXPECTED: Final = OPEN | {PaymentState.CAPTURED, PaymentState.CANCELLED}


@transaction.atomic
def record_transfer(payment: Payment, *, actor: Actor) -> Payment:
    """Note that a bank transfer has come; doing it again changes nothing.

    One that comes after its payment was called off is late money like any other: whoever sold
    something answers it anew, and keeps it or lets it go back.

    Raises:
        PaymentNotOpen: it is no transfer, it failed, or nobody was ever told its reference.
    """
    row = lock_row(payment)
    is_transfer = row.provider == PaymentProvider.BANK_TRANSFER and bool(row.reference)
    if not is_transfer or row.state not in _EXPECTED:
        raise PaymentNotOpen(_("No bank transfer is expected for this payment."))
    is_late = row.state != PaymentState.CAPTURED and row.decision == Decision.RELEASE
    if is_late:
        _await_again(row)
    arrived = Intent(
        reference=row.reference,
        state=PaymentState.CAPTURED,
        amount_minor=row.amount_minor,
        currency=row.currency,
    )
    return record_intent(row, intent=arrived, actor=actor, is_late=is_late)


def _await_again(row: Payment) -> None:
    """Take back that a locked payment was called off; what is paid since has its part."""
    others = Payment.objects.filter(subject=row.subject).exclude(pk=row.pk)
    if others.filter(part=row.part, state__in=sorted(LIVE)).exists():
        row.part = 1 + max(others.values_list("part", flat=True))
    row.state, row.decision = PaymentState.REQUIRES_PAYMENT, Decision.NONE
    row.save()
