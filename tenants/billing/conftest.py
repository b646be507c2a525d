"""A Stripe of one's own for each test that asks, and an agency whose account is there."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import stripe

from tenants.billing.gateways.stripe_double.server import StripeDouble
from tenants.models import Agency, PaymentAccount
from tenants.payment_providers import PaymentProvider


@pytest.fixture
def double(settings) -> Iterator[StripeDouble]:
    """The double, on a port of its own."""
    server = StripeDouble()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SPOTEX_STRIPE_API = server.url
    settings.SPOTEX_STRIPE_KEY = "sk_test_platform"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def platform(double: StripeDouble) -> stripe.StripeClient:
    """The official library, speaking for the platform."""
    return stripe.StripeClient("sk_test_platform", base_addresses={"api": double.url})


@pytest.fixture
def stripe_account(platform: stripe.StripeClient, agency: Agency) -> str:
    """A connected account, chosen by the agency."""
    account = platform.v1.accounts.create({"type": "standard", "country": "IT"})
    PaymentAccount.objects.create(
        agency=agency, provider=PaymentProvider.STRIPE, account=account.id
    )
    return account.id
