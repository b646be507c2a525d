"""Whether a message is the provider's: its signature over the bytes as they came."""

from __future__ import annotations

import stripe

TOLERANCE_SECONDS = 300


class SignatureWrong(Exception):
    """Somebody else wrote it, or changed it, or it is too old."""


def check_stripe_signature(body: bytes, *, signature: str, secret: str) -> None:
    """Pass if Stripe signed these bytes within the last minutes.

    Raises:
        SignatureWrong: it did not, or no secret is configured.
    """
    if not secret:
        raise SignatureWrong
    try:
        stripe.WebhookSignature.verify_header(
            body.decode(), signature, secret, tolerance=TOLERANCE_SECONDS
        )
    except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
        raise SignatureWrong from error
