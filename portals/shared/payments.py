"""Payments as people see them: the signed address of a till, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Reservation
from booking.services.payments import proceed_with_payment, request_reservation_payment
from portals.addresses import URLCONFS
from portals.shared.htmx import go
from portals.shared.requests import PortalRequest, url_of
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from tenants.billing.access import access_payment_by_link
from tenants.billing.models import Payment
from tenants.billing.selectors import REFUNDED, describe_state
from tenants.billing.services.decisions import drop_payment
from tenants.billing.services.payments import is_wanted, place_payment
from tenants.billing.states import LIVE, OPEN, Decision, PaymentState
from tenants.hosts import AgencySnapshot
from tenants.payment_providers import PaymentProvider
from tenants.states import PortalName

_SALT: Final = "spotex.payment"
_ARRIVED: Final = frozenset({PaymentState.AUTHORISED, PaymentState.CAPTURED})
_UNFINISHED: Final = OPEN | {PaymentState.AUTHORISED}


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Where a payment stands, in words."""

    tone: str
    title: str | Promise
    text: str | Promise


def link_to_payment(payment: Payment, *, agency: AgencySnapshot, after: str = "") -> str:
    """Return the path of a payment's page; who has it may pay, signed in or not.

    Args:
        payment: the payment.
        agency: whose it is; the link works nowhere else.
        after: path to which the page leads when it is paid.
    """
    content = {"p": payment.public_id, "a": agency.public_id, "n": after}
    token = signing.dumps(content, salt=_SALT)
    return reverse("payment-page", args=[token], urlconf=URLCONFS[PortalName.CUSTOMER])


def read_payment_link(token: str, *, agency: AgencySnapshot | None) -> tuple[Payment, str]:
    """Return the payment of a link, and the path to go to afterwards.

    Raises:
        Missing: the link was not made by us, or for another agency.
    """
    try:
        content = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise Missing(_("There is no such payment.")) from error
    if agency is None or content["a"] != agency.public_id:
        raise Missing(_("There is no such payment."))
    return access_payment_by_link(content["p"]), content["n"]


def begin_payment(
    request: PortalRequest, reservation: Reservation, *, actor: Actor, after: str = ""
) -> HttpResponse:
    """Open the payment of a reservation and send the person to its page.

    Never inside a transaction.

    Raises:
        NothingToPay, NotPaidOnline, AmountDiffers: it cannot be paid.
        ProviderUnreachable, ProviderRefused: the provider did not open it.
    """
    now = timezone.now()
    payment = request_reservation_payment(reservation, actor=actor, now=now)
    if _was_opened_elsewhere(payment):
        drop_payment(payment, actor=actor, now=now)
        payment = request_reservation_payment(reservation, actor=actor, now=now)
    link = link_to_payment(payment, agency=agency_of(request), after=after)
    place_payment(payment, actor=actor, return_url=url_of(request, link))
    return go(request, link)


def _was_opened_elsewhere(payment: Payment) -> bool:
    """Tell whether a payment waits in somebody's own form, which our till cannot show."""
    is_stripe = payment.provider == PaymentProvider.STRIPE and bool(payment.reference)
    return is_stripe and not payment.return_url and payment.state == PaymentState.REQUIRES_PAYMENT


def agency_of(request: PortalRequest) -> AgencySnapshot:
    """Return the agency of a branded host.

    Raises:
        Missing: the host belongs to none.
    """
    if request.agency is None:
        raise Missing(_("There is no such agency."))
    return request.agency


def payer_actor(request: PortalRequest, *, payment: Payment) -> Actor:
    """Return who pays: the person who is signed in here, else whoever has the link."""
    if request.actor.is_authenticated:
        return request.actor
    agency = agency_of(request)
    return Actor(
        user_id=None,
        name=payment.email,
        email=payment.email,
        portal=request.portal,
        agency_id=agency.id,
        agency_public_id=agency.public_id,
        agency_slug=agency.slug,
        schema=agency.schema_name,
    )


def refresh_payment(payment: Payment, *, actor: Actor) -> tuple[Payment, str]:
    """Do all that can be done about a payment that is not finished.

    Returns the payment, and the provider's page on which it is paid while it is open.

    Raises:
        ProviderUnreachable, ProviderRefused: the provider did not answer.
    """
    if payment.state not in _UNFINISHED:
        return payment, ""
    page = ""
    if payment.state in OPEN and (payment.reference or is_wanted(payment)):
        payment, intent = place_payment(payment, actor=actor)
        page = intent.action_url
    if payment.state in _ARRIVED:
        payment = proceed_with_payment(payment, actor=actor, now=timezone.now())
    return payment, page if payment.state in OPEN else ""


