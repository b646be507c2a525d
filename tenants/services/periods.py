"""What time and payments do to a subscription: trial, periods, reminders, suspension.

Every function locks the agency first and the subscription second, as ``reserve_limit`` and the
changes of plan do, and may be called any number of times for the same moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.due import cancel_due, schedule_due
from tenants.dunning import (
    GRACE_DAYS,
    PAYMENT_DAYS,
    TRIAL_DAYS,
    find_next_step,
)
from tenants.events import (
    SubscriptionCancelled,
    SubscriptionChangeDropped,
    SubscriptionEvent,
    SubscriptionPastDue,
    SubscriptionRenewed,
)
from tenants.models import Agency, Plan, Subscription
from tenants.proration import add_month
from tenants.services.suspension import suspend_agency
from tenants.states import (
    SUBSCRIPTION_MACHINE,
    AgencyState,
    SubscriptionAction,
    SubscriptionStatus,
    SuspensionCause,
    Tier,
)
from tenants.usage import list_excess

END: Final = "tenants.end_period"
REMIND: Final = "tenants.remind_subscription"
PATIENCE: Final = timedelta(days=1)
"""When to look again at an agency that is ending."""


def start_trial(agency: Agency, *, at: datetime) -> Subscription:
    """Open the agency's first subscription: free for thirty days."""
    until = at + timedelta(days=TRIAL_DAYS)
    trial = Subscription.objects.create(
        agency=agency,
        tier=agency.plan.tier,
        status=SubscriptionStatus.TRIAL,
        price_minor=agency.plan.price_minor,
        currency=agency.plan.currency,
        started_at=at,
        trial_until=until,
        period_start=at,
        period_end=until,
        billing_day=until.day,
        next_billing_at=until,
    )
    schedule_subscription(trial)
    return trial


def schedule_subscription(current: Subscription) -> None:
    """Make the appointments of a subscription anew: its period's end, and the next reminder."""
    agency_id = current.agency_id
    schedule_due(END, key=current.public_id, at=current.period_end, agency_id=agency_id)
    step = find_next_step(current)
    if step is None:
        cancel_due(REMIND, key=current.public_id)
    else:
        schedule_due(REMIND, key=current.public_id, at=step, agency_id=agency_id)


def close_subscription(current: Subscription, *, at: datetime) -> None:
    """End a row that another one follows, and forget its appointments."""
    current.ended_at = at
    current.next_billing_at = None
    current.next_tier = ""
    current.cancel_requested_at = None
    current.version += 1
    current.save()
    cancel_due(END, key=current.public_id)
    cancel_due(REMIND, key=current.public_id)


def lock_subscription(subscription: Subscription) -> tuple[Agency, Subscription]:
    """Return agency and subscription as they are now, locked in this order."""
    agency = lock_row(Agency(pk=subscription.agency_id))
    return agency, lock_row(subscription)


def tell_subscription(
    kind: type[SubscriptionEvent],
    current: Subscription,
    *,
    agency: Agency,
    actor: Actor | None = None,
    **details: Any,
) -> None:
    """Publish what happened to a subscription, in the agency's trail."""
    with agency_scope(agency):
        publish(
            kind(
                actor=actor or system_actor(agency),
                agency_id=agency.pk,
                subscription_id=current.pk,
                subject_public_id=current.public_id,
                subject_name=str(Tier(current.tier).label),
                details=details,
            ),
        )


@transaction.atomic
def end_period(public_id: str, *, at: datetime) -> datetime | None:
    """Let a period end that is over; return when to look again, None when all is done.

    A trial becomes a period to pay, a paid month the next one, a cancelled one the end. What is
    not paid waits for its payment, however long.
    """
    found = Subscription.objects.filter(public_id=public_id).first()
    if found is None:
        return None
    agency, current = lock_subscription(found)
    if current.ended_at is not None or current.status == SubscriptionStatus.CANCELLED:
        return None
    if is_ending(agency):
        return at + PATIENCE
    if current.period_end > at:
        return current.period_end
    if current.cancel_requested_at is not None:
        _end_for_good(current, agency=agency)
    elif current.status == SubscriptionStatus.TRIAL or _is_settled(current):
        _open_next(current, agency=agency, at=at)
    return None


