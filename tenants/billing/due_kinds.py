"""Names of the appointments that this context makes."""

from __future__ import annotations

from typing import Final

FOLLOW: Final = "billing.follow_payment"
CARRY_OUT: Final = "billing.carry_out_decision"
REFUND: Final = "billing.carry_out_refund"
APPLY: Final = "billing.apply_provider_event"
