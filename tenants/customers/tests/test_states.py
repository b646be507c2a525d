from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from spotex.kernel.actor import Actor
from spotex.kernel.events import list_event_types
from spotex.kernel.machine import IllegalMove
from tenants.customers.states import (
    CONTACT_MACHINE,
    CUSTOMER_MACHINE,
    ContactAction,
    ContactState,
    CustomerAction,
    CustomerState,
)
from tenants.permissions import Permission

LEGAL = {
    (CustomerAction.ARCHIVE, CustomerState.ACTIVE): CustomerState.ARCHIVED,
    (CustomerAction.RESTORE, CustomerState.ARCHIVED): CustomerState.ACTIVE,
    (ContactAction.INVITE_AGAIN, ContactState.INVITED): ContactState.INVITED,
    (ContactAction.INVITE_AGAIN, ContactState.REMOVED): ContactState.INVITED,
    (ContactAction.ACCEPT, ContactState.INVITED): ContactState.ACTIVE,
    (ContactAction.REMOVE, ContactState.INVITED): ContactState.REMOVED,
    (ContactAction.REMOVE, ContactState.ACTIVE): ContactState.REMOVED,
}
CELLS = [
    *((CUSTOMER_MACHINE, *cell) for cell in product(CustomerAction, CustomerState)),
    *((CONTACT_MACHINE, *cell) for cell in product(ContactAction, ContactState)),
]


@pytest.mark.parametrize(("machine", "action", "state"), CELLS)
def test_every_cell_of_the_tables(machine, action: str, state: str) -> None:
    subject = SimpleNamespace(state=state)
    target = LEGAL.get((action, state))

    if target is None:
        with pytest.raises(IllegalMove):
            machine.apply(subject, action)
        assert subject.state == state
        return
    machine.apply(subject, action)

    assert subject.state == target


def test_the_tables_name_events_that_exist() -> None:
    known = {kind.name for kind in list_event_types()}
    named = {
        move.event
        for machine in (CUSTOMER_MACHINE, CONTACT_MACHINE)
        for move in machine.moves.values()
    }

    assert named <= known


def test_available_asks_for_the_permission() -> None:
    customer = SimpleNamespace(state="ACTIVE")
    looker = Actor(user_id=1, permissions=frozenset({Permission.CUSTOMER_VIEW}))
    worker = Actor(user_id=2, permissions=frozenset({Permission.CUSTOMER_MANAGE}))

    assert CUSTOMER_MACHINE.available(customer, looker) == []
    assert CUSTOMER_MACHINE.available(customer, worker) == ["archive"]
