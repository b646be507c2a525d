"""Fetch and authorise: the only way to a payment."""

from __future__ import annotations

from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from tenants.access import require
from tenants.billing.models import Payment, Refund
from tenants.billing.selectors import list_payments_for, with_refunds
from tenants.permissions import Permission


def access_payment(
    actor: Actor, public_id: str, *, permission: Permission = Permission.PAYMENT_VIEW
) -> Payment:
    """Return a payment that the actor sees, with its customer.

    Who may do something with payments sees the one that it is done with.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    payment = list_payments_for(actor, also=permission).filter(public_id=public_id).first()
    if payment is None:
        raise Missing(_("There is no such payment."))
    require(actor, permission)
    return payment


def access_refund(
    actor: Actor, public_id: str, *, permission: Permission = Permission.PAYMENT_VIEW
) -> Refund:
    """Return a refund of a payment that the actor sees, with that payment and its customer.

    Raises:
        Missing: there is none with this id that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    refunds = Refund.objects.select_related("payment__customer")
    refund = refunds.filter(public_id=public_id, payment__in=list_payments_for(actor)).first()
    if refund is None:
        raise Missing(_("There is no such refund."))
    require(actor, permission)
    return refund


def access_payment_by_link(public_id: str) -> Payment:
    """Return the payment of somebody who has a signed link to it, signed in or not.

    Raises:
        Missing: there is none with this id in this agency.
    """
    payments = with_refunds(Payment.objects.select_related("customer"))
    payment = payments.filter(public_id=public_id).first()
    if payment is None:
        raise Missing(_("There is no such payment."))
    return payment
