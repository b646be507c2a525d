"""Mails about money: to who pays, and to the agency where somebody has to look.

Queued in the transaction of what happened, so that nothing is paid or given back in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import translation

from booking.models import Reservation
from portals.flows import payment_words as words
from portals.flows.notices import Notice
from portals.flows.owners import mail_owners
from portals.flows.reservation_words import ReservationNotice
from portals.flows.reservations import find_reservation_url
from spotex.kernel.events import on
from tenants.billing.events import (
    PaymentAccountChanged,
    PaymentCancelled,
    PaymentCaptured,
    PaymentDeclined,
    PaymentEvent,
    PaymentFailed,
    PaymentPlaced,
    RefundFailed,
    RefundRequested,
    RefundSucceeded,
)
from tenants.billing.failures import AMOUNT_DIFFERS
from tenants.billing.models import Payment, Refund
from tenants.billing.selectors import find_payment_account, has_failed_before
from tenants.billing.states import Decision
from tenants.models import Agency
from tenants.payment_providers import PaymentProvider
from tenants.selectors import find_agency_snapshot
from tenants.services.mail import queue_mail, render_letter

Writer = Callable[[Payment], ReservationNotice]
PAGE: Final = "agency:payment-detail"


@on(PaymentCaptured)
def mail_receipt(event: PaymentCaptured) -> None:
    """Thank for money that has come; what came for nothing has a mail of its own.

    Of what came when nobody waited for it any more, that is not known yet.
    """
    payment = _find(event)
    if payment.decision != Decision.RELEASE and not event.details.get("is_late"):
        _mail_payer(event, payment, write=words.write_paid)
    if payment.failure_code == AMOUNT_DIFFERS:
        asked = event.details["amount_minor"][0]
        _warn(event, write=lambda agency: words.warn_of_amount(agency, payment, asked_minor=asked))


@on(PaymentDeclined)
def mail_decline(event: PaymentDeclined) -> None:
    """Say that the bank refused; that it did so once more, the payer sees at the till."""
    if not event.details.get("is_repeated"):
        _mail_payer(event, _find(event), write=words.write_declined)


@on(PaymentFailed)
def mail_failure(event: PaymentFailed) -> None:
    """Tell both sides that a payment cannot go on; each click fails anew at the till, unmailed."""
    payment = _find(event)
    if has_failed_before(payment):
        return
    _mail_payer(event, payment, write=words.write_failed)
    _warn(event, write=lambda agency: words.warn_of_failure(agency, payment))


@on(PaymentCancelled)
def mail_lost_approval(event: PaymentCancelled) -> None:
    """Tell both sides when money that was to be taken is no longer there."""
    payment = _find(event)
    if payment.decision == Decision.CAPTURE:
        _mail_payer(event, payment, write=words.write_failed)
        _warn(event, write=lambda agency: words.warn_of_failure(agency, payment))


@on(PaymentPlaced)
def mail_transfer(event: PaymentPlaced) -> None:
    """Say how a transfer is made."""
    payment = _find(event)
    if payment.provider == PaymentProvider.BANK_TRANSFER:
        account = find_payment_account(event.actor.agency_id or 0)
        _mail_payer(event, payment, write=lambda row: words.write_transfer(row, account=account))


@on(RefundSucceeded)
def mail_refund(event: RefundSucceeded) -> None:
    """Say that money comes back."""
    amount, reason = event.details["amount_minor"], event.reason
    _mail_payer(
        event,
        _find(event),
        write=lambda row: words.write_refunded(row, amount_minor=amount, reason=reason),
    )


@on(RefundRequested)
def mail_due_transfer(event: RefundRequested) -> None:
    """Tell the agency what somebody has to send back from its bank."""
    refund = Refund.objects.select_related("payment").get(public_id=event.refund)
    if refund.payment.provider == PaymentProvider.BANK_TRANSFER:
        _warn(event, write=lambda agency: words.warn_of_transfer(agency, refund))


@on(RefundFailed)
def mail_failed_refund(event: RefundFailed) -> None:
    """Tell the agency that money could not go back."""
    refund = Refund.objects.select_related("payment").get(public_id=event.refund)
    _warn(event, write=lambda agency: words.warn_of_refund(agency, refund))


@on(PaymentAccountChanged)
def mail_new_account(event: PaymentAccountChanged) -> None:
    """Tell the owners that money goes another way from now on."""
    mail_owners(
        event.actor.agency_id or 0,
        write=lambda agency: words.tell_new_account(
            agency, provider=event.provider, person=event.actor.name
        ),
        page="agency:payment-account-change",
    )


def _warn(event: PaymentEvent, *, write: Callable[[Agency], Notice]) -> None:
    """Write to the owners that somebody has to look at a payment."""
    mail_owners(event.actor.agency_id or 0, write=write, page=PAGE, arguments=[event.payment])


def _find(event: PaymentEvent) -> Payment:
    return Payment.objects.get(public_id=event.payment)


def _mail_payer(event: PaymentEvent, payment: Payment, *, write: Writer) -> None:
    agency = find_agency_snapshot(event.actor.agency_id or 0)
    if agency is None or not payment.email:
        return
    reservation = Reservation.objects.filter(public_id=event.paid).first()
    language = payment.language or agency.language
    with translation.override(language):
        notice = write(payment)
    letter = render_letter(
        "reservation",
        agency=agency,
        language=language,
        context={
            "notice": notice,
            "name": reservation.name if reservation else payment.email,
            "link": find_reservation_url(reservation, agency=agency) if reservation else "",
        },
    )
    queue_mail(letter, recipient=payment.email, agency=agency)
