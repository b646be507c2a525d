"""What payments, or their absence, do to a subscription: reminders, suspension, reactivation.

Every function locks the agency first and the subscription second, and may be called any number of
times for the same moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from tenants.access import system_actor
from tenants.due import cancel_due
from tenants.dunning import GRACE_DAYS, count_reached, find_next_step
from tenants.events import (
    SubscriptionPaid,
    SubscriptionPastDue,
    SubscriptionReactivated,
    SubscriptionReminded,
    SubscriptionSuspended,
    TrialExtended,
)
from tenants.models import Agency, Subscription
from tenants.proration import add_month
from tenants.services.periods import (
    PATIENCE,
    REMIND,
    close_agency,
    close_subscription,
    is_ending,
    lock_subscription,
    open_period,
    schedule_subscription,
    tell_subscription,
)
from tenants.services.suspension import open_agency
from tenants.states import (
    SUBSCRIPTION_MACHINE,
    SubscriptionAction,
    SubscriptionStatus,
    SuspensionCause,
)

MOST_TRIAL_DAYS: Final = 180


class NothingOwed(Conflict):
    """No payment is expected."""

    code = "nothing_owed"


class NotInTrial(Conflict):
    """The trial is over."""

    code = "not_in_trial"


class TrialDaysInvalid(RuleViolation):
    """Not a number of days by which a trial can be extended."""

    code = "trial_days_invalid"


@transaction.atomic
def remind_subscription(public_id: str, *, at: datetime) -> datetime | None:
    """Do what is due about a trial's end or a payment; return the next moment, None for never."""
    found = Subscription.objects.filter(public_id=public_id).first()
    if found is None:
        return None
    agency, current = lock_subscription(found)
    if is_ending(agency):
        return at + PATIENCE
    step = find_next_step(current) if current.ended_at is None else None
    if step is None or step > at:
        return step
    if current.status == SubscriptionStatus.ACTIVE:
        _fall_due(current, agency=agency, at=at)
    elif current.grace_until is not None and current.grace_until <= at:
        _suspend(current, agency=agency, actor=system_actor(agency))
    else:
        current.reminders_sent = count_reached(current, at=at)
        current.save(update_fields=["reminders_sent", "updated_at"])
        tell_subscription(
            SubscriptionReminded, current, agency=agency, reminder=current.reminders_sent
        )
    return find_next_step(current)


def _fall_due(current: Subscription, *, agency: Agency, at: datetime) -> None:
    before = current.status
    SUBSCRIPTION_MACHINE.apply(current, SubscriptionAction.FALL_DUE)
    current.grace_until = at + timedelta(days=GRACE_DAYS)
    current.reminders_sent = 0
    current.version += 1
    current.save()
    tell_subscription(SubscriptionPastDue, current, agency=agency, status=[before, current.status])


def _suspend(current: Subscription, *, agency: Agency, actor: Actor) -> None:
    before = current.status
    SUBSCRIPTION_MACHINE.apply(current, SubscriptionAction.SUSPEND)
    current.version += 1
    current.save()
    cancel_due(REMIND, key=current.public_id)
    tell_subscription(
        SubscriptionSuspended,
        current,
        agency=agency,
        actor=actor,
        status=[before, current.status],
    )
    close_agency(agency, actor=actor, reason="subscription unpaid")


@transaction.atomic
def suspend_subscription(subscription: Subscription, *, actor: Actor) -> Subscription:
    """End the patience with an agency that owes money, at once.

    Raises:
        NothingOwed: no payment is expected.
        IllegalMove: it is suspended already, or over.
    """
    agency, current = lock_subscription(subscription)
    _require_owed(current)
    _suspend(current, agency=agency, actor=actor)
    return current


def _require_owed(current: Subscription) -> None:
    if not current.is_owed:
        raise NothingOwed(_("No payment is expected for this subscription."))


