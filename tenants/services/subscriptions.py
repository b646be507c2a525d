"""What an agency decides about its plan: up now, down at the period's end, cancel, undo."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, Missing
from spotex.kernel.locks import lock_row
from tenants.events import (
    SubscriptionChanged,
    SubscriptionChangePlanned,
    SubscriptionChangeUndone,
)
from tenants.models import Agency, Subscription
from tenants.selectors import find_open_subscription
from tenants.services.periods import (
    close_subscription,
    schedule_subscription,
    tell_subscription,
)
from tenants.services.quotes import ChangeQuote, UsageExceedsPlan, explain_excess, quote_change
from tenants.states import SUBSCRIPTION_MACHINE, SubscriptionAction, SubscriptionStatus


class NothingPlanned(Conflict):
    """There is no planned change to undo."""

    code = "nothing_planned"


class AlreadyCancelled(Conflict):
    """The subscription ends with this period already."""

    code = "already_cancelled"


class StaleSubscription(Conflict):
    """The subscription changed since somebody looked at it."""

    code = "stale"


@transaction.atomic
def change_subscription(
    agency: Agency,
    *,
    actor: Actor,
    tier: str,
    at: datetime,
    when: str = "",
    version: int | None = None,
) -> Subscription:
    """Move an agency to another plan: up at once, down when the period ends.

    Raises:
        UsageExceedsPlan: more is in use than the plan would include.
        SamePlan, DowngradeTooSoon, SubscriptionUnpaid, SubscriptionOver: see ``quote_change``.
        StaleSubscription: it changed since somebody looked.
    """
    agency, current = lock_current(agency, version=version)
    quote = quote_change(agency, current, tier=tier, when=when, at=at)
    if quote.excess:
        raise UsageExceedsPlan(explain_excess(quote), field="tier")
    if quote.is_now:
        return _upgrade(current, agency=agency, quote=quote, actor=actor, at=at)
    return _plan_change(current, agency=agency, actor=actor, next_tier=tier)


def lock_current(agency: Agency, *, version: int | None = None) -> tuple[Agency, Subscription]:
    """Return an agency and its present subscription, locked in this order.

    Raises:
        Missing: the agency has none.
        StaleSubscription: it is not the version that somebody saw.
    """
    agency = lock_row(agency)
    found = find_open_subscription(agency.pk)
    if found is None:
        raise Missing(_("This agency has no subscription."))
    current = lock_row(found)
    if version is not None and version != current.version:
        raise StaleSubscription(
            _("The subscription changed meanwhile. Look at it again before going on."),
        )
    return agency, current


def _upgrade(
    current: Subscription,
    *,
    agency: Agency,
    quote: ChangeQuote,
    actor: Actor,
    at: datetime,
) -> Subscription:
    status, paid_at = current.status, current.paid_at
    SUBSCRIPTION_MACHINE.apply(current, SubscriptionAction.EXPIRE)
    if quote.carried_minor:
        current.amount_minor = 0
    close_subscription(current, at=at)
    following = Subscription.objects.create(
        agency=agency,
        tier=quote.new.tier,
        status=status,
        price_minor=quote.new.price_minor,
        currency=quote.new.currency,
        started_at=at,
        trial_until=current.trial_until,
        period_start=current.period_start,
        period_end=current.period_end,
        billing_day=current.billing_day,
        next_billing_at=current.period_end,
        amount_minor=quote.amount_minor,
        payment_due_at=quote.payment_due_at,
        paid_at=None if quote.amount_minor else paid_at,
        reminders_sent=current.reminders_sent,
        version=current.version + 1,
    )
    agency.plan = quote.new
    agency.version += 1
    agency.save(update_fields=["plan", "version", "updated_at"])
    schedule_subscription(following)
    tell_subscription(
        SubscriptionChanged,
        following,
        agency=agency,
        actor=actor,
        tier=[current.tier, following.tier],
        amount_minor=following.amount_minor,
    )
    return following


def _plan_change(
    current: Subscription,
    *,
    agency: Agency,
    actor: Actor,
    next_tier: str = "",
    cancel_at: datetime | None = None,
) -> Subscription:
    """Note what happens at the end of the period; a new choice takes an older one's place."""
    before = (current.next_tier, current.cancel_requested_at is not None)
    current.next_tier = next_tier
    current.cancel_requested_at = cancel_at
    current.next_billing_at = None if cancel_at else current.period_end
    current.version += 1
    current.save()
    schedule_subscription(current)  # a period that waits for its payment may be over already
    tell_subscription(
        SubscriptionChangePlanned,
        current,
        agency=agency,
        actor=actor,
        next_tier=[before[0], next_tier],
        cancelled=[before[1], cancel_at is not None],
    )
    return current


@transaction.atomic
def cancel_subscription(
    agency: Agency,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Subscription:
    """End an agency's subscription when its period is over; until then it can be undone.

    Raises:
        AlreadyCancelled: it ends then already.
        IllegalMove: it is over.
        StaleSubscription: it changed since somebody looked.
    """
    agency, current = lock_current(agency, version=version)
    if current.cancel_requested_at is not None:
        raise AlreadyCancelled(_("The subscription ends with this period already."))
    SUBSCRIPTION_MACHINE.check(current, SubscriptionAction.CANCEL)
    return _plan_change(current, agency=agency, actor=actor, cancel_at=at)


@transaction.atomic
def undo_planned_change(
    agency: Agency,
    *,
    actor: Actor,
    version: int | None = None,
) -> Subscription:
    """Keep the plan, or the subscription, that was to end with the period.

    Raises:
        NothingPlanned: nothing is planned, or it has happened.
        StaleSubscription: it changed since somebody looked.
    """
    agency, current = lock_current(agency, version=version)
    over = current.status == SubscriptionStatus.CANCELLED
    if over or not (current.next_tier or current.cancel_requested_at):
        raise NothingPlanned(_("No change is planned."))
    before = (current.next_tier, current.cancel_requested_at is not None)
    current.next_tier = ""
    current.cancel_requested_at = None
    current.next_billing_at = current.period_end
    current.version += 1
    current.save()
    tell_subscription(
        SubscriptionChangeUndone,
        current,
        agency=agency,
        actor=actor,
        next_tier=[before[0], ""],
        cancelled=[before[1], False],
    )
    return current
