"""What the events of payments say to people, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from portals.shared.wording import Sentence

PAYMENT_SENTENCES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "billing.account.changed": Sentence(
            "credit-card", _("{actor} changed how customers pay the agency")
        ),
        "billing.account.connected": Sentence(
            "plug", _("The agency’s account for card payments has changed")
        ),
        "billing.payment.requested": Sentence(
            "credit-card", _("{actor} opened the payment of {subject}")
        ),
        "billing.payment.declined": Sentence("circle-x", _("The bank refused to pay {subject}")),
        "billing.payment.authorised": Sentence(
            "shield-check", _("The bank approved the payment of {subject}")
        ),
        "billing.payment.captured": Sentence("receipt", _("{subject} was paid")),
        "billing.payment.cancelled": Sentence("ban", _("The payment of {subject} was called off")),
        "billing.payment.failed": Sentence(
            "triangle-alert", _("The payment of {subject} failed: somebody has to look")
        ),
        "billing.refund.requested": Sentence(
            "undo-2", _("{actor} asked for money of {subject} to go back")
        ),
        "billing.refund.succeeded": Sentence("undo-2", _("Money of {subject} went back")),
        "billing.refund.dropped": Sentence(
            "undo-2", _("Nothing of {subject} had been taken, so nothing goes back")
        ),
        "billing.refund.failed": Sentence(
            "triangle-alert", _("Money of {subject} could not go back: somebody has to look")
        ),
    },
)
