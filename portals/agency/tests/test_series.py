"""Stays that repeat, on the pages of the agency and of the customer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.bookers import booker_of
from booking.models import Hold, Reservation
from booking.services.blocks import block_space
from booking.services.holds import hold_space
from portals.conftest import stay_in
from tenants.models import MailMessage
from tenants.states import PortalName

GUEST = {"name": "Gino Guest", "email": "gino@guest.test"}


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def ask(client, space, stay):
    def make(**more):
        body = {
            **GUEST,
            "day": str(stay.start.date()),
            "starts": "10:00",
            "ends": "11:00",
            "frequency": "DAILY",
            "every": "1",
            "count": "3",
            **more,
        }
        return client.post(f"/calendar/{space.public_id}/book/repeat/", body)

    return make


def test_the_agency_sees_what_is_free_before_it_books(
    client, ask, space, make_stay, owner_actor
) -> None:
    block_space(space, period=make_stay(10, day=2), actor=owner_actor)
    form = client.get(f"/calendar/{space.public_id}/book/repeat/")

    page = ask(step="preview").content.decode()

    assert form.status_code == 200
    assert page.count('type="checkbox" name="days"') == 2
    assert "It is blocked." in page
    assert not Reservation.objects.exists()


def test_the_agency_books_the_chosen_days(client, ask, make_stay) -> None:
    days = [str(make_stay(10, day=day).start.date()) for day in (1, 3)]

    answer = ask(step="book", days=[*days, "nonsense"])

    rows = list(Reservation.objects.order_by("starts_at"))
    assert [str(one.starts_at.date()) for one in rows] == days
    page = client.get(answer["Location"]).content.decode()
    assert "2 stays are booked." in page
    assert "It repeats" in page
    assert f"/reservations/{rows[1].public_id}/" in page
    mail = MailMessage.objects.get(recipient=GUEST["email"])
    assert mail.text.count("10:00") == 2


def test_who_is_faster_is_told(client, ask, make_stay, space, owner_actor) -> None:
    days = [str(make_stay(10, day=day).start.date()) for day in (1, 2)]
    block_space(space, period=make_stay(10, day=2), actor=owner_actor)

    answer = ask(step="book", days=days)

    page = client.get(answer["Location"]).content.decode()
    assert "1 stay is booked. 1 was not possible any more." in page


def test_a_pattern_without_an_end_is_refused_at_its_field(ask) -> None:
    answer = ask(count="")

    assert answer.status_code == 422
    assert "Say until when, or how often" in answer.content.decode()


def test_calling_off_this_and_the_following(client, ask, make_stay) -> None:
    ask(step="book", days=[str(make_stay(10, day=day).start.date()) for day in (1, 2, 3)])
    first, second, third = Reservation.objects.order_by("starts_at")
    page = client.get(f"/reservations/{second.public_id}/cancel/").content.decode()

    client.post(f"/reservations/{second.public_id}/cancel/", {"scope": "following"})

    assert "This one and those after it" in page
    states = Reservation.objects.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["CONFIRMED", "CANCELLED", "CANCELLED"]
    assert first.series == third.series


def test_a_customer_books_a_hold_again_and_again(
    client_for, contact, in_agency, space, stay, contact_actor, now
) -> None:
    client = stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))
    hold = hold_space(
        space, stay=stay, booker=booker_of(contact_actor), actor=contact_actor, now=now
    )
    path = f"/holds/{hold.public_id}/repeat/"
    body = {"frequency": "WEEKLY", "every": "1", "count": "2"}

    link = client.get(f"/holds/{hold.public_id}/").content.decode()
    form = client.get(path)
    preview = client.post(path, {**body, "step": "preview"}).content.decode()
    days = [str((stay.start + timedelta(days=7 * number)).date()) for number in (0, 1)]
    answer = client.post(path, {**body, "step": "book", "days": days})

    assert path in link
    assert form.status_code == 200
    assert preview.count("checked") == 2
    rows = list(Reservation.objects.order_by("starts_at"))
    assert [str(one.starts_at.date()) for one in rows] == days
    assert {one.customer_id for one in rows} == {contact.customer_id}
    assert Hold.objects.get().end == "BOOKED"
    page = client.get(answer["Location"]).content.decode()
    assert "It repeats" in page
    cancel = client.post(f"/reservations/{rows[0].public_id}/cancel/", {"scope": "all"})
    assert cancel.status_code == 302
    assert set(Reservation.objects.values_list("state", flat=True)) == {"CANCELLED"}
