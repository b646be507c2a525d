"""What time and payments do to a subscription."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.due import list_due_handlers
from tenants.models import Agency, DueWork, Subscription
from tenants.selectors import find_open_subscription
from tenants.services.periods import END, REMIND, end_period, start_trial
from tenants.services.settlement import (
    NothingOwed,
    NotInTrial,
    TrialDaysInvalid,
    extend_trial,
    mark_subscription_paid,
    reactivate_subscription,
    remind_subscription,
    suspend_subscription,
)
from tenants.services.subscriptions import cancel_subscription
from tenants.services.suspension import SubscriptionUnsettled, resume_agency, suspend_agency
from tenants.tests.factories import NOON

DAY = timedelta(days=1)
TRIAL_END = NOON + 30 * DAY


@pytest.fixture
def trial(agency: Agency) -> Subscription:
    Subscription.objects.filter(agency=agency).delete()
    DueWork.objects.filter(agency=agency).delete()
    return start_trial(agency, at=NOON)


@pytest.fixture
def owed(agency: Agency, trial: Subscription) -> Subscription:
    """The month after the trial, past due."""
    end_period(trial.public_id, at=TRIAL_END)
    return _current(agency)


@pytest.fixture
def suspended(agency: Agency, owed: Subscription, owner_actor) -> Subscription:
    return suspend_subscription(owed, actor=owner_actor)


def _current(agency: Agency) -> Subscription:
    found = find_open_subscription(agency.pk)
    assert found is not None
    return found


def _live(agency: Agency, *, days: int) -> None:
    """Let days pass and do what falls due, as the worker would."""
    handlers = list_due_handlers()
    for day in range(days + 1):
        at = NOON + day * DAY
        due = DueWork.objects.filter(agency=agency, due_at__lte=at)
        for work in list(due.filter(kind__in=(END, REMIND)).order_by("due_at")):
            again = handlers[work.kind](key=work.key, agency_id=agency.pk, at=at)
            kept = DueWork.objects.filter(pk=work.pk, revision=work.revision)
            if again is None:
                kept.delete()
            else:
                kept.update(due_at=again)


def _events(agency: Agency) -> list[str]:
    with agency_scope(agency):
        names = ActivityEntry.objects.filter(created_at__isnull=False).order_by("pk")
        return [
            name.removeprefix("tenants.").replace("subscription.", "")
            for name in names.values_list("event", flat=True)
            if "subscription" in name or name == "tenants.agency.suspended"
        ]


def test_an_agency_that_never_pays_is_reminded_and_closed(agency, trial) -> None:
    _live(agency, days=90)

    agency.refresh_from_db()
    assert _events(agency) == [
        *["reminded"] * 2,
        "past_due",
        *["reminded"] * 3,
        "suspended",
        "agency.suspended",
    ]
    assert (agency.state, agency.suspension_cause) == ("SUSPENDED", "BILLING")
    rows = Subscription.objects.filter(agency=agency).order_by("pk")
    assert [row.status for row in rows] == ["EXPIRED", "SUSPENDED"]


def test_a_trial_that_ends_is_past_due_with_days_of_grace(agency, trial) -> None:
    end_period(trial.public_id, at=TRIAL_END + DAY)

    month = _current(agency)
    assert (month.status, month.amount_minor, month.price_minor) == ("PAST_DUE", 7_900, 7_900)
    assert (month.period_start, month.period_end) == (TRIAL_END, NOON.replace(month=5, day=1))
    assert month.grace_until == TRIAL_END + 15 * DAY


def test_ending_a_period_again_and_again_makes_one_row(agency, trial) -> None:
    for _ in range(3):
        end_period(trial.public_id, at=TRIAL_END)

    assert Subscription.objects.filter(agency=agency).count() == 2
    assert DueWork.objects.filter(agency=agency, kind=END).count() == 1


def test_too_early_a_call_only_says_when_to_come_again(agency, trial) -> None:
    assert end_period(trial.public_id, at=TRIAL_END - DAY) == TRIAL_END
    assert remind_subscription(trial.public_id, at=NOON) == NOON + 23 * DAY
    assert Subscription.objects.filter(agency=agency).count() == 1


def test_what_does_not_exist_needs_nothing(db) -> None:
    assert end_period("sub_none", at=NOON) is None
    assert remind_subscription("sub_none", at=NOON) is None


def test_a_closed_row_needs_nothing(agency, trial, owed) -> None:
    assert remind_subscription(trial.public_id, at=NOON + 90 * DAY) is None


def test_a_paid_month_is_followed_by_one_to_pay(agency, owed, owner_actor) -> None:
    paid = mark_subscription_paid(owed, actor=owner_actor, reference=" TRN 7 ", at=TRIAL_END + DAY)
    assert (paid.status, paid.payment_reference, paid.grace_until) == ("ACTIVE", "TRN 7", None)

    _live(agency, days=62)

    month = _current(agency)
    assert (month.status, month.is_owed, month.period_start) == ("ACTIVE", True, paid.period_end)
    assert month.payment_due_at == month.period_start + 14 * DAY


def test_a_month_that_is_not_paid_in_time_falls_due(agency, owed, owner_actor) -> None:
    mark_subscription_paid(owed, actor=owner_actor, reference="", at=TRIAL_END)
    end_period(owed.public_id, at=_current(agency).period_end)
    month = _current(agency)

    again = remind_subscription(month.public_id, at=month.payment_due_at)

    month.refresh_from_db()
    assert (month.status, month.grace_until) == ("PAST_DUE", month.payment_due_at + 14 * DAY)
    assert again == month.payment_due_at + 3 * DAY


def test_an_unpaid_period_waits_for_its_payment_then_goes_on(agency, owed, owner_actor) -> None:
    late = owed.period_end + DAY
    assert end_period(owed.public_id, at=late) is None
    assert Subscription.objects.filter(agency=agency).count() == 2

    mark_subscription_paid(owed, actor=owner_actor, reference="", at=late)

    assert DueWork.objects.get(kind=END, key=owed.public_id).due_at == owed.period_end
    end_period(owed.public_id, at=late)
    assert _current(agency).period_start == owed.period_end


def test_who_pays_after_a_suspension_gets_a_whole_month(agency, suspended, owner_actor) -> None:
    at = NOON + 100 * DAY

    paid = mark_subscription_paid(suspended, actor=owner_actor, reference="", at=at)

    agency.refresh_from_db()
    assert (paid.status, paid.period_start, paid.period_end) == (
        "ACTIVE",
        at,
        at.replace(month=at.month + 1),
    )
    assert (agency.state, agency.suspension_cause) == ("ACTIVE", "")


def test_paying_does_not_open_what_staff_closed(agency, owed, owner_actor) -> None:
    suspend_agency(agency, actor=owner_actor, reason="abuse")
    suspend_subscription(owed, actor=owner_actor)

    mark_subscription_paid(owed, actor=owner_actor, reference="", at=NOON)

    agency.refresh_from_db()
    assert (agency.state, agency.suspension_cause) == ("SUSPENDED", "STAFF")
    resume_agency(agency, actor=owner_actor)


def test_staff_settles_the_subscription_first(agency, suspended, owner_actor) -> None:
    with pytest.raises(SubscriptionUnsettled):
        resume_agency(agency, actor=owner_actor)


def test_an_agency_without_subscription_is_resumed(agency, owner_actor) -> None:
    Subscription.objects.filter(agency=agency).delete()
    suspend_agency(agency, actor=owner_actor, reason="x")

    assert resume_agency(agency, actor=owner_actor).state == "ACTIVE"


def test_nothing_is_owed_in_a_trial(agency, trial, owner_actor) -> None:
    with pytest.raises(NothingOwed):
        mark_subscription_paid(trial, actor=owner_actor, reference="", at=NOON)
    with pytest.raises(NothingOwed):
        suspend_subscription(trial, actor=owner_actor)


def test_reactivation_gives_new_days_of_grace(agency, suspended, owner_actor) -> None:
    at = NOON + 60 * DAY

    again = reactivate_subscription(suspended, actor=owner_actor, at=at)

    agency.refresh_from_db()
    assert (again.pk, again.status, again.grace_until) == (
        suspended.pk,
        "PAST_DUE",
        at + 14 * DAY,
    )
    assert agency.state == "ACTIVE"
    assert DueWork.objects.get(kind=REMIND, key=again.public_id).due_at == at + 3 * DAY
    with pytest.raises(IllegalMove):
        reactivate_subscription(again, actor=owner_actor, at=at)


def test_a_cancelled_agency_comes_back_with_a_period_of_its_own(agency, owed, owner_actor) -> None:
    cancel_subscription(agency, actor=owner_actor, at=NOON)
    end_period(owed.public_id, at=owed.period_end)
    assert _current(agency).status == "CANCELLED"
    at = NOON + 200 * DAY

    again = reactivate_subscription(_current(agency), actor=owner_actor, at=at)

    agency.refresh_from_db()
    assert (again.status, again.period_start, again.amount_minor) == ("PAST_DUE", at, 7_900)
    assert agency.state == "ACTIVE"


def test_a_cancelled_trial_ends_without_a_bill(agency, trial, owner_actor) -> None:
    cancel_subscription(agency, actor=owner_actor, at=NOON)

    _live(agency, days=40)

    agency.refresh_from_db()
    assert (_current(agency).status, _current(agency).amount_minor) == ("CANCELLED", 0)
    assert agency.state == "SUSPENDED"


def test_a_trial_is_extended(agency, trial, owner_actor) -> None:
    longer = extend_trial(trial, actor=owner_actor, days=10)

    assert longer.trial_until == longer.period_end == NOON + 40 * DAY
    assert DueWork.objects.get(kind=END, key=trial.public_id).due_at == NOON + 40 * DAY


@pytest.mark.parametrize("days", [0, -1, 181])
def test_an_odd_number_of_days_is_refused(trial, owner_actor, days) -> None:
    with pytest.raises(TrialDaysInvalid):
        extend_trial(trial, actor=owner_actor, days=days)


def test_what_is_no_trial_is_not_extended(owed, trial, owner_actor) -> None:
    for row in (owed, trial):
        with pytest.raises(NotInTrial):
            extend_trial(row, actor=owner_actor, days=3)


def test_closing_an_agency_that_staff_closed_changes_nothing(agency, owed) -> None:
    suspend_agency(agency, actor=system_actor(agency), reason="abuse")

    suspend_subscription(owed, actor=system_actor(agency))

    agency.refresh_from_db()
    assert agency.suspended_reason == "abuse"
