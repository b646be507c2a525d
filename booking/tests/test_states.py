from __future__ import annotations

from itertools import product

import pytest

from booking.states import RESERVATION_MACHINE, ReservationAction, ReservationState
from spotex.kernel.machine import IllegalMove

S = ReservationState
A = ReservationAction

LEGAL = {
    (S.PENDING_APPROVAL, A.APPROVE): S.PENDING_PAYMENT,
    (S.PENDING_APPROVAL, A.DECLINE): S.DECLINED,
    (S.PENDING_APPROVAL, A.CANCEL): S.CANCELLED,
    (S.PENDING_APPROVAL, A.EXPIRE): S.EXPIRED,
    (S.PENDING_PAYMENT, A.CONFIRM): S.CONFIRMED,
    (S.EXPIRED, A.CONFIRM): S.CONFIRMED,
    (S.CONFIRMED, A.CHECK_IN): S.CHECKED_IN,
    (S.PENDING_PAYMENT, A.CANCEL): S.CANCELLED,
    (S.CONFIRMED, A.CANCEL): S.CANCELLED,
    (S.CONFIRMED, A.MISS): S.NO_SHOW,
    (S.CHECKED_IN, A.UNDO_CHECK_IN): S.CONFIRMED,
    (S.NO_SHOW, A.UNDO_MISS): S.CONFIRMED,
    (S.CONFIRMED, A.COMPLETE): S.COMPLETED,
    (S.CHECKED_IN, A.COMPLETE): S.COMPLETED,
    (S.PENDING_PAYMENT, A.EXPIRE): S.EXPIRED,
}


class _Thing:
    def __init__(self, state: str) -> None:
        self.state = state


@pytest.mark.parametrize(("state", "action"), list(product(S, A)))
def test_every_cell_is_decided(state: S, action: A) -> None:
    thing = _Thing(state)

    if (state, action) in LEGAL:
        RESERVATION_MACHINE.apply(thing, action)
        assert thing.state == LEGAL[state, action]
    else:
        with pytest.raises(IllegalMove):
            RESERVATION_MACHINE.apply(thing, action)
