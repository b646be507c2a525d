"""The page on which a guest books: what changes the price leaves what was typed alone."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.models import Hold
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from booking.slots import SlotId
from portals.conftest import stay_in
from tenants.states import PortalName

SUM = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "stay-sum"}


@pytest.fixture
def client(client_for, in_agency) -> Client:
    return stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))


@pytest.fixture
def held(client, space, make_stay, owner_actor) -> Hold:
    change_space(space, actor=owner_actor, payment="PREPAID", hourly_minor=1_000)
    create_voucher(actor=owner_actor, code="ESTATE", percent=25)
    slot = SlotId(space=space.public_id, stay=make_stay(10))
    body = {"slot": str(slot), "day": str(slot.stay.start.date())}
    assert client.post(f"/book/{space.public_id}/hold/", body).status_code == 302
    return Hold.objects.get()


@pytest.mark.parametrize(("code", "status"), [("estate", 200), ("inverno", 422)])
def test_a_voucher_leaves_name_and_address_alone(client, held, code, status) -> None:
    answer = client.post(f"/book/holds/{held.public_id}/voucher/", {"voucher": code}, **SUM)

    shown = answer.content.decode()
    assert answer.status_code == status
    assert ("Voucher ESTATE" in shown) == (status == 200)
    assert ('value="inverno"' in shown) == (status == 422)
    assert 'name="email"' not in shown


def test_while_the_code_is_asked_for_no_voucher_is(client, held) -> None:
    page = f"/book/holds/{held.public_id}/"
    assert 'name="voucher"' in client.get(page).content.decode()

    asked = client.post(page, {"name": "Rita Rivale", "email": "rita@rivale.test", "notes": ""})

    shown = asked.content.decode()
    assert 'name="code"' in shown
    assert 'name="voucher"' not in shown
    assert "Book for €10.00" in shown