def describe_payment(payment: Payment, *, now: datetime) -> Stand:
    """Return where a payment stands, for the payer."""
    is_waiting = payment.state == PaymentState.REQUIRES_PAYMENT
    is_let_go = payment.decision == Decision.RELEASE
    has_fallen_through = payment.decision == Decision.CAPTURE and payment.state not in LIVE
    cases = (
        (is_waiting and bool(payment.failure_code), _DECLINED),
        (is_let_go and not payment.authorised_at, _CALLED_OFF),
        (is_let_go, _RELEASED),
        (has_fallen_through, _ONCE_MORE),
        (is_waiting, _describe_open(payment, now=now)),
        (describe_state(payment) == REFUNDED, _GIVEN_BACK),
    )
    return next((stand for is_so, stand in cases if is_so), _STANDS[payment.state])


def _describe_open(payment: Payment, *, now: datetime) -> Stand:
    if payment.expires_at is None:
        return _LATER
    return _STANDS[payment.state] if payment.expires_at > now else _TERM_OVER


_DECLINED: Final = Stand(
    tone="error",
    title=gettext_lazy("Your bank said no"),
    text=gettext_lazy("Nothing was charged. Try again, or use another card."),
)
_CALLED_OFF: Final = Stand(
    tone="warn",
    title=gettext_lazy("This payment was called off"),
    text=gettext_lazy(
        "Nothing was charged. If something is still to be paid, the page of the reservation says so."
    ),
)
_RELEASED: Final = Stand(
    tone="warn",
    title=gettext_lazy("The money stays with you"),
    text=gettext_lazy(
        "This payment is not needed for the reservation, or came too late for it. What was only "
        "reserved disappears from your account; what was taken comes back."
    ),
)
_TERM_OVER: Final = Stand(
    tone="warn",
    title=gettext_lazy("The time to pay is over"),
    text=gettext_lazy(
        "You can still pay: if the space is free then, it is yours. If it is not, nothing is "
        "charged."
    ),
)
_ONCE_MORE: Final = Stand(
    tone="error",
    title=gettext_lazy("This payment did not work"),
    text=gettext_lazy(
        "Nothing is kept of your money, and your reservation stays confirmed. Please pay once "
        "more, on the page of the reservation."
    ),
)
_LATER: Final = Stand(
    tone="info",
    title=gettext_lazy("To be paid"),
    text=gettext_lazy("Your reservation is confirmed already; here you pay for it."),
)
_GIVEN_BACK: Final = Stand(
    tone="info",
    title=gettext_lazy("Refunded"),
    text=gettext_lazy("All of this payment went back to you."),
)
_STANDS: Final[dict[str, Stand]] = {
    PaymentState.REQUIRES_PAYMENT: Stand(
        tone="info",
        title=gettext_lazy("To be paid"),
        text=gettext_lazy("Your reservation is confirmed as soon as you have paid."),
    ),
    PaymentState.REQUIRES_ACTION: Stand(
        tone="info",
        title=gettext_lazy("Your bank asks for your approval"),
        text=gettext_lazy("It wants to be sure that it is you who pays."),
    ),
    PaymentState.PROCESSING: Stand(
        tone="info",
        title=gettext_lazy("Your bank is still at it"),
        text=gettext_lazy(
            "This page shows when it has answered. You may also close it: we write to you."
        ),
    ),
    PaymentState.AUTHORISED: Stand(
        tone="info",
        title=gettext_lazy("Your bank has approved it"),
        text=gettext_lazy("We are confirming your reservation."),
    ),
    PaymentState.CAPTURED: Stand(
        tone="ok",
        title=gettext_lazy("Paid"),
        text=gettext_lazy("Thank you. Your reservation is confirmed; a mail is on its way."),
    ),
    PaymentState.CANCELLED: Stand(
        tone="warn",
        title=gettext_lazy("This payment was called off"),
        text=gettext_lazy("Nothing was charged."),
    ),
    PaymentState.FAILED: Stand(
        tone="error",
        title=gettext_lazy("This payment cannot go on"),
        text=gettext_lazy("Nothing is kept of your money. Please get in touch with us."),
    ),
}
