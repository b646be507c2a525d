"""Who leaves the list, or lets an offer pass, makes room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.bookers import Booker
from booking.models import Claim, Hold
from booking.services.holds import release_hold
from booking.services.waiting import (
    leave_waiting_list,
)
from booking.states import WishState
from booking.tests.expired import expire
from booking.tests.waiting.line import states
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.machine import IllegalMove
from tenants.customers.states import CustomerState


def test_leaving_frees_what_was_offered_and_is_done_once(
    taken, wait, tend, free, owner_actor
) -> None:
    wish = wait()
    free()
    tend()

    leave_waiting_list(wish, actor=owner_actor)
    again = leave_waiting_list(wish, actor=owner_actor)

    assert again.state == WishState.LEFT
    assert Hold.objects.latest("pk").end == "RELEASED"
    assert not Claim.objects.filter(
        pk=Hold.objects.latest("pk").claim, valid__contains=timezone.now() + timedelta(minutes=1)
    ).exists()


def test_leaving_waits_for_who_books_the_offer_in_this_moment(
    taken, wait, tend, free, owner_actor
) -> None:
    wish = wait()
    free()
    tend()

    with CaptureQueriesContext(connection) as queries:
        leave_waiting_list(wish, actor=owner_actor)

    asked = [one["sql"] for one in queries]
    first = next(
        sql for sql in asked if 'FROM "booking_hold"' in sql and "FOR NO KEY UPDATE" in sql
    )
    changed = [sql for sql in asked if 'UPDATE "booking_wish"' in sql or "booking_claim" in sql]
    assert asked.index(first) < min(asked.index(sql) for sql in changed)


def test_who_was_too_late_cannot_leave_any_more(taken, wait, tend, free, owner_actor) -> None:
    wish = wait()
    free()
    tend()
    expire(Hold.objects.latest("pk"))

    with pytest.raises(IllegalMove):
        leave_waiting_list(wish, actor=owner_actor)


def test_who_lets_an_offer_pass_makes_room_for_the_next(taken, wait, tend, free) -> None:
    wait("anna")
    wait("bea")
    free()
    tend()

    expire(Hold.objects.latest("pk"))
    tend()

    assert states() == [WishState.MISSED, WishState.OFFERED]


def test_who_gives_an_offer_back_makes_room_for_the_next(taken, wait, tend, free) -> None:
    first = wait("anna")
    wait("bea")
    free()
    tend()

    release_hold(Hold.objects.latest("pk"), booker=Booker(key=first.booker), actor=ANONYMOUS)
    tend()

    assert states() == [WishState.LEFT, WishState.OFFERED]


def test_a_customer_that_is_archived_waits_no_longer(taken, wait, tend, free, customer) -> None:
    wait(customer=customer)
    free()
    customer.state = CustomerState.ARCHIVED
    customer.save()

    tend()

    assert states() == [WishState.OVER]
