"""Requests in the agency portal: who asks, and saying yes or no."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from booking.bookers import Booker
from booking.models import Claim, Reservation, Space
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from portals.stay_times import write_moment
from tenants.access import system_actor
from tenants.models import MailMessage

GUEST = Booker(key="guest_1", name="Rita", email="rita@rivale.test", is_guest=True)


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def ask(make_space, stay, now, in_agency):
    """Return ``ask(**fields of the space)``: a guest asks for tomorrow at ten."""

    def make(**fields) -> Reservation:
        return book_space(
            make_space(needs_approval=True, **fields),
            stay=stay,
            booker=GUEST,
            visitor=Visitor(name="Rita Rivale", email="rita@rivale.test", notes="Due lavagne"),
            actor=system_actor(in_agency),
            now=now,
        )

    return make


def page_of(reservation: Reservation) -> str:
    return f"/reservations/{reservation.public_id}/"


def test_a_request_stands_in_its_own_view_and_on_its_page(client, ask) -> None:
    request = ask()

    listed = client.get("/reservations/?state=ASKED").content.decode()
    page = client.get(page_of(request)).content.decode()

    assert "Rita Rivale" in listed
    assert "Waits for your answer until" in page
    assert f"{page_of(request)}approve/" in page
    assert f"{page_of(request)}decline/" in page
    assert f"{page_of(request)}check-in/" not in page


def test_a_yes_confirms(client, ask) -> None:
    request = ask()

    asked = client.get(f"{page_of(request)}approve/").content.decode()
    done = client.post(f"{page_of(request)}approve/", {"words": "Con piacere"}, follow=True)

    request.refresh_from_db()
    assert "Due lavagne" in asked
    assert (request.state, request.answer) == ("CONFIRMED", "Con piacere")
    assert "gets the confirmation" in done.content.decode()
    assert "Con piacere" in done.content.decode()
    assert "Con piacere" in MailMessage.objects.latest("pk").text


def test_a_yes_to_what_is_paid_first_asks_for_the_money(client, ask) -> None:
    request = ask(payment="PREPAID", hourly_minor=2_000)

    done = client.post(f"{page_of(request)}approve/", {}, follow=True).content.decode()

    request.refresh_from_db()
    assert request.state == "PENDING_PAYMENT"
    assert "link to pay" in done
    assert "To be paid by" in done


def test_a_no_says_why(client, ask) -> None:
    request = ask()

    long = client.post(f"{page_of(request)}decline/", {"words": "x" * 501})
    done = client.post(f"{page_of(request)}decline/", {"words": "Lavori"}, follow=True)

    request.refresh_from_db()
    assert long.status_code == 422
    assert (request.state, request.answer) == ("DECLINED", "Lavori")
    assert "the time is free again" in done.content.decode()
    mail = MailMessage.objects.latest("pk")
    assert (mail.recipient, "Lavori" in mail.text) == ("rita@rivale.test", True)
    assert "Rita Rivale" in client.get("/reservations/?state=OFF").content.decode()


def test_a_late_yes_says_so(client, ask, now) -> None:
    request = ask()
    Claim.objects.update(valid=(request.created_at.replace(year=2020), request.created_at))

    done = client.post(f"{page_of(request)}approve/", {}, follow=True).content.decode()

    request.refresh_from_db()
    assert request.state == "PENDING_APPROVAL"
    assert "not kept any more" in done


def test_a_space_is_told_to_ask(client, space) -> None:
    form = client.get(f"/spaces/{space.public_id}/edit/").content.decode()
    Space.objects.update(needs_approval=True)

    assert "Each stay needs our yes" in form
    assert "On request" in client.get(f"/spaces/{space.public_id}/").content.decode()


def test_viewers_do_not_answer(client_for, viewer, ask, in_agency) -> None:
    request = ask()
    looking = stay_in(in_agency, client_for(viewer))

    for verdict in ("approve", "decline"):
        assert looking.post(f"{page_of(request)}{verdict}/").status_code == 403
    assert f"{page_of(request)}approve/" not in looking.get(page_of(request)).content.decode()


def test_the_yes_says_until_when_the_time_is_kept(client, ask, settings) -> None:
    settings.SPOTEX_APPROVED_SECONDS = 3_600
    request = ask(payment="PREPAID", hourly_minor=2_000)

    with time_machine.travel(request.created_at.replace(minute=7, second=0), tick=False):
        shown = client.get(f"{page_of(request)}approve/").content.decode()
        kept_until = timezone.now() + timedelta(hours=1)

    assert f"The time is kept until {write_moment(kept_until, zone=ZoneInfo('Etc/UTC'))}" in shown
