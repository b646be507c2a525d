"""The platform's own access to payment providers; agencies choose theirs in the product."""

from __future__ import annotations

import environ

env = environ.Env()

SPOTEX_STRIPE_API = env("SPOTEX_STRIPE_API", default="https://api.stripe.com")
"""Where Stripe answers; the address of the double in development."""
SPOTEX_STRIPE_KEY = env("SPOTEX_STRIPE_KEY", default="")
"""The platform's secret key; agencies' accounts are connected to it. Without it no agency pays by Stripe."""
SPOTEX_STRIPE_WEBHOOK_SECRET = env("SPOTEX_STRIPE_WEBHOOK_SECRET", default="")
"""Signs the messages of the endpoint ``/webhooks/stripe``; without it every message is refused."""
SPOTEX_STRIPE_TIMEOUT = env.int("SPOTEX_STRIPE_TIMEOUT", default=10)
"""Seconds to wait for an answer."""

SPOTEX_PAYMENT_TRIALS = env.bool(
    "SPOTEX_PAYMENT_TRIALS", default=env("SPOTEX_MODE", default="development") != "production"
)
"""Whether an agency that chose no provider gets the trial run, in which everybody can say "paid".

Else it takes transfers until it chooses.
"""
