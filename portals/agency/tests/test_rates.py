"""Rates of a space in the agency portal, and what customers see of them."""

from __future__ import annotations

import pytest

from booking.models import Space
from booking.rates import Peak, read_peaks, write_peaks
from booking.services.spaces import change_space
from portals.conftest import stay_in
from spotex.kernel.versions import version_of
from tenants.customers.models import Customer

RATES = {
    "payment": "PREPAID",
    "hourly": "12.50",
    "half_day": "40",
    "half_day_hours": "4",
    "daily": "70",
    "weekly": "",
    "monthly": "",
    "member_percent": "10",
}
PEAK = {"weekdays": ["4", "5"], "starts": "17:00", "ends": "00:00", "percent": "25", "price": ""}


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def rated(space, owner_actor) -> Space:
    return change_space(
        space,
        actor=owner_actor,
        payment="PREPAID",
        hourly_minor=1_000,
        daily_minor=5_000,
        peaks=write_peaks([Peak(weekdays=(5,), starts=540, ends=600, percent=-30)]),
    )


def page_of(space: Space, tail: str = "") -> str:
    return f"/spaces/{space.public_id}/rates/{tail}"


def send(client, space: Space, tail: str = "", **data):
    data.setdefault("version", version_of(Space.objects.get(pk=space.pk)))
    return client.post(page_of(space, tail), data)


def test_rates_are_saved_and_shown_with_examples(client, space) -> None:
    answer = send(client, space, **RATES)

    assert answer.status_code == 302
    saved = Space.objects.get(pk=space.pk)
    assert (saved.payment, saved.hourly_minor, saved.half_day_minor) == ("PREPAID", 1_250, 4_000)
    assert (saved.daily_minor, saved.weekly_minor, saved.member_percent) == (7_000, 0, 10)
    page = client.get(page_of(space)).content.decode()
    assert "€12.50" in page
    assert "1 half day at €40.00" in page
    assert "7 days at €70.00" in page
    assert "€490.00" in page


def test_a_price_is_asked_for_where_it_is_paid(client, space) -> None:
    answer = send(client, space, **{**RATES, "hourly": "", "half_day": "", "daily": ""})

    assert answer.status_code == 422
    assert "Give a price, or make it free of charge." in answer.content.decode()
    assert Space.objects.get(pk=space.pk).payment == "FREE"


@pytest.mark.parametrize(
    "wrong", [{"hourly": "-1"}, {"hourly": "x"}, {"daily": "1.234"}, {"member_percent": "101"}]
)
def test_nonsense_is_refused(client, space, wrong) -> None:
    assert send(client, space, **{**RATES, **wrong}).status_code == 422


def test_who_was_slower_keeps_the_text(client, space, owner_actor) -> None:
    seen = version_of(space)
    change_space(space, actor=owner_actor, capacity=9)

    answer = send(client, space, **RATES, version=seen)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="12.50"' in page
    assert str(version_of(Space.objects.get(pk=space.pk))) in page


def test_hours_with_another_price_are_added_and_removed(client, rated) -> None:
    assert send(client, rated, "hours/", **PEAK).status_code == 302

    peaks = read_peaks(Space.objects.get(pk=rated.pk).peaks)
    assert peaks[0] == Peak(weekdays=(4, 5), starts=1_020, ends=1_440, percent=25)
    page = client.get(page_of(rated)).content.decode()
    assert "€12.50" in page
    assert "−30 %" in page
    assert send(client, rated, "hours/remove/", peak="0").status_code == 302
    assert len(read_peaks(Space.objects.get(pk=rated.pk).peaks)) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"price": "9"}, "either a share or a price"),
        ({"percent": ""}, "either a share or a price"),
        ({"starts": "18:00", "ends": "17:00"}, "The end must be after the beginning"),
        (
            {"weekdays": ["5"], "starts": "09:30", "ends": "10:30"},
            "Two of these times are the same",
        ),
        ({"weekdays": []}, "This field is required"),
        ({"weekdays": ["9"]}, "Select a valid choice"),
        ({"starts": "25:00"}, "Enter a valid time"),
    ],
)
def test_impossible_hours_are_refused(client, rated, changes, said) -> None:
    answer = send(client, rated, "hours/", **{**PEAK, **changes})

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_price_instead_of_a_share(client, rated) -> None:
    send(client, rated, "hours/", **{**PEAK, "percent": "", "price": "9"})

    assert read_peaks(Space.objects.get(pk=rated.pk).peaks)[0].hourly_minor == 900


def test_adding_hours_to_what_changed_meanwhile(client, rated) -> None:
    answer = send(client, rated, "hours/", **PEAK, version=version_of(rated) + 1)

    assert answer.status_code == 409
    assert send(client, rated, "hours/remove/", peak="0", version=1).status_code == 302
    assert len(Space.objects.get(pk=rated.pk).peaks) == 1


@pytest.mark.parametrize("number", ["1", "-1", "x", ""])
def test_hours_that_are_not_there_cannot_be_removed(client, rated, number) -> None:
    assert send(client, rated, "hours/remove/", peak=number).status_code == 404


def test_the_pages_of_the_space_say_what_it_costs(client, rated) -> None:
    page = client.get(f"/spaces/{rated.public_id}/").content.decode()

    assert "€10.00" in page
    assert "A day" in page
    assert "Saturday" in page
    assert "€10.00 an hour" in client.get("/spaces/").content.decode()


def test_a_customer_becomes_a_member(client, customer) -> None:
    form = {
        "name": customer.name,
        "email": customer.email,
        "is_member": "on",
        "version": customer.version,
    }

    answer = client.post(f"/customers/{customer.public_id}/edit/", form)

    assert answer.status_code == 302
    assert Customer.objects.get(pk=customer.pk).is_member
    assert "Member prices" in client.get(f"/customers/{customer.public_id}/").content.decode()
