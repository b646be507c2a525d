from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from spotex.kernel.actor import Actor
from spotex.kernel.errors import NotAllowed
from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.closing_steps import STEPS, closing_step, list_closing_steps
from tenants.due import claim_due_work, run_due_work
from tenants.models import Agency, Closure, DueWork, MailMessage, Subscription, User
from tenants.selectors import find_open_closure
from tenants.services.closing import (
    CLOSE_AGENCY,
    ClosingOver,
    NameDiffers,
    begin_closing,
    proceed_with_closing,
    withdraw_closing,
)
from tenants.services.periods import end_period
from tenants.services.settlement import remind_subscription
from tenants.services.staff import actor_of_staff
from tenants.services.suspension import suspend_agency
from tenants.states import AgencyState, ClosureState, SuspensionCause
from tenants.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def closure(agency: Agency, owner_actor: Actor) -> Closure:
    """The end of the agency, asked for."""
    return begin_closing(
        agency, actor=owner_actor, typed_name=" Studio  Acme ", reason="We  retire", at=NOON
    )


def _events(agency: Agency) -> list[str]:
    with agency_scope(agency):
        entries = ActivityEntry.objects.filter(event__contains="clos")
        return list(entries.order_by("pk").values_list("event", flat=True))


def _run_due(at: datetime) -> None:
    for claim in claim_due_work(at=at):
        if claim.kind == CLOSE_AGENCY:
            run_due_work(claim, at=at)


def test_portals_close_and_the_grace_begins(agency: Agency, closure: Closure) -> None:
    agency.refresh_from_db()

    assert agency.state == AgencyState.CLOSING
    assert (closure.state, closure.delete_at) == (ClosureState.GRACE, NOON + 30 * DAY)
    assert (closure.reason, closure.by_staff) == ("We retire", False)
    assert find_open_closure(agency.pk) == closure
    assert DueWork.objects.get(kind=CLOSE_AGENCY).due_at == NOON + 23 * DAY
    assert _events(agency) == ["tenants.agency.closing_requested"]
    mail = MailMessage.objects.get(recipient="owner@acme.test")
    assert "Studio Acme" in mail.subject
    assert "/settings/data/" in mail.text


def test_another_name_ends_nothing(agency: Agency, owner_actor: Actor) -> None:
    with pytest.raises(NameDiffers):
        begin_closing(agency, actor=owner_actor, typed_name="Studio Acm", at=NOON)

    assert Closure.objects.count() == 0


def test_a_program_ends_no_agency(agency: Agency) -> None:
    with pytest.raises(NotAllowed):
        begin_closing(agency, actor=system_actor(agency), typed_name=agency.name, at=NOON)


def test_what_is_ending_does_not_end_twice(
    agency: Agency, closure: Closure, owner_actor: Actor
) -> None:
    with pytest.raises(IllegalMove):
        begin_closing(agency, actor=owner_actor, typed_name=agency.name, at=NOON)


def test_an_owner_takes_it_back(agency: Agency, closure: Closure, owner_actor: Actor) -> None:
    withdraw_closing(agency, actor=owner_actor)

    agency.refresh_from_db()
    closure.refresh_from_db()
    assert (agency.state, closure.state) == (AgencyState.ACTIVE, ClosureState.WITHDRAWN)
    assert not DueWork.objects.filter(kind=CLOSE_AGENCY).exists()
    assert _events(agency)[-1] == "tenants.agency.closing_withdrawn"
    assert MailMessage.objects.filter(recipient="owner@acme.test").count() == 2
    assert proceed_with_closing(closure.public_id, at=NOON + 99 * DAY) is None
    with pytest.raises(ClosingOver):
        withdraw_closing(agency, actor=owner_actor)


def test_it_can_be_asked_for_again(agency: Agency, closure: Closure, owner_actor: Actor) -> None:
    withdraw_closing(agency, actor=owner_actor)

    again = begin_closing(agency, actor=owner_actor, typed_name=agency.name, at=NOON + DAY)

    assert again.delete_at == NOON + 31 * DAY


def test_staff_ends_an_agency_and_it_is_said(agency: Agency) -> None:
    staff = actor_of_staff(UserFactory(is_staff=True), agency=agency)

    closure = begin_closing(
        agency, actor=staff, typed_name=agency.name, reason="fraudulent use", at=NOON
    )

    assert closure.by_staff
    assert "staff" in MailMessage.objects.get(recipient="owner@acme.test").text


def test_what_staff_had_suspended_stays_so(agency: Agency, owner_actor: Actor) -> None:
    suspend_agency(agency, actor=owner_actor, reason="abuse")
    begin_closing(agency, actor=owner_actor, typed_name=agency.name, at=NOON)

    kept = withdraw_closing(agency, actor=owner_actor)

    assert (kept.state, kept.suspension_cause) == (AgencyState.SUSPENDED, SuspensionCause.STAFF)
    assert kept.suspended_reason == "abuse"


