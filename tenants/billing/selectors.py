"""Payments, as somebody sees them, and sums over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from spotex.kernel.actor import Actor
from tenants.billing.models import Payment, Refund
from tenants.billing.states import LIVE, OPEN, Decision, PaymentState, RefundState
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider
from tenants.permissions import Permission

REFUNDED: Final = "REFUNDED"
"""What people call a payment of which everything went back; it follows from a sum."""

VIEWS: Final[Mapping[str, Q]] = MappingProxyType(
    {
        "ALL": Q(),
        "OPEN": Q(state__in=sorted(OPEN | {PaymentState.AUTHORISED})),
        "PAID": Q(state=PaymentState.CAPTURED, refunded_minor__lt=F("amount_minor")),
        "BACK": Q(refunded_minor__gt=0),
        "SEND": Q(is_to_send=True),
        "FAILED": Q(state__in=[PaymentState.FAILED, PaymentState.CANCELLED]),
    },
)
"""How people look at payments; a payment of which a part went back is paid as well."""

_NOT_FAILED: Final = ~Q(refunds__state=RefundState.FAILED)


def list_payments_for(
    actor: Actor, *, also: Permission = Permission.PAYMENT_VIEW
) -> QuerySet[Payment]:
    """List the payments that the actor sees, the newest first, with what went or goes back.

    A contact sees its company's own. ``also`` lets see them, too.
    """
    may_see = actor.can(Permission.PAYMENT_VIEW) or actor.can(also)
    if actor.agency_id is None or not may_see:
        return Payment.objects.none()
    payments = with_refunds(Payment.objects.select_related("customer")).order_by("-pk")
    payments = payments.annotate(is_to_send=Exists(_list_to_send()))
    if actor.customer_id is None:
        return payments
    return payments.filter(customer_id=actor.customer_id)


def _list_to_send() -> QuerySet[Refund]:
    """List what of a payment a person has still to send back: no provider does it."""
    waiting = Refund.objects.filter(payment=OuterRef("pk"), state=RefundState.PENDING)
    return waiting.filter(payment__provider=PaymentProvider.BANK_TRANSFER)


def with_refunds(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Add ``refunded_minor``: what went back or is on its way."""
    refunded = Sum("refunds__amount_minor", filter=_NOT_FAILED)
    return payments.annotate(refunded_minor=Coalesce(refunded, 0))


def search_payments(payments: QuerySet[Payment], *, text: str) -> QuerySet[Payment]:
    """Narrow a list to descriptions, addresses, companies and references that contain the text."""
    if not text:
        return payments
    return payments.filter(
        Q(description__icontains=text)
        | Q(email__icontains=text)
        | Q(reference__icontains=text)
        | Q(customer__name__icontains=text)
    )


@dataclass(frozen=True, kw_only=True)
class PaymentFilters:
    """What narrows a list of payments; ``until`` is the first moment that is too late."""

    search: str = ""
    provider: str = ""
    since: datetime | None = None
    until: datetime | None = None


def filter_payments(payments: QuerySet[Payment], filters: PaymentFilters) -> QuerySet[Payment]:
    """Narrow a list to words, a provider, and the time in which the money was asked for."""
    payments = search_payments(payments, text=filters.search)
    wanted = {
        "provider": filters.provider,
        "created_at__gte": filters.since,
        "created_at__lt": filters.until,
    }
    return payments.filter(**{name: value for name, value in wanted.items() if value})


def count_payments(payments: QuerySet[Payment]) -> dict[str, int]:
    """Return how many payments of a list each of ``VIEWS`` shows, in one query."""
    counts = {
        name: Count("pk", filter=rule) if rule else Count("pk") for name, rule in VIEWS.items()
    }
    return payments.order_by().aggregate(**counts)


def describe_state(payment: Payment) -> str:
    """Return the state as people see it, of a payment with ``refunded_minor``."""
    refunded: int = getattr(payment, "refunded_minor", 0)
    is_back = payment.state == PaymentState.CAPTURED and refunded >= payment.amount_minor
    return REFUNDED if is_back else payment.state


