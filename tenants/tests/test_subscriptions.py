"""What an agency decides about its plan."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from spotex.kernel.errors import Missing
from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.models import Agency, DueWork, Plan, Subscription
from tenants.selectors import find_open_subscription
from tenants.services.periods import END, REMIND, end_period, start_trial
from tenants.services.plans import override_limits
from tenants.services.quotes import (
    DowngradeTooSoon,
    SamePlan,
    SubscriptionOver,
    SubscriptionUnpaid,
    UsageExceedsPlan,
    quote_change,
)
from tenants.services.settlement import mark_subscription_paid
from tenants.services.subscriptions import (
    AlreadyCancelled,
    NothingPlanned,
    StaleSubscription,
    cancel_subscription,
    change_subscription,
    lock_current,
    undo_planned_change,
)
from tenants.states import Tier
from tenants.tests.factories import NOON

DAY = timedelta(days=1)


def _restart(agency: Agency, *, at: datetime = NOON) -> Subscription:
    """Begin the agency's history anew, at a moment of the test."""
    Subscription.objects.filter(agency=agency).delete()
    DueWork.objects.filter(agency=agency).delete()
    return start_trial(agency, at=at)


@pytest.fixture
def trial(agency: Agency) -> Subscription:
    return _restart(agency)


@pytest.fixture
def paid(agency: Agency, trial: Subscription, owner_actor) -> Subscription:
    """A month on STANDARD, 79 €, paid: from day 30 of the trial."""
    end_period(trial.public_id, at=trial.period_end)
    return mark_subscription_paid(
        _current(agency), actor=owner_actor, reference="TRN 1", at=trial.period_end
    )


def _current(agency: Agency) -> Subscription:
    found = find_open_subscription(agency.pk)
    assert found is not None
    return found


def _make_customers(agency: Agency, count: int) -> None:
    with agency_scope(agency):
        for number in range(count):
            Customer.objects.create(name=f"C{number}", email="c@c.test")


def _entry(agency: Agency, event: str) -> ActivityEntry:
    with agency_scope(agency):
        return ActivityEntry.objects.get(event=event)


def test_a_trial_begins_with_its_appointments(agency, trial) -> None:
    due = dict(DueWork.objects.filter(key=trial.public_id).values_list("kind", "due_at"))

    assert (trial.status, trial.tier, trial.price_minor, trial.amount_minor) == (
        "TRIAL",
        "STANDARD",
        7_900,
        0,
    )
    assert trial.trial_until == trial.period_end == trial.next_billing_at == NOON + 30 * DAY
    assert due == {END: NOON + 30 * DAY, REMIND: NOON + 23 * DAY}


def test_upgrade_in_a_trial_is_free_and_at_once(agency, trial, owner_actor) -> None:
    changed = change_subscription(agency, actor=owner_actor, tier=Tier.PREMIUM, at=NOON + DAY)

    agency.refresh_from_db()
    trial.refresh_from_db()
    assert agency.plan.tier == "PREMIUM"
    assert (changed.status, changed.amount_minor, changed.trial_until) == (
        "TRIAL",
        0,
        NOON + 30 * DAY,
    )
    assert (trial.status, trial.ended_at) == ("EXPIRED", NOON + DAY)
    assert not DueWork.objects.filter(key=trial.public_id).exists()
    assert DueWork.objects.get(kind=END, key=changed.public_id).due_at == NOON + 30 * DAY
    entry = _entry(agency, "tenants.subscription.changed")
    assert entry.details == {"tier": ["STANDARD", "PREMIUM"], "amount_minor": 0}


def test_upgrade_of_a_paid_month_costs_the_rest_of_the_difference(
    agency, paid, owner_actor
) -> None:
    middle = paid.period_start + (paid.period_end - paid.period_start) / 2

    quote = quote_change(agency, paid, tier=Tier.PREMIUM, at=middle)
    changed = change_subscription(agency, actor=owner_actor, tier=Tier.PREMIUM, at=middle)

    assert quote.amount_minor == changed.amount_minor == (19_900 - 7_900) // 2
    assert (changed.status, changed.period_end, changed.paid_at) == (
        "ACTIVE",
        paid.period_end,
        None,
    )
    assert changed.payment_due_at == middle + 14 * DAY


def test_upgrade_of_an_unpaid_month_carries_what_is_owed(agency, paid, owner_actor) -> None:
    end_period(paid.public_id, at=paid.period_end)
    month = _current(agency)
    assert month.is_owed

    changed = change_subscription(
        agency, actor=owner_actor, tier=Tier.PREMIUM, at=month.period_start
    )

    month.refresh_from_db()
    assert month.amount_minor == 0
    assert changed.amount_minor == 19_900
    assert changed.payment_due_at == month.payment_due_at


