"""What people are told by mail about money, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portals.flows.notices import Notice
from portals.flows.reservation_words import ReservationNotice
from portals.templatetags.ui import money
from tenants.billing.failures import describe_failure, describe_refund_failure
from tenants.billing.ibans import write_iban
from tenants.billing.models import Payment, Refund
from tenants.billing.states import Decision
from tenants.models import Agency, PaymentAccount
from tenants.payment_providers import PaymentProvider


def write_paid(payment: Payment) -> ReservationNotice:
    """Thank for money that has come."""
    return _compose(
        payment,
        _("We have received %(amount)s"),
        _("Thank you: your payment of %(amount)s has arrived."),
    )


def write_declined(payment: Payment) -> ReservationNotice:
    """Say that the bank refused, and that it can be tried again."""
    again = _("Nothing was charged. You can try again, or use another card.")
    later = _("Do it soon: the space is kept for you for a few minutes only.")
    return _compose(
        payment,
        _("Your bank refused a payment of %(amount)s"),
        _("Your bank refused to pay %(amount)s."),
        f"{again} {later}" if payment.expires_at else again,
    )


def write_failed(payment: Payment) -> ReservationNotice:
    """Say that the payment cannot go on, that nobody loses money by it, and what is to be done."""
    texts = [
        _("Your payment of %(amount)s could not be completed."),
        _("Nothing is kept of your money: what was reserved or taken comes back to you."),
    ]
    if payment.decision == Decision.CAPTURE:
        texts.append(_("Your reservation stays confirmed. Please pay once more, on its page."))
    return _compose(payment, _("A payment of %(amount)s did not work"), *texts)


def write_refunded(payment: Payment, *, amount_minor: int, reason: str) -> ReservationNotice:
    """Say that money is on its way back."""
    texts = [_("We have given %(amount)s back to you. Banks need some days to show it.")]
    if reason:
        texts.append(reason)
    return _compose(payment, _("%(amount)s come back to you"), *texts, amount_minor=amount_minor)


def write_transfer(payment: Payment, *, account: PaymentAccount) -> ReservationNotice:
    """Say how a transfer is made: to whom, how much, and with which words."""
    facts = (
        (_("Account holder"), account.holder),
        (_("IBAN"), write_iban(account.iban)),
        (_("Reference"), payment.reference),
    )
    return _compose(
        payment,
        _("How to transfer %(amount)s"),
        _("Please transfer %(amount)s with exactly this reference; that is how we recognise it."),
        facts=tuple((name, value) for name, value in facts if value),
    )


def warn_of_failure(agency: Agency, payment: Payment) -> Notice:
    """Tell the agency that somebody has to look at a payment."""
    words = {
        "agency": agency.name,
        "amount": money(payment.amount_minor, payment.currency),
        "what": payment.description,
    }
    texts = [
        _("The payment of %(amount)s for “%(what)s” could not be completed.") % words,
        describe_failure(payment),
    ]
    if payment.decision == Decision.CAPTURE:
        texts.append(_("The reservation stays confirmed; the payer was asked to pay once more."))
    return Notice(
        title=_("%(agency)s: a payment needs you") % words,
        paragraphs=tuple(filter(None, texts)),
        button=_("Open the payment"),
    )


def warn_of_amount(agency: Agency, payment: Payment, *, asked_minor: int) -> Notice:
    """Tell the agency that another amount was taken than was asked for."""
    words = {
        "agency": agency.name,
        "asked": money(asked_minor, payment.currency),
        "amount": money(payment.amount_minor, payment.currency),
        "what": payment.description,
    }
    text = _(
        "%(asked)s were asked for “%(what)s”, and %(amount)s were taken at the payment provider. "
        "The reservation stays confirmed."
    )
    return Notice(
        title=_("%(agency)s: a payment needs you") % words,
        paragraphs=(text % words,),
        button=_("Open the payment"),
    )


def warn_of_refund(agency: Agency, refund: Refund) -> Notice:
    """Tell the agency that money could not go back."""
    words = {"agency": agency.name, "what": refund.payment.description}
    reason = describe_refund_failure(refund)
    return Notice(
        title=_("%(agency)s: a refund needs you") % words,
        paragraphs=(
            _("Money of “%(what)s” could not go back. Give it back in another way.") % words,
            *((reason,) if reason else ()),
        ),
        button=_("Open the payment"),
    )


def warn_of_transfer(agency: Agency, refund: Refund) -> Notice:
    """Tell the agency that money waits to be sent back from its bank."""
    payment = refund.payment
    words = {
        "agency": agency.name,
        "amount": money(refund.amount_minor, payment.currency),
        "what": payment.description,
        "who": payment.email,
    }
    texts = [
        _("%(amount)s of “%(what)s” have to go back to %(who)s.")
        if payment.email
        else _("%(amount)s of “%(what)s” have to go back."),
        _("They came by bank transfer: send them from your bank, then note it on the payment."),
    ]
    return Notice(
        title=_("%(agency)s: send %(amount)s back") % words,
        paragraphs=(texts[0] % words, texts[1], *filter(None, [refund.reason])),
        button=_("Open the payment"),
    )


def tell_new_account(agency: Agency, *, provider: str, person: str) -> Notice:
    """Tell the owners that money goes another way, so that nobody changes that unseen."""
    words = {
        "agency": agency.name,
        "provider": str(PaymentProvider(provider).label),
        "person": person,
    }
    return Notice(
        title=_("%(agency)s: customers pay another way now") % words,
        paragraphs=(
            _("%(person)s changed how customers pay %(agency)s: %(provider)s.") % words,
            _("If nobody of yours did that, change it back at once and tell us."),
        ),
        button=_("Open the payment settings"),
    )


def _compose(
    payment: Payment,
    title: str,
    *paragraphs: str,
    amount_minor: int | None = None,
    facts: tuple[tuple[str, str], ...] = (),
) -> ReservationNotice:
    amount = payment.amount_minor if amount_minor is None else amount_minor
    words = {"amount": money(amount, payment.currency)}
    return ReservationNotice(
        title=title % words,
        paragraphs=tuple(text % words if "%(amount)s" in text else text for text in paragraphs),
        facts=(
            *facts,
            (_("Amount"), words["amount"]),
            (_("What for"), payment.description),
        ),
    )
