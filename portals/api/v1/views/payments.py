"""``payments``: money for reservations.

What a call writes is stored with its ``Idempotency-Key``; the provider is called afterwards,
outside of the transaction, and again when the call is repeated: its keys make that harmless.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_reservation
from booking.services.payments import proceed_with_payment, request_reservation_payment
from portals.api.answers import Answer, answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate
from portals.api.v1.serializers.payments import (
    PaymentConfirmIn,
    PaymentIntentIn,
    PaymentIntentOut,
    PaymentOut,
    PaymentQuery,
    RefundIn,
    RefundOut,
    show_payment,
    show_refund,
)
from spotex.kernel.actor import Actor
from spotex.kernel.errors import UpstreamFailure
from spotex.kernel.ids import new_public_id
from tenants.billing.access import access_payment
from tenants.billing.models import Payment, Refund
from tenants.billing.selectors import list_payments_for, search_payments
from tenants.billing.services.payments import PaymentNotOpen, pay, place_payment
from tenants.billing.services.refunds import RefundTooHigh, carry_out_refund, request_refund
from tenants.billing.states import OPEN, PaymentState
from tenants.payment_providers import PaymentProvider
from tenants.permissions import Permission

TAG: Final = "payments"
VIEW: Final = Permission.PAYMENT_VIEW
MAKE: Final = Permission.RESERVATION_MAKE
_PAYMENT: Final = "pay_01jd3vq8x0v4k5m6n7p8q9r0st"
_ENDED: Final = {PaymentState.CANCELLED, PaymentState.FAILED}


def _open(request: Request, response: Response, _data: dict[str, Any]) -> Response:
    """Open the payment at the provider; its secret is stored nowhere, not even for a repetition."""
    actor = actor_of(request)
    payment, intent = place_payment(_again(response, actor=actor), actor=actor)
    shown = show_payment(access_payment(actor, payment.public_id, permission=MAKE))
    response.data = Answer({**shown, "client_secret": intent.client_secret})
    return response


def _pay(request: Request, response: Response, data: dict[str, Any]) -> Response:
    """Try to pay what is open; what is paid already stays so."""
    actor = actor_of(request)
    payment = _again(response, actor=actor)
    is_trial = payment.provider == PaymentProvider.SANDBOX
    if is_trial and payment.state in OPEN:
        payment = pay(payment, method=data.get("outcome", "succeed"), actor=actor)
    payment = proceed_with_payment(payment, actor=actor, now=timezone.now())
    response.data = Answer(show_payment(access_payment(actor, payment.public_id, permission=MAKE)))
    return response


def _give_back(request: Request, response: Response, _data: dict[str, Any]) -> Response:
    """Have the provider give the money back now; if it is away, the due work does it."""
    refunds = Refund.objects.select_related("payment__customer")
    refund = refunds.get(public_id=cast("Answer", response.data).data["id"])
    with suppress(UpstreamFailure):
        refund = carry_out_refund(refund, actor=actor_of(request), now=timezone.now())
    response.data = Answer(show_refund(refund))
    return response


class PaymentList(Endpoint):
    """All payments that the caller sees."""

    @operation(
        "List payments", tag=TAG, scope=VIEW, query=PaymentQuery, answer=PaymentOut, many=True
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Payments that you see, the newest first; a customer's people see their company's."""
        rows = search_payments(list_payments_for(actor_of(request)), text=filters["search"])
        if "state" in filters:
            rows = rows.filter(state=filters["state"])
        if "reservation" in filters:
            rows = rows.filter(subject=filters["reservation"])
        return paginate(rows, filters=filters, show=show_payment)


class PaymentDetail(Endpoint):
    """One payment."""

    @operation("Show a payment", tag=TAG, scope=VIEW, answer=PaymentOut)
    def get(self, request: Request, *, payment_id: str) -> Response:
        """One payment as we know it now."""
        return answer(show_payment(access_payment(actor_of(request), payment_id)))


class PaymentIntentCreate(Endpoint):
    """Ask for the money of a reservation."""

    @operation(
        "Open a payment",
        tag=TAG,
        scope=MAKE,
        body=PaymentIntentIn,
        answer=PaymentIntentOut,
        status=201,
        example={"reservation": "res_01jd3vq8x0v4k5m6n7p8q9r0st"},
        idempotent=True,
        finish=_open,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Open the payment of a reservation at the agency's provider.

        The amount is the reservation's and cannot be chosen. A reservation has one open payment:
        asking again answers with it.
        """
        actor = actor_of(request)
        reservation = access_reservation(actor, data["reservation"], permission=MAKE)
        payment = request_reservation_payment(reservation, actor=actor, now=timezone.now())
        return answer(show_payment(payment), status=201)


class PaymentConfirm(Endpoint):
    """Pay."""

    @operation(
        "Confirm a payment",
        tag=TAG,
        scope=MAKE,
        body=PaymentConfirmIn,
        answer=PaymentOut,
        example={"payment": _PAYMENT, "outcome": "succeed"},
        idempotent=True,
        finish=_pay,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Bring a payment to its end: ask the provider, confirm the reservation, take the money.

        In the sandbox ``outcome`` says what the bank does. With Stripe the payer confirms in
        Stripe's form; this call then only asks what came of it.
        """
        payment = access_payment(actor_of(request), data["payment"], permission=MAKE)
        if payment.state in _ENDED:
            raise PaymentNotOpen(_("This payment is not open."))
        return answer(show_payment(payment))


class PaymentRefund(Endpoint):
    """Give money back."""

    @operation(
        "Refund a payment",
        tag=TAG,
        scope=Permission.PAYMENT_MANAGE,
        body=RefundIn,
        answer=RefundOut,
        status=201,
        example={"payment": _PAYMENT, "amount": {"amount_minor": 500, "currency": "EUR"}},
        idempotent=True,
        finish=_give_back,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Give a payment back, or a part of it; never more than was taken."""
        actor = actor_of(request)
        payment = access_payment(actor, data["payment"], permission=Permission.PAYMENT_MANAGE)
        refund = request_refund(
            payment,
            amount_minor=_amount_of(payment, data=data),
            cause=new_public_id("ask"),
            actor=actor,
            now=timezone.now(),
            reason=data["reason"],
        )
        return answer(show_refund(refund), status=201)


def _amount_of(payment: Payment, *, data: dict[str, Any]) -> int:
    """Return how much goes back: what was asked for, else all that is left.

    Raises:
        RefundTooHigh: it was asked for in another currency.
    """
    if "amount" not in data:
        return payment.amount_minor - int(getattr(payment, "refunded_minor", 0))
    if data["amount"]["currency"] != payment.currency:
        raise RefundTooHigh(_("The payment is in another currency."), field="amount")
    return int(data["amount"]["amount_minor"])


def _again(response: Response, *, actor: Actor) -> Payment:
    """Return the payment that a call answered with, as it is now."""
    return access_payment(actor, cast("Answer", response.data).data["id"], permission=MAKE)
