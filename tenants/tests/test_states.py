from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from spotex.kernel.actor import Actor
from spotex.kernel.events import list_event_types
from spotex.kernel.machine import IllegalMove
from tenants.states import AGENCY_MACHINE, AgencyAction, AgencyState

LEGAL = {
    (AgencyAction.SUSPEND, AgencyState.ACTIVE): AgencyState.SUSPENDED,
    (AgencyAction.RESUME, AgencyState.SUSPENDED): AgencyState.ACTIVE,
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


def test_the_table_names_events_that_exist() -> None:
    known = {kind.name for kind in list_event_types()}

    assert {move.event for move in AGENCY_MACHINE.moves.values()} <= known


def test_available_offers_what_staff_can_do_now() -> None:
    nobody = Actor(user_id=None)

    assert AGENCY_MACHINE.available(SimpleNamespace(state="ACTIVE"), nobody) == ["suspend"]
    assert AGENCY_MACHINE.available(SimpleNamespace(state="SUSPENDED"), nobody) == ["resume"]
