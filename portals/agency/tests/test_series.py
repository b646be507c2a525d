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
    day = make_stay(10, day=2).start
    assert f"1 stay is booked. Not {day:%A} {day.day} {day:%B} {day.year}: It is blocked." in page


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


def test_with_nothing_ticked_the_list_stays_with_the_reason(ask, make_stay) -> None:
    seen = [str(make_stay(10, day=day).start.date()) for day in (1, 2, 3)]

    page = ask(step="book", seen=seen).content.decode()

    assert "Choose at least one of the days." in page
    assert page.count('type="checkbox" name="days"') == 3
    assert page.count("checked") == 0
    assert not Reservation.objects.exists()


def test_what_was_taken_out_stays_out_and_what_is_new_is_ticked(ask, make_stay) -> None:
    seen = [str(make_stay(10, day=day).start.date()) for day in (1, 2, 3)]

    page = ask(step="preview", seen=seen, days=seen[:2], count="5").content.decode()

    assert page.count('type="checkbox" name="days"') == 5
    assert page.count("checked") == 4


def test_a_wrong_field_shows_no_list(ask) -> None:
    page = ask(step="book", count="").content.decode()

    assert "Say until when, or how often" in page
    assert 'name="days"' not in page


def test_what_makes_no_sense_any_more_shows_no_list(ask, space, make_stay) -> None:
    space.is_bookable = False
    space.save()

    page = ask(step="book", days=[str(make_stay(10).start.date())]).content.decode()

    assert 'name="days"' not in page


def test_prices_stand_beside_the_stays_and_below_them(ask, space, make_stay) -> None:
    space.payment, space.hourly_minor = "PAY_LATER", 1_000
    space.save()

    page = ask(step="preview").content.decode()

    assert page.count("€10.00") == 3
    assert "€30.00" in page


@pytest.fixture
def repeat(client_for, contact, in_agency, space, stay, contact_actor, now):
    """Ask for a stay of the contact, held for the first time, every day."""
    client = stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))
    booker = booker_of(contact_actor)
    hold = hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)
    body = {"frequency": "DAILY", "every": "1", "count": "4"}

    def make(**more):
        return client, client.post(f"/holds/{hold.public_id}/repeat/", {**body, **more})

    return make


def test_no_more_are_ticked_than_one_may_have(repeat, space, make_stay) -> None:
    space.most_per_person = 2
    space.save()
    days = [str(make_stay(10, day=day).start.date()) for day in (1, 2, 3, 4, 5)]

    _client, answer = repeat(step="preview")
    client, booked = repeat(step="book", days=days[:4])

    page = answer.content.decode()
    assert "You may have 2 more reservations here: choose which." in page
    assert page.count("checked") == 2
    assert page.count('type="checkbox" name="days"') == 4
    said = client.get(booked["Location"]).content.decode()
    assert "2 stays are booked. Not" in said
    assert said.count("You have 2 reservations here already") == 2


def test_many_that_were_missed_are_counted(repeat, space, make_stay) -> None:
    space.most_per_person = 1
    space.save()
    days = [str(make_stay(10, day=day).start.date()) for day in range(1, 6)]

    client, booked = repeat(step="book", days=days, count="5")

    assert "Nor 1 more." in client.get(booked["Location"]).content.decode()


def test_what_is_paid_first_is_refused_before_any_question(repeat, space) -> None:
    space.payment, space.hourly_minor = "PREPAID", 1_000
    space.save()

    _client, answer = repeat()

    assert answer.status_code == 422
    assert "booked one by one" in answer.content.decode()


def test_how_many_are_cancelled_is_said(client, ask, make_stay) -> None:
    ask(step="book", days=[str(make_stay(10, day=day).start.date()) for day in (1, 2, 3)])
    first = Reservation.objects.order_by("starts_at")[0]

    client.post(f"/reservations/{first.public_id}/cancel/", {"scope": "all"})

    page = client.get(f"/reservations/{first.public_id}/").content.decode()
    assert "3 reservations are cancelled." in page
