from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from spotex.kernel.actor import Actor
from spotex.kernel.events import list_event_types
from spotex.kernel.machine import IllegalMove
from tenants.states import (
    AGENCY_MACHINE,
    SUBSCRIPTION_MACHINE,
    AgencyAction,
    AgencyState,
    SubscriptionAction,
    SubscriptionStatus,
)

LEGAL = {
    (AgencyAction.SUSPEND, AgencyState.ACTIVE): AgencyState.SUSPENDED,
    (AgencyAction.RESUME, AgencyState.SUSPENDED): AgencyState.ACTIVE,
    (AgencyAction.CLOSE, AgencyState.ACTIVE): AgencyState.CLOSING,
    (AgencyAction.CLOSE, AgencyState.SUSPENDED): AgencyState.CLOSING,
    (AgencyAction.KEEP, AgencyState.CLOSING): AgencyState.ACTIVE,
    (AgencyAction.END, AgencyState.CLOSING): AgencyState.CLOSED,
}


@pytest.mark.parametrize(("action", "state"), list(product(AgencyAction, AgencyState)))
def test_every_cell_of_the_agency_table(action: AgencyAction, state: AgencyState) -> None:
    agency = SimpleNamespace(state=state)
    target = LEGAL.get((action, state))

    if target is None:
        with pytest.raises(IllegalMove):
            AGENCY_MACHINE.apply(agency, action)
        assert agency.state == state
        return
    AGENCY_MACHINE.apply(agency, action)

    assert agency.state == target


A, S = SubscriptionAction, SubscriptionStatus
LEGAL_OF_SUBSCRIPTIONS = {
    (A.PAY, S.ACTIVE): S.ACTIVE,
    (A.PAY, S.PAST_DUE): S.ACTIVE,
    (A.PAY, S.SUSPENDED): S.ACTIVE,
    (A.FALL_DUE, S.ACTIVE): S.PAST_DUE,
    (A.SUSPEND, S.ACTIVE): S.SUSPENDED,
    (A.SUSPEND, S.PAST_DUE): S.SUSPENDED,
    (A.REACTIVATE, S.SUSPENDED): S.PAST_DUE,
    (A.REACTIVATE, S.CANCELLED): S.PAST_DUE,
    (A.CANCEL, S.TRIAL): S.CANCELLED,
    (A.CANCEL, S.ACTIVE): S.CANCELLED,
    (A.CANCEL, S.PAST_DUE): S.CANCELLED,
    (A.CANCEL, S.SUSPENDED): S.CANCELLED,
    (A.EXPIRE, S.TRIAL): S.EXPIRED,
    (A.EXPIRE, S.ACTIVE): S.EXPIRED,
}


@pytest.mark.parametrize(
    ("action", "status"), list(product(SubscriptionAction, SubscriptionStatus))
)
def test_every_cell_of_the_subscription_table(action, status) -> None:
    subscription = SimpleNamespace(state=status)
    target = LEGAL_OF_SUBSCRIPTIONS.get((action, status))

    if target is None:
        with pytest.raises(IllegalMove):
            SUBSCRIPTION_MACHINE.apply(subscription, action)
        assert subscription.state == status
        return
    SUBSCRIPTION_MACHINE.apply(subscription, action)

    assert subscription.state == target


def test_the_table_names_events_that_exist() -> None:
    known = {kind.name for kind in list_event_types()}

    for machine in (AGENCY_MACHINE, SUBSCRIPTION_MACHINE):
        assert {move.event for move in machine.moves.values()} <= known


def test_available_offers_what_staff_can_do_now() -> None:
    nobody = Actor(user_id=None)

    assert AGENCY_MACHINE.available(SimpleNamespace(state="ACTIVE"), nobody) == ["suspend", "close"]
    suspended = SimpleNamespace(state="SUSPENDED")
    assert AGENCY_MACHINE.available(suspended, nobody) == ["resume", "close"]