def is_ending(agency: Agency) -> bool:
    """Tell whether an agency is ending: it is billed for nothing more unless it goes on."""
    return agency.state in {AgencyState.CLOSING, AgencyState.CLOSED}


def _is_settled(current: Subscription) -> bool:
    return current.status == SubscriptionStatus.ACTIVE and not current.is_owed


def _end_for_good(current: Subscription, *, agency: Agency) -> None:
    before = current.status
    SUBSCRIPTION_MACHINE.apply(current, SubscriptionAction.CANCEL)
    current.next_billing_at = None
    current.version += 1
    current.save()
    cancel_due(REMIND, key=current.public_id)
    tell_subscription(
        SubscriptionCancelled, current, agency=agency, status=[before, current.status]
    )
    close_agency(agency, actor=system_actor(agency), reason="subscription cancelled")


def close_agency(agency: Agency, *, actor: Actor, reason: str) -> None:
    """Close the portals, unless staff did already."""
    if agency.state == AgencyState.ACTIVE:
        suspend_agency(agency, actor=actor, reason=reason, cause=SuspensionCause.BILLING)


def _open_next(current: Subscription, *, agency: Agency, at: datetime) -> Subscription:
    was_trial = current.status == SubscriptionStatus.TRIAL
    old_tier = current.tier
    plan = _choose_plan(current, agency=agency)
    SUBSCRIPTION_MACHINE.apply(current, SubscriptionAction.EXPIRE)
    close_subscription(current, at=current.period_end)
    following = open_period(
        agency,
        plan=plan,
        start=current.period_end,
        billing_day=current.billing_day,
        grace_until=at + timedelta(days=GRACE_DAYS) if was_trial else None,
    )
    kind = SubscriptionPastDue if was_trial else SubscriptionRenewed
    tell_subscription(
        kind,
        following,
        agency=agency,
        status=[current.status, following.status],
        amount_minor=following.amount_minor,
        tier=[old_tier, following.tier],
    )
    return following


def _choose_plan(current: Subscription, *, agency: Agency) -> Plan:
    """Return the plan of the next period: the planned one, if what is in use fits into it."""
    if not current.next_tier:
        return Plan.objects.get(tier=current.tier)
    planned = Plan.objects.get(tier=current.next_tier)
    excess = list_excess(agency, plan=planned)
    if not excess:
        agency.plan = planned
        agency.version += 1
        agency.save(update_fields=["plan", "version", "updated_at"])
        return planned
    tell_subscription(
        SubscriptionChangeDropped,
        current,
        agency=agency,
        tier=[current.tier, current.next_tier],
        excess={usage.resource: (usage.used or 0) - usage.allowed for usage in excess},
    )
    return Plan.objects.get(tier=current.tier)


def open_period(
    agency: Agency,
    *,
    plan: Plan,
    start: datetime,
    billing_day: int,
    grace_until: datetime | None,
) -> Subscription:
    """Open a period to pay: at once with days of grace, else within the usual days."""
    end = add_month(start, billing_day=billing_day)
    opened = Subscription.objects.create(
        agency=agency,
        tier=plan.tier,
        status=SubscriptionStatus.PAST_DUE if grace_until else SubscriptionStatus.ACTIVE,
        price_minor=plan.price_minor,
        currency=plan.currency,
        started_at=start,
        period_start=start,
        period_end=end,
        billing_day=billing_day,
        next_billing_at=end,
        amount_minor=plan.price_minor,
        payment_due_at=start if grace_until else start + timedelta(days=PAYMENT_DAYS),
        grace_until=grace_until,
    )
    schedule_subscription(opened)
    return opened