def test_what_is_not_paid_stays_closed(agency: Agency, owner_actor: Actor) -> None:
    suspend_agency(agency, actor=owner_actor, reason="unpaid", cause=SuspensionCause.BILLING)
    begin_closing(agency, actor=owner_actor, typed_name=agency.name, at=NOON)
    Subscription.objects.filter(agency=agency, ended_at=None).update(status="SUSPENDED")

    kept = withdraw_closing(agency, actor=owner_actor)

    assert (kept.state, kept.suspension_cause) == (AgencyState.SUSPENDED, SuspensionCause.BILLING)


def test_what_was_paid_meanwhile_opens(agency: Agency, owner_actor: Actor) -> None:
    suspend_agency(agency, actor=owner_actor, reason="unpaid", cause=SuspensionCause.BILLING)
    begin_closing(agency, actor=owner_actor, typed_name=agency.name, at=NOON)

    kept = withdraw_closing(agency, actor=owner_actor)

    assert kept.state == AgencyState.ACTIVE


def test_nothing_is_billed_while_it_ends(agency: Agency, closure: Closure) -> None:
    current = Subscription.objects.get(agency=agency, ended_at=None)
    late = current.period_end + DAY

    again = end_period(current.public_id, at=late), remind_subscription(current.public_id, at=late)

    assert again == (late + DAY, late + DAY)
    assert Subscription.objects.filter(agency=agency).count() == 1


def test_owners_are_reminded_twice_and_once_for_what_was_missed(
    agency: Agency, closure: Closure
) -> None:
    MailMessage.objects.all().delete()

    early = proceed_with_closing(closure.public_id, at=NOON + 22 * DAY)
    first = proceed_with_closing(closure.public_id, at=NOON + 23 * DAY)
    same = proceed_with_closing(closure.public_id, at=NOON + 23 * DAY)
    last = proceed_with_closing(closure.public_id, at=NOON + 29 * DAY)

    assert (early, first, same, last) == (
        NOON + 23 * DAY,
        NOON + 29 * DAY,
        NOON + 29 * DAY,
        NOON + 30 * DAY,
    )
    assert MailMessage.objects.filter(recipient="owner@acme.test").count() == 2
    Closure.objects.update(reminders_sent=0)
    assert proceed_with_closing(closure.public_id, at=NOON + 29 * DAY) == NOON + 30 * DAY
    assert MailMessage.objects.filter(recipient="owner@acme.test").count() == 3


@pytest.mark.parametrize("days", [1, 3, 8])
def test_a_short_grace_has_fewer_reminders(
    settings, agency: Agency, owner_actor: Actor, days: int
) -> None:
    settings.SPOTEX_CLOSING_DAYS = days
    closure = begin_closing(agency, actor=owner_actor, typed_name=agency.name, at=NOON)

    moments, at = [], NOON
    while at < closure.delete_at:
        following = proceed_with_closing(closure.public_id, at=at)
        assert following is not None
        at = following
        moments.append((at - NOON).days)

    assert moments == {1: [1], 3: [2, 3], 8: [1, 7, 8]}[days]


def test_the_appointment_ends_the_grace_for_good(
    agency: Agency, closure: Closure, owner_actor: Actor
) -> None:
    agency_pk = agency.pk
    DueWork.objects.filter(kind=CLOSE_AGENCY).update(due_at=closure.delete_at)

    _run_due(closure.delete_at)

    closure.refresh_from_db()
    assert not Agency.objects.filter(pk=agency_pk).exists()
    assert closure.state == ClosureState.DELETING  # its people wait for their last mail
    assert closure.step == "people"


def test_too_late_is_too_late(agency: Agency, closure: Closure, owner_actor: Actor) -> None:
    Closure.objects.update(state=ClosureState.DELETING)

    with pytest.raises(ClosingOver):
        withdraw_closing(agency, actor=owner_actor)


def test_an_unknown_end_needs_nothing(db: None) -> None:
    assert proceed_with_closing("clo_none", at=NOON) is None


def test_every_step_is_done_by_somebody() -> None:
    assert tuple(list_closing_steps()) == STEPS
    for name in ("nonsense", STEPS[0]):
        with pytest.raises(ValueError, match=name):
            closing_step(name)


def test_a_step_that_nobody_does_is_named(monkeypatch) -> None:
    monkeypatch.setattr("tenants.closing_steps.STEPS", (*STEPS, "moon"))

    with pytest.raises(LookupError, match="moon"):
        list_closing_steps()


def test_an_account_stays_while_its_agency_ends(owner: User, closure: Closure) -> None:
    owner.refresh_from_db()

    assert owner.is_active
