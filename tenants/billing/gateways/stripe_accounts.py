"""Accounts of agencies at Stripe: opened, sent to Stripe's questions, asked whether they are ready.

Source: docs.stripe.com/connect/standard-accounts, /connect/hosted-onboarding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import stripe

from tenants.billing.gateways.stripe import make_client
from tenants.billing.gateways.stripe_answers import translating


@dataclass(frozen=True, kw_only=True)
class StripeAccount:
    """An account as Stripe has it."""

    reference: str
    is_ready: bool
    """Whether it may take money."""


def create_account(*, agency: str, country: str, key: str) -> StripeAccount:
    """Open an account that belongs to an agency, whoever calls how often: the key is its own.

    Nothing of who calls is sent, as another value under the same key is refused.

    Raises:
        ProviderUnreachable, ProviderRefused: Stripe did not open it.
    """
    params: Any = {
        "type": "standard",
        "country": country,
        "metadata": {"agency": agency},
    }
    with translating():
        return _show(make_client().v1.accounts.create(params, {"idempotency_key": key}))


def fetch_account(reference: str) -> StripeAccount:
    """Return an account as it is now.

    Raises:
        ProviderUnreachable, ProviderRefused: Stripe did not answer.
    """
    with translating():
        return _show(make_client().v1.accounts.retrieve(reference))


def link_to_questions(reference: str, *, return_url: str, refresh_url: str) -> str:
    """Return the address at which Stripe asks what it must know; it works once, for minutes.

    Raises:
        ProviderUnreachable, ProviderRefused: Stripe did not answer.
    """
    params: Any = {
        "account": reference,
        "return_url": return_url,
        "refresh_url": refresh_url,
        "type": "account_onboarding",
    }
    with translating():
        return make_client().v1.account_links.create(params).url


def _show(account: stripe.Account) -> StripeAccount:
    return StripeAccount(reference=account.id, is_ready=bool(account.charges_enabled))
