"""The page on which a hold is booked: what changes its price leaves what was typed alone."""

from __future__ import annotations

from datetime import UTC

import pytest

from booking.models import Hold, Reservation
from booking.services.credits import grant_credit
from booking.services.holds import hold_space
from booking.services.packages import create_package
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from portals.conftest import stay_in
from tenants.states import PortalName

SUM = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "stay-sum"}


@pytest.fixture
def visitor(client_for, contact, in_agency):
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def paid(space, owner_actor):
    return change_space(space, actor=owner_actor, payment="PREPAID", hourly_minor=1_000)


@pytest.fixture
def hold(paid, stay, booker, contact_actor, now) -> Hold:
    return hold_space(paid, stay=stay, booker=booker, actor=contact_actor, now=now)


@pytest.fixture
def voucher(in_agency, owner_actor):
    return create_voucher(actor=owner_actor, code="ESTATE", percent=25)


def test_a_voucher_changes_the_sum_and_not_what_was_typed(visitor, hold, voucher) -> None:
    answer = visitor.post(f"/holds/{hold.public_id}/voucher/", {"voucher": "estate"}, **SUM)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Voucher ESTATE" in shown
    assert "Book for €7.50" in shown
    assert 'name="notes"' not in shown


def test_a_code_that_does_not_count_is_told_beside_it(visitor, hold, voucher) -> None:
    answer = visitor.post(f"/holds/{hold.public_id}/voucher/", {"voucher": "INVERNO"}, **SUM)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="INVERNO" aria-invalid="true" aria-describedby="voucher_error"' in shown
    assert 'id="voucher_error"' in shown


def test_credits_change_the_sum_and_not_what_was_typed(
    visitor, hold, customer, owner_actor, now
) -> None:
    package = create_package(actor=owner_actor, name="Dieci ore", minutes=600)
    grant_credit(customer, package=package, actor=owner_actor, now=now, zone=UTC)

    answer = visitor.post(f"/holds/{hold.public_id}/credits/", {"use": "1"}, **SUM)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "of your credits pay for it" in shown
    assert 'name="notes"' not in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deposit_percent": 30}, "Book, and pay €3.00 now"),
        ({"deposit_percent": 30, "needs_approval": True}, "Send the request"),
        ({"deposit_percent": 30, "payment": "PAY_LATER"}, "Book for €10.00"),
    ],
)
def test_the_button_says_what_is_paid_at_once(
    visitor, paid, stay, booker, owner_actor, contact_actor, now, changes, said
) -> None:
    space = change_space(paid, actor=owner_actor, **changes)
    hold = hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    assert said in visitor.get(f"/holds/{hold.public_id}/").content.decode()
    assert not Reservation.objects.exists()
