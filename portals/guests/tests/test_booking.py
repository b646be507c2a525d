"""Guests book on the agency's public pages."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from booking.models import Hold, Reservation
from booking.services.guests import find_code
from booking.services.holds import hold_space
from booking.slots import SlotId
from portals.conftest import stay_in
from portals.guests.views.spaces import CHOICES_PER_HOUR, NEW_GUESTS
from portals.realtime.topics import read_ticket, space_topic
from portals.shared.booking.paying import PAYMENTS_PER_HOUR
from portals.tests.traces.words import find_traces
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.limits import HOUR, require_within
from tenants.models import MailMessage
from tenants.states import PortalName

DETAILS = {"name": "Rita Rivale", "email": "Rita@Rivale.test", "notes": "Due lavagne"}


@pytest.fixture
def new_client(client_for, in_agency):
    return lambda: stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))


@pytest.fixture
def client(new_client) -> Client:
    return new_client()


@pytest.fixture
def choose(client, space, make_stay):
    """Return ``choose(10)``: click on the slot at ten."""

    def click(hour: float = 10, *, client=client, space=space, **options):
        slot = SlotId(space=space.public_id, stay=make_stay(hour))
        body = {"slot": str(slot), "day": str(slot.stay.start.date())}
        return client.post(f"/book/{space.public_id}/hold/", body, **options)

    return click


@pytest.fixture
def held(choose) -> Hold:
    assert choose().status_code == 302
    return Hold.objects.get()


@pytest.fixture
def prove(client, held):
    """Return ``prove(code)``: ask for a code, and type one."""

    def make(code: str | None = None, **changes):
        asked = client.post(f"/book/holds/{held.public_id}/", {**DETAILS, **changes})
        signed = re.search(r'name="details" value="([^"]+)"', asked.content.decode())
        assert signed is not None
        right = find_code(held, email=DETAILS["email"])
        body = {"code": right if code is None else code, "details": signed[1]}
        return client.post(f"/book/holds/{held.public_id}/code/", body)

    return make


def test_from_the_list_to_the_signed_page(client, space, prove) -> None:
    listed = client.get("/book/").content.decode()
    answer = prove()

    assert space.name in listed
    reservation = Reservation.objects.get()
    assert (reservation.name, reservation.email) == ("Rita Rivale", "rita@rivale.test")
    assert reservation.notes == "Due lavagne"
    assert reservation.customer is None
    page = client.get(answer["Location"])
    assert reservation.code in page.content.decode()
    assert b"Your reservation is confirmed" in page.content
    for kind in ("calendar.ics", "cancel/"):
        assert client.get(f"{answer['Location']}{kind}").status_code == 200


def test_who_only_looks_gets_no_cookie(client, space) -> None:
    client.get("/book/")
    client.get(f"/book/{space.public_id}/")

    assert "visitor" not in client.cookies


def test_nothing_counts_before_the_code(client, held, prove) -> None:
    answer = prove("000000")

    assert answer.status_code == 422
    assert "not the code from the mail" in answer.content.decode()
    assert not Reservation.objects.exists()
    assert MailMessage.objects.filter(recipient="rita@rivale.test").count() == 1


@pytest.mark.parametrize("details", ["", "x", "e30:x:y"])
def test_details_that_were_changed_are_asked_again(client, held, details) -> None:
    code = find_code(held, email=DETAILS["email"])

    answer = client.post(f"/book/holds/{held.public_id}/code/", {"code": code, "details": details})

    assert answer["Location"] == f"/book/holds/{held.public_id}/"
    assert not Reservation.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"email": "x"}, {"email": ""}, {"name": " "}, {"name": "x" * 121}, {"notes": "x" * 1_001}],
)
def test_incomplete_details_are_explained(client, held, changes) -> None:
    answer = client.post(f"/book/holds/{held.public_id}/", {**DETAILS, **changes})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not MailMessage.objects.exists()


def test_another_browser_does_not_have_the_hold(new_client, held) -> None:
    other = new_client()

    for path in ("", "code/", "release/"):
        assert other.post(f"/book/holds/{held.public_id}/{path}", DETAILS).status_code == 404
    assert Hold.objects.get().end == ""


def test_a_forged_cookie_is_nobody(client, new_client, held) -> None:
    other = new_client()
    other.cookies["visitor"] = f"{held.booker}:x:y"

    assert other.post(f"/book/holds/{held.public_id}/", DETAILS).status_code == 404


def test_a_guest_is_slower_than_somebody(choose, space, stay, booker, now) -> None:
    hold_space(space, stay=stay, booker=booker, actor=ANONYMOUS, now=now)

    answer = choose()

    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.content.decode()


def test_rooms_for_members_are_not_shown_to_guests(choose, client, make_space) -> None:
    club = make_space(name="Club", members_only=True)

    assert b"Club" not in client.get("/book/").content
    assert client.get(f"/book/{club.public_id}/").status_code == 404
    assert choose(space=club).status_code == 404
    assert client.get(f"/book/live/{club.public_id}").status_code == 404


def test_a_stream_is_counted_by_the_network(client, space) -> None:
    answer = client.get(f"/book/live/{space.public_id}")

    ticket = read_ticket(answer["X-Live-Ticket"])
    assert ticket is not None
    assert ticket.topics == [space_topic(space.public_id)]
    assert ticket.follower == "127.0.0.1"


def test_a_network_does_not_choose_for_ever(choose, space, client) -> None:
    path = f"/book/{space.public_id}/hold/"
    with time_machine.travel(timezone.now(), tick=False):
        choose()
        for _number in range(CHOICES_PER_HOUR - 1):
            assert client.post(path, {"slot": "x"}).status_code == 404

        answer = choose(12)

    assert answer.status_code == 429
    assert Hold.objects.count() == 1


def test_who_takes_no_cookie_does_not_hold_without_limit(choose, new_client) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        codes = [choose(8 + n % 12, client=new_client()).status_code for n in range(50)]

    assert codes == [302] * NEW_GUESTS + [429] * 40
    assert Hold.objects.count() == NEW_GUESTS


def test_a_guest_cancels_by_the_link(client, prove) -> None:
    page = prove()["Location"]

    answer = client.post(f"{page}cancel/", {"reason": "Pioggia"})

    assert answer["Location"] == page
    assert Reservation.objects.get().state == "CANCELLED"
    assert b"This reservation is cancelled" in client.get(page).content


@pytest.mark.parametrize("kind", ["", "cancel/", "calendar.ics"])
def test_a_link_of_another_agency_leads_nowhere(
    prove, client_for, other_agency, in_agency, kind
) -> None:
    page = prove()["Location"]
    other = stay_in(in_agency, client_for(portal=PortalName.CUSTOMER, agency=other_agency))

    assert other.get(f"{page}{kind}").status_code == 404
    assert other.get("/book/reservations/res_x.y/").status_code == 404


def test_what_is_paid_first_leads_to_the_till(client, space, request) -> None:
    space.payment, space.hourly_minor = "PREPAID", 2_000
    space.save()

    answer = request.getfixturevalue("prove")()  # what is held keeps the price of that moment

    assert Reservation.objects.get().state == "PENDING_PAYMENT"
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200


def test_pages_and_mails_do_not_name_the_platform(client, space, prove, held) -> None:
    paths = ["/book/", f"/book/{space.public_id}/", f"/book/holds/{held.public_id}/"]
    shown = [client.get(path).content.decode() for path in paths]
    page = prove()["Location"]
    shown += [client.get(path).content.decode() for path in (page, f"{page}cancel/")]
    shown += [f"{mail.subject}{mail.sender.split('<')[0]}" for mail in MailMessage.objects.all()]

    assert [word for text in shown for word in ("Spotex",) if word in text] == []
    assert find_traces("Spotex") != []


def test_the_till_of_one_reservation_is_opened_only_so_often(client, prove) -> None:
    page = prove()["Location"]
    who = Reservation.objects.get().public_id
    with time_machine.travel(timezone.now(), tick=False):
        for _time in range(PAYMENTS_PER_HOUR):
            require_within("pay", who, allowed=PAYMENTS_PER_HOUR, seconds=HOUR)

        assert client.post(f"{page}pay/").status_code == 429
