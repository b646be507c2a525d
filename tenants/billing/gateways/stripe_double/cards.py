"""Test cards by the names that Stripe gives them, and what happens to each."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Card:
    """How a bank treats a card."""

    number: str
    label: str
    code: str = ""
    decline_code: str = ""
    asks: bool = False
    """Whether the bank asks for approval (3-D Secure)."""

    refund_fails: bool = False


CARDS: Final = MappingProxyType(
    {
        "pm_card_visa": Card(number="4242 4242 4242 4242", label="works"),
        "pm_card_threeDSecure2Required": Card(
            number="4000 0000 0000 3220", label="asks for approval (3-D Secure)", asks=True
        ),
        "pm_card_chargeDeclined": Card(
            number="4000 0000 0000 0002",
            label="is declined",
            code="card_declined",
            decline_code="generic_decline",
        ),
        "pm_card_chargeDeclinedInsufficientFunds": Card(
            number="4000 0000 0000 9995",
            label="has no money",
            code="card_declined",
            decline_code="insufficient_funds",
        ),
        "pm_card_chargeDeclinedExpiredCard": Card(
            number="4000 0000 0000 0069", label="has expired", code="expired_card"
        ),
        "pm_card_refundFail": Card(
            number="4000 0000 0000 5126", label="works, refunds fail", refund_fails=True
        ),
    },
)


def find_card(number: str) -> str:
    """Return the name of the card with a number, ``""`` for none."""
    digits = "".join(number.split())
    for name, card in CARDS.items():
        if card.number.replace(" ", "") == digits:
            return name
    return ""
