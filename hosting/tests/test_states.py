from __future__ import annotations

from itertools import product

import pytest

from hosting.states import SITE_MACHINE, SiteAction, SiteState
from spotex.kernel.machine import IllegalMove
from tenants.permissions import Permission

S = SiteState
A = SiteAction

LEGAL = {
    (S.DEPLOYING, A.DEPLOY): S.DEPLOYING,
    (S.DEPLOYING, A.DELETE): S.DELETING,
    (S.DEPLOYING, A.FINISH_DEPLOY): S.ACTIVE,
    (S.DEPLOYING, A.FAIL): S.ERROR,
    (S.ACTIVE, A.SUSPEND): S.SUSPENDED,
    (S.ACTIVE, A.RESTART): S.ACTIVE,
    (S.ACTIVE, A.LOGIN): S.ACTIVE,
    (S.ACTIVE, A.CLONE): S.ACTIVE,
    (S.ACTIVE, A.PUSH): S.ACTIVE,
    (S.ACTIVE, A.STEP_BACK): S.ACTIVE,
    (S.ACTIVE, A.CHANGE_PHP): S.ACTIVE,
    (S.ACTIVE, A.DELETE): S.DELETING,
    (S.ACTIVE, A.FAIL): S.ERROR,
    (S.ERROR, A.DEPLOY): S.DEPLOYING,
    (S.ERROR, A.DELETE): S.DELETING,
    (S.SUSPENDED, A.RESUME): S.ACTIVE,
    (S.SUSPENDED, A.DELETE): S.DELETING,
    (S.SUSPENDED, A.FAIL): S.ERROR,
    (S.DELETING, A.DELETE): S.DELETING,
    (S.DELETING, A.FINISH_DELETE): S.DELETED,
}


class _Thing:
    def __init__(self, state: str) -> None:
        self.state = state


@pytest.mark.parametrize(("state", "action"), list(product(SiteState, SiteAction)))
def test_every_cell_is_decided(state: SiteState, action: SiteAction) -> None:
    thing = _Thing(state)

    if (state, action) in LEGAL:
        SITE_MACHINE.apply(thing, action)
        assert thing.state == LEGAL[state, action]
    else:
        with pytest.raises(IllegalMove):
            SITE_MACHINE.apply(thing, action)


def test_only_the_platform_ends_work() -> None:
    free = {action for action, move in SITE_MACHINE.moves.items() if move.permission is None}

    assert free == {A.FINISH_DEPLOY, A.FINISH_DELETE, A.FAIL}


def test_available_hides_what_the_role_may_not_do(viewer_actor, colleague_actor) -> None:
    active = _Thing(S.ACTIVE)

    assert SITE_MACHINE.available(active, viewer_actor) == [A.FAIL]
    assert A.DELETE not in SITE_MACHINE.available(active, colleague_actor)
    assert Permission.SITE_DELETE not in colleague_actor.permissions


def test_contacts_restart_but_never_decide_whether_a_site_is_on_the_net(contact_actor) -> None:
    active, suspended = _Thing(S.ACTIVE), _Thing(S.SUSPENDED)

    assert {A.RESTART, A.LOGIN} <= set(SITE_MACHINE.available(active, contact_actor))
    assert A.SUSPEND not in SITE_MACHINE.available(active, contact_actor)
    assert A.RESUME not in SITE_MACHINE.available(suspended, contact_actor)
