"""Which driver speaks for a payment."""

from __future__ import annotations

from django.utils.module_loading import import_string

from tenants.billing.gateways.bank_transfer import BankTransferGateway
from tenants.billing.gateways.base import Gateway
from tenants.billing.gateways.sandbox import SandboxGateway
from tenants.payment_providers import PaymentProvider

_STRIPE = "tenants.billing.gateways.stripe.StripeGateway"
"""Loaded where it is used: its library is large."""


def choose_gateway(provider: str, *, account: str) -> Gateway:
    """Return who is asked about payments of a provider, and in whose account."""
    if provider == PaymentProvider.STRIPE:
        stripe: Gateway = import_string(_STRIPE)(account=account)
        return stripe
    if provider == PaymentProvider.BANK_TRANSFER:
        return BankTransferGateway()
    return SandboxGateway()
