"""The life of a payment, and of what is given back.

A payment follows what the provider says of it. The table is monotone: what is final stays so, so
that messages may come twice, late and in any order.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaymentState(TextChoices):
    """Where a payment stands."""

    REQUIRES_PAYMENT = "REQUIRES_PAYMENT", _("To be paid")
    REQUIRES_ACTION = "REQUIRES_ACTION", _("To be approved at the bank")
    PROCESSING = "PROCESSING", _("Under way")
    AUTHORISED = "AUTHORISED", _("Approved")
    CAPTURED = "CAPTURED", _("Paid")
    CANCELLED = "CANCELLED", _("Called off")
    FAILED = "FAILED", _("Failed")


class Decision(TextChoices):
    """What is to become of the money, decided with what it pays for."""

    NONE = "", _("Not decided")
    CAPTURE = "CAPTURE", _("Take it")
    RELEASE = "RELEASE", _("Let it go")


class RefundState(TextChoices):
    """Where a refund stands."""

    PENDING = "PENDING", _("Under way")
    SUCCEEDED = "SUCCEEDED", _("Given back")
    FAILED = "FAILED", _("Failed")


class SubjectKind(TextChoices):
    """What is paid."""

    RESERVATION = "RESERVATION", _("Reservation")


class SandboxOutcome(StrEnum):
    """What the person at the trial till lets happen."""

    SUCCEED = "succeed"
    DECLINE = "decline"
    REQUIRE_ACTION = "require_action"
    DELAY = "delay"


P = PaymentState

OPEN: Final[frozenset[str]] = frozenset({P.REQUIRES_PAYMENT, P.REQUIRES_ACTION, P.PROCESSING})
"""No money is there, but it may still come."""

LIVE: Final[frozenset[str]] = OPEN | {P.AUTHORISED, P.CAPTURED}
"""States in which there is no second payment of the same part of a thing."""

_FOLLOWING: Final = MappingProxyType(
    {
        **{state: frozenset(P.values) - {state} for state in OPEN},
        P.AUTHORISED.value: frozenset({P.CAPTURED.value, P.CANCELLED.value, P.FAILED.value}),
        P.CAPTURED.value: frozenset[str](),
        P.CANCELLED.value: frozenset[str](),
        P.FAILED.value: frozenset[str](),
    },
)


def may_follow(state: str, following: str) -> bool:
    """Tell whether a payment in a state may come into another one; what is final stays."""
    return following in _FOLLOWING[state]
