"""What happens to payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PaymentAccountChanged(Event):
    """The agency's money goes another way from now on."""

    name: ClassVar[str] = "billing.account.changed"
    provider: str


@dataclass(frozen=True, kw_only=True)
class PaymentAccountConnected(Event):
    """The agency has an account at the provider, or it may take money now, or no longer."""

    name: ClassVar[str] = "billing.account.connected"


@dataclass(frozen=True, kw_only=True)
class PaymentEvent(Event):
    """Something happened to a payment; base of the events below.

    ``subject_kind`` and ``paid`` say what the money is for.
    """

    payment: str
    subject_kind: str
    paid: str


@dataclass(frozen=True, kw_only=True)
class PaymentRequested(PaymentEvent):
    """Money is asked for."""

    name: ClassVar[str] = "billing.payment.requested"


@dataclass(frozen=True, kw_only=True)
class PaymentPlaced(PaymentEvent):
    """The provider knows of it and gave it a reference; too small a thing for the trail."""

    audited: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class PaymentMoved(PaymentEvent):
    """It waits for something else than before; too small a thing for the trail."""

    audited: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class PaymentDeclined(PaymentEvent):
    """The bank said no; another card may be tried."""

    name: ClassVar[str] = "billing.payment.declined"


@dataclass(frozen=True, kw_only=True)
class PaymentAuthorised(PaymentEvent):
    """The money is reserved for us, and not yet taken."""

    name: ClassVar[str] = "billing.payment.authorised"


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(PaymentEvent):
    """The money is ours."""

    name: ClassVar[str] = "billing.payment.captured"


@dataclass(frozen=True, kw_only=True)
class PaymentCancelled(PaymentEvent):
    """Nothing will be taken any more."""

    name: ClassVar[str] = "billing.payment.cancelled"


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(PaymentEvent):
    """It cannot go on, and somebody has to look."""

    name: ClassVar[str] = "billing.payment.failed"


@dataclass(frozen=True, kw_only=True)
class RefundEvent(PaymentEvent):
    """Something happened to money that goes back; base of the events below.

    ``reason`` says why it goes back, or why it could not.
    """

    refund: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefundRequested(RefundEvent):
    """Money is to go back."""

    name: ClassVar[str] = "billing.refund.requested"


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(RefundEvent):
    """The money went back."""

    name: ClassVar[str] = "billing.refund.succeeded"


@dataclass(frozen=True, kw_only=True)
class RefundDropped(RefundEvent):
    """Nothing goes back, because in the end nothing was taken."""

    name: ClassVar[str] = "billing.refund.dropped"


@dataclass(frozen=True, kw_only=True)
class RefundFailed(RefundEvent):
    """The provider could not give it back, and somebody has to look."""

    name: ClassVar[str] = "billing.refund.failed"
