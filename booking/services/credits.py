"""Credits: time that customers have, given and corrected. How it is used: see ``credit_uses``."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.due_kinds import WARN_OF_CREDIT
from booking.events.credits import CreditCorrected, CreditEvent, CreditGranted, CreditRunningOut
from booking.models import Credit, CreditAccount, CreditEntry, Package
from booking.models.credits import CREDIT_REASON_MAX_LENGTH
from booking.selectors.credits import count_left
from booking.services.packages import MOST_MINUTES, PackageIsArchived
from booking.states import CreditEntryKind
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from tenants.customers.models import Customer
from tenants.customers.services.contacts import CustomerIsArchived
from tenants.customers.states import CustomerState
from tenants.due import schedule_due

WARNING: Final = timedelta(days=14)
"""How long before its end a customer is told of what is left."""


class CreditInvalid(RuleViolation):
    """The correction changes nothing, says no reason, or takes more than there is."""

    code = "credit_invalid"


@transaction.atomic
def grant_credit(
    customer: Customer,
    *,
    package: Package,
    actor: Actor,
    now: datetime,
    zone: tzinfo,
    reason: str = "",
) -> Credit:
    """Give a customer the time of a package, which was paid for in some other way.

    Args:
        customer: who gets it.
        package: what; later changes of it do not concern this credit.
        actor: who gives it.
        now: the present moment, from which its days count.
        zone: by whose calendar they end: with the last second of the last day.
        reason: such as the number of the invoice.

    Raises:
        CustomerIsArchived: nothing new is made for it.
        PackageIsArchived: it is not offered any more.
    """
    if customer.state != CustomerState.ACTIVE:
        raise CustomerIsArchived(_("This customer is archived. Restore it first."))
    package = lock_row(package)
    if package.archived_at is not None:
        raise PackageIsArchived(_("This package is archived."))
    account = CreditAccount.objects.get_or_create(customer=customer)[0]
    credit = Credit.objects.create(
        account=account,
        package=package,
        name=package.name,
        price_minor=package.price_minor,
        currency=package.currency,
        valid_until=_find_end(package.valid_days, now=now, zone=zone),
    )
    credit.spaces.set(package.spaces.all())
    _write(credit, kind=CreditEntryKind.GRANTED, minutes=package.minutes, reason=reason, by=actor)
    if credit.valid_until is not None:
        # Of little time, half of it goes by first: nobody is warned of what was just granted.
        at = credit.valid_until - min(WARNING, (credit.valid_until - now) / 2)
        schedule_due(WARN_OF_CREDIT, key=credit.public_id, at=at, agency_id=actor.agency_id)
    _tell(CreditGranted, credit, customer=customer, actor=actor, minutes=package.minutes)
    return credit


@transaction.atomic
def correct_credit(credit: Credit, *, minutes: int, reason: str, actor: Actor) -> Credit:
    """Add minutes to a credit, or take some away that are not used or reserved.

    Args:
        credit: with its account and the customer.
        minutes: how many more, or fewer.
        reason: why; the customer reads it, too.
        actor: who does it.

    Raises:
        CreditInvalid: no minutes, no reason, or more than is left.
    """
    customer = credit.account.customer
    lock_row(credit.account)
    reason = reason.strip()
    if not reason:
        raise CreditInvalid(_("Say why: the customer reads it, too."), field="reason")
    if not 1 <= abs(minutes) <= MOST_MINUTES:
        raise CreditInvalid(_("Give between a minute and ten thousand hours."), field="minutes")
    if count_left(credit) + minutes < 0:
        raise CreditInvalid(_("There is less left than that."), field="minutes")
    _write(credit, kind=CreditEntryKind.CORRECTED, minutes=minutes, reason=reason, by=actor)
    _tell(CreditCorrected, credit, customer=customer, actor=actor, minutes=minutes, reason=reason)
    return credit


@transaction.atomic
def warn_of_credit(credit: Credit, *, actor: Actor, now: datetime) -> None:
    """Tell a customer of time that is left and ends soon; not if it is used up, or over."""
    left = count_left(credit)
    is_over = credit.valid_until is None or credit.valid_until <= now
    if left > 0 and not is_over:
        customer = credit.account.customer
        _tell(CreditRunningOut, credit, customer=customer, actor=actor, minutes=left)


def _find_end(days: int, *, now: datetime, zone: tzinfo) -> datetime | None:
    if not days:
        return None
    after = now.astimezone(zone) + timedelta(days=days + 1)
    return after.replace(hour=0, minute=0, second=0, microsecond=0)


def _write(
    credit: Credit, *, kind: CreditEntryKind, minutes: int, reason: str, by: Actor
) -> CreditEntry:
    return CreditEntry.objects.create(
        credit=credit,
        kind=kind,
        minutes=minutes,
        actor_name=by.name,
        reason=reason.strip()[:CREDIT_REASON_MAX_LENGTH],
    )


def _tell(
    kind: type[CreditEvent], credit: Credit, *, customer: Customer, actor: Actor, **details: Any
) -> None:
    publish(
        kind(
            actor=actor,
            subject_public_id=credit.public_id,
            subject_name=f"{credit.name} · {customer.name}",
            customer_public_id=customer.public_id,
            details=details,
            credit=credit.public_id,
        ),
    )
