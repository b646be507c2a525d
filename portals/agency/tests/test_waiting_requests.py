"""Requests that wait: the number in the menu, and the notice on the overview."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.bookers import Booker
from booking.models import Reservation
from booking.selectors.reservations import sum_requests_for
from booking.services.requests import approve_request
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from tenants.access import system_actor
from tenants.states import PortalName


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def ask(make_space, make_stay, now, in_agency):
    """Return ``ask(10)``: somebody asks for tomorrow at ten."""
    space = make_space(needs_approval=True)

    def make(hour: float = 10) -> Reservation:
        return book_space(
            space,
            stay=make_stay(hour),
            booker=Booker(key=f"guest_{hour}", email="rita@rivale.test", is_guest=True),
            visitor=Visitor(name="Rita Rivale", email="rita@rivale.test"),
            actor=system_actor(in_agency),
            now=now,
        )

    return make


def find_badge(page: str) -> str:
    """Return what stands in the menu behind "Reservations"."""
    found = re.search(r'href="/reservations/"[^>]*>.*?</a>', page, re.DOTALL)
    assert found is not None
    count = re.search(r'class="count".*', found[0], re.DOTALL)
    return count[0] if count else ""


def test_the_menu_says_how_many_wait(client, ask) -> None:
    none = client.get("/spaces/").content.decode()
    ask(10), ask(11)
    two = client.get("/spaces/").content.decode()

    assert find_badge(none) == ""
    assert ">2<" in find_badge(two)
    assert "2 requests wait for your answer" in find_badge(two)


def test_the_overview_says_until_when_the_first_is_kept(client, ask) -> None:
    without = client.get("/").content.decode()
    ask()
    page = client.get("/").content.decode()
    ask(11)

    assert "The first is kept until" in client.get("/").content.decode()
    assert "for your answer" not in without
    assert "1 request waits for your answer" in page
    assert "It is kept until" in page
    assert 'href="/reservations/?state=ASKED"' in page


def test_what_is_answered_or_lapsed_waits_no_more(client, ask, owner_actor, now) -> None:
    approve_request(ask(10), actor=owner_actor, now=now)
    late = ask(11)
    Reservation.objects.filter(pk=late.pk).update(answer_by=now - timedelta(days=1))

    assert find_badge(client.get("/spaces/").content.decode()) == ""


def test_only_who_may_answer_is_told(
    client_for, viewer, contact, in_agency, ask, contact_actor, viewer_actor
) -> None:
    ask()

    page = stay_in(in_agency, client_for(viewer)).get("/").content.decode()
    portal = stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))

    assert find_badge(page) == ""
    assert "for your answer" not in page
    assert 'class="count"' not in portal.get("/").content.decode()
    assert [sum_requests_for(one).count for one in (viewer_actor, contact_actor)] == [0, 0]


@pytest.mark.parametrize("page", ["/spaces/", "/"])
def test_the_number_costs_one_query_however_many_wait(client, ask, page) -> None:
    def count() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return [one["sql"] for one in queries if "answer_by" in one["sql"]]

    ask(10)
    one = count()
    ask(11), ask(12)

    assert (len(one), len(count())) == (1, 1)
    assert "JOIN" not in one[0]


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nowhere/", 404), ("/reservations/res_x/", 404), ("/devices/", 200), ("/profile/", 200)],
)
def test_every_page_can_ask_what_waits(client_for, owner, ask, address, status) -> None:
    ask()

    assert client_for(owner).get(address).status_code == status