@transaction.atomic
def mark_subscription_paid(
    subscription: Subscription,
    *,
    actor: Actor,
    reference: str,
    at: datetime,
) -> Subscription:
    """Note that the amount of the present period arrived; a closed agency opens again.

    Who pays after a suspension gets a whole month from that moment.

    Raises:
        NothingOwed: no payment is expected.
        IllegalMove: the subscription is over.
    """
    agency, current = lock_subscription(subscription)
    before = current.status
    _require_owed(current)
    SUBSCRIPTION_MACHINE.apply(current, SubscriptionAction.PAY)
    if before == SubscriptionStatus.SUSPENDED:
        current.period_start = at
        current.billing_day = at.day
        current.period_end = add_month(at, billing_day=at.day)
        current.next_billing_at = current.period_end
    current.paid_at = at
    current.payment_reference = reference.strip()[:80]
    current.grace_until = None
    current.reminders_sent = 0
    current.version += 1
    current.save()
    schedule_subscription(current)
    tell_subscription(
        SubscriptionPaid,
        current,
        agency=agency,
        actor=actor,
        status=[before, current.status],
        amount_minor=current.amount_minor,
        reference=current.payment_reference,
    )
    _reopen_agency(agency, actor=actor)
    return current


def _reopen_agency(agency: Agency, *, actor: Actor) -> None:
    """Open the portals if it was the subscription that closed them."""
    if agency.suspension_cause == SuspensionCause.BILLING:
        open_agency(agency, actor=actor)


@transaction.atomic
def reactivate_subscription(
    subscription: Subscription,
    *,
    actor: Actor,
    at: datetime,
) -> Subscription:
    """Let an agency work again before it paid, with new days of grace.

    After a cancellation a new period begins; the old row stays in the history.

    Raises:
        IllegalMove: it is neither suspended nor cancelled.
    """
    agency, current = lock_subscription(subscription)
    SUBSCRIPTION_MACHINE.check(current, SubscriptionAction.REACTIVATE)
    before, grace_until = current.status, at + timedelta(days=GRACE_DAYS)
    if before == SubscriptionStatus.CANCELLED:
        close_subscription(current, at=at)
        current = open_period(
            agency,
            plan=agency.plan,
            start=at,
            billing_day=at.day,
            grace_until=grace_until,
        )
    else:
        SUBSCRIPTION_MACHINE.apply(current, SubscriptionAction.REACTIVATE)
        current.grace_until = grace_until
        current.reminders_sent = 0
        current.version += 1
        current.save()
        schedule_subscription(current)
    tell_subscription(
        SubscriptionReactivated,
        current,
        agency=agency,
        actor=actor,
        status=[before, current.status],
    )
    _reopen_agency(agency, actor=actor)
    return current


@transaction.atomic
def extend_trial(subscription: Subscription, *, actor: Actor, days: int) -> Subscription:
    """Let a trial last some days longer.

    Raises:
        NotInTrial: the trial is over.
        TrialDaysInvalid: not between 1 and 180 days.
    """
    if not 1 <= days <= MOST_TRIAL_DAYS:
        raise TrialDaysInvalid(
            _("Enter a number from 1 to %(most)s.") % {"most": MOST_TRIAL_DAYS},
            field="days",
        )
    agency, current = lock_subscription(subscription)
    if current.status != SubscriptionStatus.TRIAL or current.ended_at or not current.trial_until:
        raise NotInTrial(_("The trial of this agency is over."))
    before = current.trial_until
    current.trial_until = current.period_end = before + timedelta(days=days)
    current.next_billing_at = current.period_end
    current.billing_day = current.period_end.day
    current.reminders_sent = 0
    current.version += 1
    current.save()
    schedule_subscription(current)
    tell_subscription(
        TrialExtended,
        current,
        agency=agency,
        actor=actor,
        trial_until=[before.isoformat(), current.trial_until.isoformat()],
    )
    return current
