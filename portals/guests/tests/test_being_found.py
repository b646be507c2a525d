"""How guests find the booking pages: from the sign-in page, and shared as a link."""

from __future__ import annotations

import pytest

from portals.conftest import stay_in
from tenants.states import PortalName

LOGIN = "/accounts/login/"
LINK = 'href="/book/"'


@pytest.fixture
def client(client_for, in_agency):
    return stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))


def test_who_has_no_account_is_led_to_the_booking_page(client, client_for, space) -> None:
    assert LINK in client.get(LOGIN).content.decode()
    assert LINK not in client_for().get(LOGIN).content.decode()


def test_nobody_is_led_to_an_empty_page(client, make_space) -> None:
    make_space(members_only=True)

    assert LINK not in client.get(LOGIN).content.decode()


def test_a_shared_link_says_in_the_brand_what_it_is(client, space, make_stay) -> None:
    day = make_stay().start.date()
    shown = client.get(f"/book/{space.public_id}/?day={day}").content.decode()
    listed = client.get("/book/").content.decode()

    assert 'property="og:title" content="Sala Blu · Casa Acme"' in shown
    assert 'property="og:site_name" content="Studio Acme"' in shown
    assert f'rel="canonical" href="/book/{space.public_id}/"' in shown
    assert 'property="og:title" content="Book a space · Studio Acme"' in listed
    assert "noindex" not in shown


def test_what_a_space_says_of_itself_cannot_break_out(client, make_space) -> None:
    space = make_space(description='"><script>alert(1)</script>')

    shown = client.get(f"/book/{space.public_id}/").content.decode()

    assert "<script>alert" not in shown