def test_a_second_upgrade_is_credited_with_the_first(agency, paid, owner_actor) -> None:
    quarter = (paid.period_end - paid.period_start) / 4
    first = change_subscription(
        agency, actor=owner_actor, tier=Tier.PREMIUM, at=paid.period_start + quarter
    )
    mark_subscription_paid(first, actor=owner_actor, reference="", at=paid.period_start + quarter)

    second = change_subscription(
        agency, actor=owner_actor, tier=Tier.BUSINESS, at=paid.period_start + 2 * quarter
    )

    assert first.amount_minor == 9_000
    assert second.amount_minor == (49_900 - 19_900) // 2


def test_upgrade_can_wait_for_the_period_and_costs_nothing_now(agency, paid, owner_actor) -> None:
    planned = change_subscription(
        agency, actor=owner_actor, tier=Tier.PREMIUM, at=NOON + 31 * DAY, when="PERIOD_END"
    )

    assert (planned.pk, planned.next_tier, planned.amount_minor) == (paid.pk, "PREMIUM", 7_900)
    end_period(paid.public_id, at=paid.period_end)
    agency.refresh_from_db()
    assert (agency.plan.tier, _current(agency).amount_minor) == ("PREMIUM", 19_900)


def test_downgrade_happens_when_the_period_ends(agency, paid, owner_actor) -> None:
    planned = change_subscription(agency, actor=owner_actor, tier=Tier.STARTER, at=NOON + 31 * DAY)
    agency.refresh_from_db()
    assert (planned.next_tier, planned.version, agency.plan.tier) == (
        "STARTER",
        paid.version + 1,
        "STANDARD",
    )
    details = _entry(agency, "tenants.subscription.change_planned").details
    assert details == {"next_tier": ["", "STARTER"], "cancelled": [False, False]}

    end_period(paid.public_id, at=paid.period_end)

    agency.refresh_from_db()
    following = _current(agency)
    assert (agency.plan.tier, following.tier, following.amount_minor) == (
        "STARTER",
        "STARTER",
        2_900,
    )
    assert following.period_start == paid.period_end


def test_downgrade_says_what_to_remove(agency, paid, owner_actor) -> None:
    _make_customers(agency, 7)

    with pytest.raises(UsageExceedsPlan) as caught:
        change_subscription(agency, actor=owner_actor, tier=Tier.STARTER, at=NOON + 31 * DAY)

    assert caught.value.message == (
        "Starter is too small for what is in use. Remove first: 2 customers (7 in use, 5 included)."
    )
    assert _current(agency).next_tier == ""


def test_downgrade_counts_limits_of_the_agencys_own(agency, paid, owner_actor) -> None:
    _make_customers(agency, 7)
    override_limits(agency, actor=owner_actor, limits={"customers": 8})

    planned = change_subscription(agency, actor=owner_actor, tier=Tier.STARTER, at=NOON + 31 * DAY)

    assert planned.next_tier == "STARTER"


def test_downgrade_that_no_longer_fits_is_dropped_at_the_end(agency, paid, owner_actor) -> None:
    change_subscription(agency, actor=owner_actor, tier=Tier.STARTER, at=NOON + 31 * DAY)
    _make_customers(agency, 6)

    end_period(paid.public_id, at=paid.period_end)

    agency.refresh_from_db()
    assert (agency.plan.tier, _current(agency).amount_minor) == ("STANDARD", 7_900)
    details = _entry(agency, "tenants.subscription.change_dropped").details
    assert details == {"tier": ["STANDARD", "STARTER"], "excess": {"customers": 1}}


def test_a_new_choice_replaces_the_planned_one(agency, paid, owner_actor) -> None:
    cancel_subscription(agency, actor=owner_actor, at=NOON + 31 * DAY)

    planned = change_subscription(agency, actor=owner_actor, tier=Tier.STARTER, at=NOON + 31 * DAY)

    assert (planned.cancel_requested_at, planned.next_tier) == (None, "STARTER")
    assert planned.next_billing_at == paid.period_end


@pytest.mark.parametrize(
    ("tier", "when", "error"),
    [
        ("STANDARD", "", SamePlan),
        ("STANDARD", "PERIOD_END", SamePlan),
        ("STARTER", "NOW", DowngradeTooSoon),
    ],
)
def test_impossible_choices_are_refused(agency, paid, owner_actor, tier, when, error) -> None:
    with pytest.raises(error):
        change_subscription(agency, actor=owner_actor, tier=tier, when=when, at=NOON + 31 * DAY)

    assert _current(agency).version == paid.version


