"""Mails about credits, in the agency's brand and the customer's language.

Queued in the transaction of what happened.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from booking.events.credits import CreditEvent, CreditGranted, CreditRunningOut
from booking.lengths import write_length
from booking.models import Credit
from booking.selectors.credits import with_left
from portals.addresses import address_in
from portals.flows.waiting import WishNotice
from portals.stay_times import write_day
from portals.templatetags.ui import money
from spotex.kernel.events import on
from tenants.selectors import find_agency_snapshot
from tenants.services.mail import queue_mail, render_letter
from tenants.states import PortalName


@on(CreditGranted, CreditRunningOut)
def mail_credit(event: CreditEvent) -> None:
    """Tell a customer that it has hours to use up, or that some end soon."""
    agency = find_agency_snapshot(event.actor.agency_id or 0)
    if agency is None:
        return
    found = with_left(Credit.objects.select_related("account__customer"))
    credit = found.get(public_id=event.credit)
    customer = credit.account.customer
    language = customer.language or agency.language
    with translation.override(language), timezone.override(agency.time_zone):
        is_new = isinstance(event, CreditGranted)
        notice = _write_new(credit) if is_new else _write_end(credit)
    letter = render_letter(
        "credit",
        agency=agency,
        language=language,
        context={
            "notice": notice,
            "name": customer.name,
            "link": address_in(PortalName.CUSTOMER, "customer:credit-list", agency=agency),
        },
    )
    queue_mail(letter, recipient=customer.email, agency=agency)


def _write_new(credit: Credit) -> WishNotice:
    price = [(_("Price"), money(credit.price_minor, credit.currency))] if credit.price_minor else []
    return WishNotice(
        title=_("Your credits are here: %(name)s") % {"name": credit.name},
        paragraphs=(
            _("From now on you pay with them when you book. What ends first is used first."),
        ),
        facts=(*_list_facts(credit), *price),
        button=_("See your credits"),
    )


def _write_end(credit: Credit) -> WishNotice:
    return WishNotice(
        title=_("Your credits end soon: %(name)s") % {"name": credit.name},
        paragraphs=(_("What is left then is lost: use it for a stay that begins before."),),
        facts=_list_facts(credit),
        button=_("See your credits"),
    )


def _list_facts(credit: Credit) -> tuple[tuple[str, str], ...]:
    left = write_length(credit.left)  # type: ignore[attr-defined]  # annotated
    facts = ((_("Left to use"), left),)
    if credit.valid_until is None:
        return facts
    last = timezone.localtime(credit.valid_until - timedelta(seconds=1)).date()
    return (*facts, (_("For stays until"), write_day(last)))
