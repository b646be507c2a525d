"""Spaces and reservations in the customer portal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from booking.models import Hold, Reservation
from booking.selectors.reservations import list_open_holds
from booking.services.holds import hold_space
from booking.services.reservations import Visitor, book_space
from booking.slots import SlotId
from booking.tests.paid import pay_for
from portals.conftest import stay_in
from spotex.kernel.actor import ANONYMOUS
from tenants.states import PortalName

HTMX = {"hx-request": "true", "hx-target": "space-live"}


@pytest.fixture
def client(client_for, contact, in_agency) -> Client:
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def url():
    """Return ``url("space-detail", space)``: an address of the customer portal."""
    return lambda name, row: reverse(
        f"customer:{name}", args=[row.public_id], urlconf="portals.customer.urls"
    )


@pytest.fixture
def choose(client, url, make_stay, space):
    """Return ``choose(10)``: click on the slot at ten."""

    def click(hour: float, *, space=space, name="slot", client=client, **options):
        slot = SlotId(space=space.public_id, stay=make_stay(hour))
        body = {name: str(slot), "day": str(slot.stay.start.date())}
        return client.post(url("space-hold", space), body, **options)

    return click


@pytest.fixture
def reservation(space, stay, booker, contact_actor, contact, now) -> Reservation:
    visitor = Visitor(name="Carla Cliente", email="carla@company.test", customer=contact.customer)
    return book_space(
        space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
    )


def test_a_slot_is_held_by_one_click_without_scripts(choose, client) -> None:
    answer = choose(10)

    assert answer.status_code == 302
    page = client.get(answer["Location"].partition("#")[0]).content.decode()
    assert "Held for you" in page
    assert "Give it back" in page


def test_a_slot_is_held_by_one_click_in_place(choose, booker) -> None:
    answer = choose(10, headers=HTMX)

    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.lstrip().startswith('<div class="stack" id="space-live"')
    assert text.count('slot-mine"') == 1
    assert 'data-countdown="' in text
    assert list_open_holds(booker.key).count() == 1


def test_the_slot_next_to_it_makes_the_hold_longer(choose, booker, make_stay) -> None:
    for hour in (10, 11, 9):
        assert choose(hour).status_code == 302

    hold = Hold.objects.get()
    assert (hold.starts_at, hold.ends_at) == (make_stay(9).start, make_stay(11).end)


def test_slots_are_given_back_from_the_ends(choose, booker, make_stay) -> None:
    for hour in (10, 11):
        choose(hour)

    choose(10, name="drop")
    assert Hold.objects.get().starts_at == make_stay(11).start
    choose(11, name="drop")
    choose(11, name="drop")
    assert not list_open_holds(booker.key).exists()


def test_the_shortest_stay_is_held_around_the_slot(choose, make_space, make_stay) -> None:
    room = make_space(name="Sala lunga", min_minutes=120)

    choose(19, space=room)

    hold = Hold.objects.get()
    assert (hold.starts_at, hold.ends_at) == (make_stay(18).start, make_stay(19).end)


def test_who_is_slower_reads_so_in_the_grid(choose, space, stay, rival, now) -> None:
    hold_space(space, stay=stay, booker=rival, actor=ANONYMOUS, now=now)

    answer = choose(10, headers=HTMX)

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Somebody else was faster" in text
    assert "slot-held" in text
    assert 'data-until="' in text
    assert "Rita" not in text


@pytest.mark.parametrize(
    "slot", ["", "slot_x", "\0", "slot_00000000000000000000000000_20261122t1000z_60"]
)
def test_nonsense_is_no_slot(client, url, space, slot) -> None:
    answer = client.post(url("space-hold", space), {"slot": slot})

    assert answer.status_code == 404
    assert not Hold.objects.exists()


def test_a_slot_of_another_length_is_no_slot(client, url, space, make_stay) -> None:
    slot = SlotId(space=space.public_id, stay=make_stay(10, hours=3))

    assert client.post(url("space-hold", space), {"slot": str(slot)}).status_code == 404


@pytest.mark.parametrize("hour", [7, 22, 10.5, 10 - 48])
def test_what_a_rule_forbids_is_explained(choose, hour) -> None:
    answer = choose(hour)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Hold.objects.exists()


@pytest.mark.parametrize("day", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31", "\0"])
def test_a_strange_day_shows_the_nearest(client, url, space, day) -> None:
    answer = client.get(url("space-detail", space), {"day": day})

    assert answer.status_code == 200
    assert 'aria-current="date"' in answer.content.decode()


def test_booking_explains_and_confirms(choose, client, url, space, contact) -> None:
    space.payment, space.hourly_minor = "PAY_LATER", 1_220
    space.save()
    choose(10)
    hold = Hold.objects.get()

    page = client.get(url("hold-book", hold)).content.decode()
    answer = client.post(url("hold-book", hold), {"notes": "Due lavagne"})

    assert "€12.20" in page
    assert "€2.20" in page
    assert "You pay later." in page
    reservation = Reservation.objects.get()
    assert answer["Location"] == url("reservation-detail", reservation)
    assert reservation.customer == contact.customer
    assert reservation.notes == "Due lavagne"
    assert "Due lavagne" in client.get(answer["Location"]).content.decode()


def test_notes_that_are_too_long_keep_the_hold(choose, client, url, booker) -> None:
    choose(10)

    answer = client.post(url("hold-book", Hold.objects.get()), {"notes": "x" * 1_001})

    assert answer.status_code == 422
    assert list_open_holds(booker.key).exists()


def test_a_hold_that_is_over_leads_back_to_the_slots(choose, client, url) -> None:
    choose(10)
    hold = Hold.objects.get()
    client.post(url("hold-release", hold))

    for answer in (client.get(url("hold-book", hold)), client.post(url("hold-book", hold), {})):
        assert answer.status_code == 302
        assert "/spaces/" in answer["Location"]
    assert not Reservation.objects.exists()


def test_anothers_hold_is_not_there(client, url, space, stay, rival, now) -> None:
    hold = hold_space(space, stay=stay, booker=rival, actor=ANONYMOUS, now=now)

    for name in ("hold-book", "hold-release"):
        assert client.post(url(name, hold), {}).status_code == 404
    assert list_open_holds(rival.key).exists()


def test_what_is_paid_first_leads_to_the_till_and_says_until_when(
    choose, client, url, space
) -> None:
    space.payment, space.hourly_minor = "PREPAID", 1_000
    space.save()
    choose(10)

    answer = client.post(url("hold-book", Hold.objects.get()), {})

    reservation = Reservation.objects.get()
    assert "€10.00" in client.get(answer["Location"]).content.decode()
    page = client.get(url("reservation-detail", reservation)).content.decode()
    assert "To be paid by" in page
    assert "Waiting for payment" in page
    again = client.post(url("reservation-pay", reservation))
    assert again.status_code == 302
    assert again["Location"].startswith(answer["Location"][:20])


def test_cancelling_says_before_what_comes_back(
    client, url, reservation, contact_actor, now
) -> None:
    Reservation.objects.update(
        payment_rule="PREPAID", total_minor=5_000, starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=3, hours=1),
    )  # fmt: skip
    reservation.refresh_from_db()

    unpaid = client.get(url("reservation-cancel", reservation)).content.decode()
    pay_for(reservation, actor=contact_actor, now=now)
    page = client.get(url("reservation-cancel", reservation)).content.decode()
    answer = client.post(url("reservation-cancel", reservation), {"reason": "Pioggia"})

    assert "come back to you" not in unpaid
    assert "€50.00 come back to you" in page
    assert answer.status_code == 302
    reservation.refresh_from_db()
    assert (reservation.state, reservation.refund_minor) == ("CANCELLED", 5_000)
    assert "Pioggia" in client.get(answer["Location"]).content.decode()


def test_what_was_cancelled_is_not_offered_to_be_cancelled(client, url, reservation) -> None:
    client.post(url("reservation-cancel", reservation), {})

    assert (
        "cannot be cancelled" in client.get(url("reservation-cancel", reservation)).content.decode()
    )
    assert client.post(url("reservation-cancel", reservation), {}).status_code == 302


def test_the_file_for_the_calendar(client, url, reservation) -> None:
    answer = client.get(url("reservation-download", reservation))

    event = Calendar.from_ical(answer.content).events[0]
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"{reservation.code}.ics" in answer["Content-Disposition"]
    assert event["uid"].startswith(reservation.public_id)
    assert event["dtstart"].dt == reservation.starts_at


def test_the_lists_need_as_many_queries_for_three_rows_as_for_one(
    client, make_space, space, make_stay, booker, contact_actor, contact, now, count_queries
) -> None:
    visitor = Visitor(name="Carla", email="carla@company.test", customer=contact.customer)

    def book(hour) -> None:
        book_space(
            space,
            stay=make_stay(hour),
            booker=booker,
            visitor=visitor,
            actor=contact_actor,
            now=now,
        )

    book(9)
    pages = ["/spaces/", "/reservations/"]
    for page in pages:
        client.get(page)
    before = [count_queries(client, page) for page in pages]
    for number in range(2):
        make_space(name=f"Sala {number}")
        book(12 + number)

    assert [count_queries(client, page) for page in pages] == before


@pytest.fixture
def count_queries():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(client: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    return count


def test_the_past_and_the_search(client, reservation) -> None:
    assert reservation.code not in client.get("/reservations/?view=past").content.decode()
    assert "Sala Blu" in client.get(f"/reservations/?search={reservation.code}").content.decode()
    assert "Sala Blu" in client.get("/spaces/?search=blu").content.decode()
    assert "No space found" in client.get("/spaces/?search=zzz").content.decode()


def test_what_is_called_off_has_a_list_of_its_own(client, url, reservation) -> None:
    client.post(url("reservation-cancel", reservation), {})
    link = f'href="{url("reservation-detail", reservation)}"'

    lists = {view: client.get(f"/reservations/?view={view}") for view in ("", "past", "off")}

    assert [view for view, page in lists.items() if link in page.content.decode()] == ["off"]
    assert "Nothing booked" in lists[""].content.decode()


def test_nothing_called_off_says_so(client) -> None:
    assert "Nothing called off" in client.get("/reservations/?view=off").content.decode()


def test_a_higher_price_is_shown_before_anything_moves(
    client, url, space, stay, booker, contact_actor, contact, now
) -> None:
    space.payment, space.hourly_minor = "PAY_LATER", 1_000
    space.save()
    visitor = Visitor(name="Carla", email="carla@company.test", customer=contact.customer)
    made = book_space(
        space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
    )
    body = {
        "space": space.public_id,
        "day": str(stay.start.date()),
        "starts": "10:00",
        "ends": "13:00",
    }

    asked = client.post(url("reservation-move", made), body)
    made.refresh_from_db()
    wrong = client.post(url("reservation-move", made), {**body, "most_minor": "-1 000"})
    before = made.ends_at
    answer = client.post(url("reservation-move", made), {**body, "most_minor": "3000"})

    assert (asked.status_code, wrong.status_code) == (422, 422)
    page = asked.content.decode()
    assert "There it costs €30.00 instead of €10.00." in page
    assert 'name="most_minor" value="3000"' in page
    assert before == stay.end
    assert answer.status_code == 302
    said = client.get(answer["Location"]).content.decode()
    assert "The reservation is moved. It costs €30.00 now." in said


def test_the_first_page_shows_what_comes_next(
    client, url, make_stay, space, booker, contact_actor, contact, now
) -> None:
    empty = client.get("/").content.decode()
    visitor = Visitor(name="Carla", email="carla@company.test", customer=contact.customer)
    for hour in range(8, 14):
        made = book_space(
            space,
            stay=make_stay(hour),
            booker=booker,
            visitor=visitor,
            actor=contact_actor,
            now=now,
        )

    page = client.get("/").content.decode()

    assert "Next reservations" not in empty
    assert "No sites yet" in empty
    assert page.count('class="list-row" href="/reservations/') == 5
    assert url("reservation-detail", made) not in page
    assert "See all reservations" in page
    assert "No sites yet" not in page