def is_refundable(payment: Payment) -> bool:
    """Tell whether some money of a payment with ``refunded_minor`` may still go back."""
    refunded: int = getattr(payment, "refunded_minor", 0)
    is_taken = payment.state == PaymentState.CAPTURED or (
        payment.state == PaymentState.AUTHORISED and payment.decision == Decision.CAPTURE
    )
    return is_taken and refunded < payment.amount_minor


def is_transfer_expected(payment: Payment) -> bool:
    """Tell whether a person is to say when the money comes."""
    is_awaited = payment.state in OPEN and payment.decision != Decision.RELEASE
    return payment.provider == PaymentProvider.BANK_TRANSFER and is_awaited


def is_transfer_late(payment: Payment) -> bool:
    """Tell whether a transfer was called off, and may come after all."""
    is_off = payment.state == PaymentState.CANCELLED
    is_off = is_off or (payment.state in OPEN and payment.decision == Decision.RELEASE)
    is_known = payment.provider == PaymentProvider.BANK_TRANSFER and bool(payment.reference)
    return is_known and is_off


def sum_refunds(payment: Payment) -> int:
    """Return what went back of a payment, or is on its way, in minor units."""
    going = payment.refunds.exclude(state=RefundState.FAILED)
    return int(going.aggregate(total=Coalesce(Sum("amount_minor"), 0))["total"])


def sum_taken(subject: str) -> int:
    """Return what was taken for a thing, or is about to be, less what went back of it."""
    return sum(count_taken(payment) for payment in list_live_payments(subject))


def is_taken(payment: Payment) -> bool:
    """Tell whether the money of a payment was taken, or is about to be."""
    is_promised = payment.state in LIVE and payment.decision == Decision.CAPTURE
    return payment.state == PaymentState.CAPTURED or is_promised


def count_taken(payment: Payment) -> int:
    """Return what is left of a payment with ``refunded_minor`` that was or will be taken."""
    if not is_taken(payment):
        return 0
    refunded: int = getattr(payment, "refunded_minor", 0)
    return payment.amount_minor - refunded


def find_live_payment(subject: str, *, part: int | None = None) -> Payment | None:
    """Return the payment of a thing, or of one part, that is open, reserved or paid: the last."""
    return next(
        (one for one in list_live_payments(subject) if part is None or one.part == part), None
    )


def list_live_payments(subject: str) -> list[Payment]:
    """Return the payments of a thing that are open, reserved or paid, the last part first."""
    found = with_refunds(Payment.objects.filter(subject=subject, state__in=sorted(LIVE)))
    return list(found.order_by("-part"))


def has_failed_before(payment: Payment) -> bool:
    """Tell whether the provider refused to open a payment of the same thing before, likewise."""
    if payment.reference:
        return False
    same = Payment.objects.filter(
        subject=payment.subject,
        state=PaymentState.FAILED,
        reference="",
        failure_code=payment.failure_code,
    )
    return same.exclude(pk=payment.pk).exists()


def list_payments_of(subjects: Iterable[str]) -> dict[str, list[Payment]]:
    """Return all payments of each of some things, the newest first, in one query."""
    wanted = list(subjects)
    found: dict[str, list[Payment]] = {subject: [] for subject in wanted}
    for payment in with_refunds(Payment.objects.filter(subject__in=wanted)).order_by("-pk"):
        found[payment.subject].append(payment)
    return found


def find_payment_account(agency_id: int) -> PaymentAccount:
    """Return where an agency's money goes; until it chooses a trial run, where that is allowed."""
    found = PaymentAccount.objects.filter(agency_id=agency_id).first()
    if found is not None:
        return found
    is_trial = settings.SPOTEX_PAYMENT_TRIALS
    provider = PaymentProvider.SANDBOX if is_trial else PaymentProvider.BANK_TRANSFER
    return PaymentAccount(agency_id=agency_id, provider=provider)
