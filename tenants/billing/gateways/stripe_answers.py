"""What Stripe's library answers, in our words: payments, hosted pages, refunds, errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import stripe
from django.utils.translation import gettext as _

from tenants.billing.gateways.base import (
    Intent,
    IntentUnknown,
    ProviderRefused,
    ProviderUnreachable,
    Receipt,
)
from tenants.billing.states import PaymentState, RefundState

_STATES: Final = {
    "requires_payment_method": PaymentState.REQUIRES_PAYMENT,
    "requires_confirmation": PaymentState.REQUIRES_PAYMENT,
    "requires_action": PaymentState.REQUIRES_ACTION,
    "processing": PaymentState.PROCESSING,
    "requires_capture": PaymentState.AUTHORISED,
    "succeeded": PaymentState.CAPTURED,
    "canceled": PaymentState.CANCELLED,
}
_REFUNDS: Final = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


class CardRefused(ProviderRefused):
    """The bank said no to a card."""

    code = "card_refused"


@contextmanager
def translating() -> Iterator[None]:
    """Turn the library's errors into ours."""
    try:
        yield
    except stripe.CardError as error:
        said = error.user_message or ""
        raise CardRefused(said or _("The bank refused the card."), said=said) from error
    except stripe.InvalidRequestError as error:
        kind = IntentUnknown if error.code == "resource_missing" else ProviderRefused
        said = error.user_message or error.code or ""
        text = _("Stripe refused: %(reason)s") % {"reason": said} if said else _("Stripe refused.")
        raise kind(text, said=said) from error
    except stripe.IdempotencyError as error:
        raise ProviderRefused(_("Stripe knows this call with other values.")) from error
    except (
        stripe.StripeError
    ) as error:  # away, too busy, or our key is wrong: not the payer's fault
        raise ProviderUnreachable(_("Stripe cannot be reached. Please try again.")) from error


def show_intent(intent: stripe.PaymentIntent) -> Intent:
    """Return a payment as we speak of it."""
    state = _STATES[intent.status]
    is_taken = state == PaymentState.CAPTURED
    problem = intent.last_payment_error if state == PaymentState.REQUIRES_PAYMENT else None
    action = intent.next_action
    page = action.redirect_to_url if action is not None else None
    return Intent(
        reference=intent.id,
        state=state,
        amount_minor=intent.amount_received if is_taken else intent.amount,
        currency=intent.currency.upper(),
        failure_code=(problem.decline_code or problem.code or "") if problem else "",
        failure=(problem.message or "") if problem else "",
        client_secret=intent.client_secret or "",
        action_url=(page.url or "") if page else "",
    )


def show_page(page: stripe.checkout.Session) -> Intent:
    """Return the payment of a hosted page; what was finished there goes on under its own id."""
    intent = page.payment_intent
    inner = show_intent(intent) if isinstance(intent, stripe.PaymentIntent) else None
    if page.status == "complete" and inner is not None:
        return replace(inner, follows=page.id)
    return Intent(
        reference=page.id,
        state=_find_page_state(page, inner=inner),
        amount_minor=page.amount_total or 0,
        currency=(page.currency or "").upper(),
        failure_code=inner.failure_code if inner else "",
        failure=inner.failure if inner else "",
        action_url=page.url or "",
    )


def _find_page_state(page: stripe.checkout.Session, *, inner: Intent | None) -> PaymentState:
    if page.status == "expired":
        return PaymentState.CANCELLED
    return inner.state if inner else PaymentState.REQUIRES_PAYMENT


def show_refund(refund: stripe.Refund) -> Receipt:
    """Return a refund as we speak of it."""
    state = _REFUNDS.get(refund.status or "", RefundState.PENDING)
    reason = getattr(refund, "failure_reason", None) or ""
    return Receipt(reference=refund.id, state=state, failure=str(reason))
