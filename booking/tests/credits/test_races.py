"""Twenty people of one company use its credits in the same moment."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from booking.bookers import Booker
from booking.models import CreditEntry, Space
from booking.selectors.credits import with_left
from booking.services.credits import grant_credit
from booking.services.hold_credits import put_credits_on_hold
from booking.services.holds import hold_space
from booking.services.packages import create_package
from booking.services.reservations import Visitor, book_space
from booking.states import PaymentRule
from booking.tests.test_races import PEOPLE, make_world, tomorrow
from spotex.kernel import locks
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.models import Customer
from tenants.models import Agency
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

HOURS = 5


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A slow machine is no reason to tell one of twenty that a row is busy."""
    monkeypatch.setattr(locks, "WAIT_MILLISECONDS", 60_000)


def use_at_once(agency: Agency, space: Space, *, customer: Customer) -> Counter[str]:
    """Let all hold or book an hour with the credits at once, by turns; count what they are told."""

    def use(number: int) -> str:
        booker = Booker(key=f"user_{number}", email="a@b.test", customer_id=customer.pk)
        given = {"stay": tomorrow(10), "booker": booker, "actor": ANONYMOUS, "now": timezone.now()}
        with agency_scope(agency):
            if number % 2:
                visitor = Visitor(name="Rita", email="a@b.test", customer=customer)
                book_space(space, visitor=visitor, with_credits=True, **given)
            else:
                hold = hold_space(space, **given)
                put_credits_on_hold(hold, use=True, booker=booker, now=timezone.now())
        return "used"

    results = run_together(PEOPLE, use)
    return Counter(str(getattr(one, "code", one)) for one in results)


def test_they_reach_exactly_as_far_as_they_reach() -> None:
    agency, space = make_world(
        capacity=PEOPLE, seats=PEOPLE, payment=PaymentRule.PREPAID, hourly_minor=1_000
    )
    actor = system_actor(agency)
    with agency_scope(agency):
        customer = Customer.objects.create(name="Trattoria", email="t@t.test")
        package = create_package(actor=actor, name="Ore", minutes=60)
        for _each in range(HOURS):
            now = timezone.now()
            grant_credit(customer, package=package, actor=actor, now=now, zone=now.tzinfo)

    told = use_at_once(agency, space, customer=customer)

    assert told == {"used": HOURS, "credits_unusable": PEOPLE - HOURS}
    with agency_scope(agency):
        lots = with_left(customer.credit_account.credits.all())
        assert [lot.left for lot in lots] == [0] * HOURS
        used = -sum(CreditEntry.objects.filter(kind="USED").values_list("minutes", flat=True))
        assert used + sum(lot.reserved for lot in lots) == HOURS * 60