def test_a_bigger_plan_comes_after_the_payment(agency, trial, owner_actor) -> None:
    end_period(trial.public_id, at=trial.period_end)

    with pytest.raises(SubscriptionUnpaid):
        change_subscription(agency, actor=owner_actor, tier=Tier.PREMIUM, at=NOON + 31 * DAY)


def test_cancelling_lasts_until_the_period_ends_and_can_be_undone(
    agency, paid, owner_actor
) -> None:
    cancelled = cancel_subscription(agency, actor=owner_actor, at=NOON + 31 * DAY)
    assert (cancelled.status, cancelled.next_billing_at) == ("ACTIVE", None)
    with pytest.raises(AlreadyCancelled):
        cancel_subscription(agency, actor=owner_actor, at=NOON + 31 * DAY)

    kept = undo_planned_change(agency, actor=owner_actor, version=cancelled.version)

    assert (kept.cancel_requested_at, kept.next_billing_at) == (None, paid.period_end)
    details = _entry(agency, "tenants.subscription.change_undone").details
    assert details == {"next_tier": ["", ""], "cancelled": [True, False]}
    with pytest.raises(NothingPlanned):
        undo_planned_change(agency, actor=owner_actor)


def test_a_cancelled_subscription_closes_the_agency_and_takes_no_change(
    agency, paid, owner_actor
) -> None:
    cancel_subscription(agency, actor=owner_actor, at=NOON + 31 * DAY)

    end_period(paid.public_id, at=paid.period_end)

    agency.refresh_from_db()
    assert (agency.state, agency.suspension_cause) == ("SUSPENDED", "BILLING")
    assert _current(agency).status == "CANCELLED"
    with pytest.raises(SubscriptionOver):
        change_subscription(agency, actor=owner_actor, tier=Tier.PREMIUM, at=NOON + 90 * DAY)
    with pytest.raises(NothingPlanned):
        undo_planned_change(agency, actor=owner_actor)
    with pytest.raises(AlreadyCancelled):
        cancel_subscription(agency, actor=owner_actor, at=NOON + 90 * DAY)


def test_who_never_paid_can_still_end_it(agency, trial, owner_actor) -> None:
    end_period(trial.public_id, at=trial.period_end)
    unpaid = _current(agency)
    assert end_period(unpaid.public_id, at=unpaid.period_end) is None  # it waits for the payment
    DueWork.objects.filter(kind=END, key=unpaid.public_id).delete()  # so its appointment is over

    cancel_subscription(agency, actor=owner_actor, at=unpaid.period_end + DAY)

    appointment = DueWork.objects.get(kind=END, key=unpaid.public_id)
    assert appointment.due_at == unpaid.period_end
    end_period(unpaid.public_id, at=unpaid.period_end + DAY)
    assert _current(agency).status == "CANCELLED"


def test_what_is_over_is_not_cancelled_again(agency, paid, owner_actor) -> None:
    Subscription.objects.filter(pk=paid.pk).update(status="CANCELLED")

    with pytest.raises(IllegalMove):
        cancel_subscription(agency, actor=owner_actor, at=NOON + 90 * DAY)


def test_who_looked_at_an_older_version_is_told(agency, paid, owner_actor) -> None:
    cancel_subscription(agency, actor=owner_actor, at=NOON, version=paid.version)

    with pytest.raises(StaleSubscription):
        undo_planned_change(agency, actor=owner_actor, version=paid.version)
    with pytest.raises(StaleSubscription):
        change_subscription(
            agency, actor=owner_actor, tier="STARTER", at=NOON, version=paid.version
        )


def test_an_agency_without_a_subscription_is_said_so(agency) -> None:
    Subscription.objects.filter(agency=agency).delete()

    with transaction.atomic(), pytest.raises(Missing):
        lock_current(agency)


@pytest.mark.parametrize(
    "change",
    [
        {"next_tier": "STARTER", "cancel_requested_at": NOON},
        {"period_end": NOON},
        {"status": "PAST_DUE"},
        {"ended_at": NOON, "paid_at": None},
    ],
)
def test_the_database_refuses_what_must_not_be(paid, change) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.filter(pk=paid.pk).update(**{"period_start": NOON, **change})


def test_prices_of_a_plan_hold_from_the_next_period(agency, paid) -> None:
    Plan.objects.filter(tier="STANDARD").update(price_minor=9_900)

    end_period(paid.public_id, at=paid.period_end)

    paid.refresh_from_db()
    assert (paid.price_minor, _current(agency).price_minor) == (7_900, 9_900)
