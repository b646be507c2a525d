"""What people of an agency do about a payment: give money back, note that a transfer came."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.services.payments import proceed_with_payment
from portals.templatetags.ui import money
from spotex.kernel.actor import Actor
from tenants.billing.gateways.base import ProviderUnreachable
from tenants.billing.models import Payment
from tenants.billing.selectors import sum_refunds
from tenants.billing.services.refunds import carry_out_refund, request_refund
from tenants.billing.services.transfers import record_transfer
from tenants.billing.states import Decision, RefundState
from tenants.payment_providers import PaymentProvider


def give_back(
    payment: Payment, *, amount_minor: int, reason: str, cause: str, actor: Actor, now: datetime
) -> str:
    """Give some of a payment back and return in a sentence how far that is.

    Never inside a transaction. What the provider does not do now, the due work has it do.

    Raises:
        NothingToRefund, RefundTooHigh: there is not so much to give back.
    """
    refund = request_refund(
        payment, amount_minor=amount_minor, cause=cause, actor=actor, now=now, reason=reason
    )
    words = {"amount": money(refund.amount_minor, payment.currency)}
    if payment.provider == PaymentProvider.BANK_TRANSFER:
        return _("Send %(amount)s back from your bank, then note it here.") % words
    try:
        refund = carry_out_refund(refund, actor=actor, now=now)
    except ProviderUnreachable:
        return _("The provider does not answer: %(amount)s go back as soon as it does.") % words
    if refund.state == RefundState.FAILED:
        return _("The provider could not give %(amount)s back.") % words
    if refund.state == RefundState.PENDING:
        return _("%(amount)s are on their way back.") % words
    return _("%(amount)s went back.") % words


def receive_transfer(payment: Payment, *, actor: Actor, now: datetime) -> str:
    """Note that a bank transfer has come, and confirm what it pays for; say what is to be done.

    Raises:
        PaymentNotOpen: it is no transfer, or it failed.
    """
    payment = proceed_with_payment(record_transfer(payment, actor=actor), actor=actor, now=now)
    going = sum_refunds(payment)
    if payment.decision != Decision.RELEASE or not going:
        return _("Noted: the transfer has come.")
    words = {"amount": money(going, payment.currency)}
    return _("Noted. It pays for nothing any more: send %(amount)s back from your bank.") % words
