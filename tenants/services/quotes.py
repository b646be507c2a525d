"""What a change of plan would do and cost, before anybody agrees to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from spotex.kernel.errors import RuleViolation
from tenants.dunning import PAYMENT_DAYS
from tenants.limits import count_words
from tenants.models import Agency, Plan, Subscription
from tenants.proration import Proration, compute_proration
from tenants.states import ChangeTime, SubscriptionStatus, Tier
from tenants.usage import Usage, list_excess

_RANKS = {tier.value: rank for rank, tier in enumerate(Tier)}


class SamePlan(RuleViolation):
    """The agency has this plan already."""

    code = "same_plan"


class DowngradeTooSoon(RuleViolation):
    """A smaller plan begins with the next period only."""

    code = "downgrade_at_period_end"


class UsageExceedsPlan(RuleViolation):
    """More is in use than the smaller plan includes."""

    code = "usage_exceeds_plan"


class SubscriptionUnpaid(RuleViolation):
    """A payment is past due; a bigger plan comes after it."""

    code = "subscription_unpaid"


class SubscriptionOver(RuleViolation):
    """The subscription was cancelled and has ended."""

    code = "subscription_over"


@dataclass(frozen=True, kw_only=True)
class ChangeQuote:
    """What a change of plan would do, before anybody agrees to it."""

    old: Plan
    new: Plan
    is_upgrade: bool
    when: ChangeTime
    effective_at: datetime
    proration: Proration | None
    carried_minor: int
    amount_minor: int
    payment_due_at: datetime | None
    excess: tuple[Usage, ...]

    @property
    def is_now(self) -> bool:
        """Tell whether it happens at once."""
        return self.when == ChangeTime.NOW


def quote_change(
    agency: Agency,
    current: Subscription,
    *,
    tier: str,
    at: datetime,
    when: str = "",
) -> ChangeQuote:
    """Return what changing to a tier would do and cost; nothing is written.

    Raises:
        SamePlan: the agency has this tier.
        DowngradeTooSoon: a smaller plan was asked for at once.
        SubscriptionUnpaid, SubscriptionOver: the subscription allows no such change now.
    """
    is_upgrade = _RANKS[tier] > _RANKS[current.tier]
    moment = ChangeTime(when or (ChangeTime.NOW if is_upgrade else ChangeTime.PERIOD_END))
    _require_changeable(current, tier=tier, is_upgrade=is_upgrade, when=moment)
    plans = {plan.tier: plan for plan in Plan.objects.filter(tier__in=(tier, current.tier))}
    new = plans[tier]
    is_now = moment == ChangeTime.NOW
    proration = _prorate(current, new=new, at=_begin_hour(at)) if is_now else None
    carried = current.amount_minor if is_now and current.is_owed else 0
    amount = carried + proration.due_minor if proration else 0
    due_at = current.payment_due_at if carried else at + timedelta(days=PAYMENT_DAYS)
    return ChangeQuote(
        old=plans[current.tier],
        new=new,
        is_upgrade=is_upgrade,
        when=moment,
        effective_at=at if is_now else current.period_end,
        proration=proration,
        carried_minor=carried,
        amount_minor=amount,
        payment_due_at=due_at if amount else None,
        excess=() if is_upgrade else tuple(list_excess(agency, plan=new)),
    )


def _begin_hour(at: datetime) -> datetime:
    """Count by whole hours: who takes a while to confirm never pays more than was shown."""
    return at.replace(minute=0, second=0, microsecond=0)


def _require_changeable(
    current: Subscription,
    *,
    tier: str,
    is_upgrade: bool,
    when: ChangeTime,
) -> None:
    if current.status == SubscriptionStatus.CANCELLED:
        raise SubscriptionOver(_("This subscription is over. Please write to the platform."))
    if tier == current.tier:
        raise SamePlan(_("This is the plan that you have."), field="tier")
    if when == ChangeTime.NOW and not is_upgrade:
        raise DowngradeTooSoon(
            _("A smaller plan begins with the next period; until then you keep what you paid for."),
            field="when",
        )
    unpaid = (SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED)
    if when == ChangeTime.NOW and current.status in unpaid:
        raise SubscriptionUnpaid(
            _("A payment is past due. Once it has arrived you can choose a bigger plan."),
        )


def _prorate(current: Subscription, *, new: Plan, at: datetime) -> Proration | None:
    if current.status == SubscriptionStatus.TRIAL:
        return None
    return compute_proration(
        old_price_minor=current.price_minor,
        new_price_minor=new.price_minor,
        period_start=current.period_start,
        period_end=current.period_end,
        at=at,
    )


def explain_excess(quote: ChangeQuote) -> str:
    """Return the sentence that says what to remove before a smaller plan fits."""
    parts = [
        _("%(things)s (%(used)s in use, %(allowed)s included)")
        % {
            "things": count_words(usage.resource, (usage.used or 0) - usage.allowed),
            "used": usage.used,
            "allowed": usage.allowed,
        }
        for usage in quote.excess
    ]
    return _("%(plan)s is too small for what is in use. Remove first: %(parts)s.") % {
        "plan": quote.new.name,
        "parts": get_text_list(parts, _("and")),
    }
