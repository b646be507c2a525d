"""Twenty people use a voucher that counts five times, in the same moment."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from booking.bookers import Booker
from booking.models import Hold, Space, Voucher
from booking.selectors.vouchers import list_counting_uses
from booking.services.hold_vouchers import put_voucher_on_hold
from booking.services.holds import hold_space
from booking.services.reservations import Visitor, book_space
from booking.services.vouchers import create_voucher
from booking.states import PaymentRule
from booking.tests.test_races import PEOPLE, make_world, tomorrow
from spotex.kernel import locks
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.models import Agency
from tenants.tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

USES = 5


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A slow machine is no reason to tell one of twenty that a row is busy."""
    monkeypatch.setattr(locks, "WAIT_MILLISECONDS", 60_000)


def make_voucher(**limits: int) -> tuple[Agency, Space, Voucher]:
    """Return an agency with room for all, and a voucher that is not for all."""
    agency, space = make_world(
        capacity=PEOPLE, seats=PEOPLE, payment=PaymentRule.PREPAID, hourly_minor=1_000
    )
    with agency_scope(agency):
        voucher = create_voucher(actor=system_actor(agency), code="FIERA", percent=50, **limits)
    return agency, space, voucher


def use_at_once(agency: Agency, space: Space, *, email: str = "") -> Counter[str]:
    """Let all hold or book with the code at once, by turns; count what they are told."""

    def use(number: int) -> str:
        address = email or f"guest{number}@rivale.test"
        booker = Booker(key=f"guest_{number}", email=address, is_guest=True)
        given = {"stay": tomorrow(10), "booker": booker, "actor": ANONYMOUS, "now": timezone.now()}
        with agency_scope(agency):
            if number % 2:
                visitor = Visitor(name="Rita", email=address)
                book_space(space, visitor=visitor, voucher="fiera", **given)
            else:
                hold = hold_space(space, **given)
                put_voucher_on_hold(hold, code="fiera", booker=booker, now=timezone.now())
        return "used"

    results = run_together(PEOPLE, use)
    return Counter(str(getattr(one, "code", one)) for one in results)


def test_it_is_used_exactly_as_often_as_it_may_be() -> None:
    agency, space, voucher = make_voucher(most_uses=USES)

    told = use_at_once(agency, space)

    assert told == {"used": USES, "voucher_used_up": PEOPLE - USES}
    with agency_scope(agency):
        assert list_counting_uses(voucher).count() == USES
        cheap = Hold.objects.filter(total_minor=500).count()
        assert cheap <= USES
        assert Hold.objects.count() == PEOPLE // 2


def test_one_person_at_twenty_windows_uses_it_as_often_as_one_may() -> None:
    agency, space, voucher = make_voucher(most_per_person=2)

    told = use_at_once(agency, space, email="rita@rivale.test")

    assert told == {"used": 2, "voucher_used_up": PEOPLE - 2}
    with agency_scope(agency):
        assert list_counting_uses(voucher).count() == 2
