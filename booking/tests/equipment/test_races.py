"""Twenty people want the same three projectors in the same moment."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from booking.bookers import Booker
from booking.models import Hold
from booking.selectors.equipment import count_left
from booking.services.equipment import create_equipment
from booking.services.equipment_prices import Choice
from booking.services.hold_equipment import put_equipment_on_hold
from booking.services.holds import hold_space
from booking.services.reservations import Visitor, book_space
from booking.states import PaymentRule
from booking.tests.test_races import PEOPLE, make_world, tomorrow
from spotex.kernel import locks
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

STOCK = 3


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A slow machine is no reason to tell one of twenty that a row is busy."""
    monkeypatch.setattr(locks, "WAIT_MILLISECONDS", 60_000)


def test_three_get_it_whatever_they_ask_for_with_it_and_in_which_order() -> None:
    """Half book and half hold first; each wants two things, by turns in the opposite order."""
    agency, space = make_world(
        capacity=PEOPLE, seats=PEOPLE, payment=PaymentRule.PREPAID, hourly_minor=1_000
    )
    with agency_scope(agency):
        given = {"actor": system_actor(agency), "stock": STOCK}
        projector = create_equipment(space.location, name="Proiettore", **given)
        board = create_equipment(space.location, name="Lavagna", **given)

    def want(number: int) -> str:
        booker = Booker(key=f"guest_{number}", email=f"g{number}@rivale.test", is_guest=True)
        given = {"stay": tomorrow(10), "booker": booker, "actor": ANONYMOUS, "now": timezone.now()}
        items = [projector, board] if number % 4 < 2 else [board, projector]
        with agency_scope(agency):
            if number % 2:
                visitor = Visitor(name="Rita", email=booker.email)
                choices = [Choice(equipment=one, quantity=1) for one in items]
                book_space(space, visitor=visitor, equipment=choices, **given)
            else:
                hold = hold_space(space, **given)
                wanted = {one.public_id: 1 for one in items}
                put_equipment_on_hold(hold, wanted=wanted, booker=booker, now=timezone.now())
        return "lent"

    results = run_together(PEOPLE, want)

    told = Counter(str(getattr(one, "code", one)) for one in results)
    assert told == {"lent": STOCK, "equipment_taken": PEOPLE - STOCK}
    with agency_scope(agency):
        assert count_left([projector, board], stay=tomorrow(10)) == {
            projector.pk: 0,
            board.pk: 0,
        }
        assert Hold.objects.count() == PEOPLE // 2
