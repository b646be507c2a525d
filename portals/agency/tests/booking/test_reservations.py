"""Reservations in the agency portal: found, cancelled, arrived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from booking.models import Reservation
from booking.states import PaymentRule
from booking.tests.paid import pay_for


def test_reservations_are_searched_and_sorted_into_views(client, book) -> None:
    book(10)
    gone = book(12, name="Rosa Rossi")
    client.post(f"/reservations/{gone.public_id}/cancel/", {"reason": "Pioggia"})

    coming = client.get("/reservations/").content.decode()
    off = client.get("/reservations/?state=OFF").content.decode()
    found = client.get("/reservations/?state=ALL&search=rosa").content.decode()

    assert ("Gino Guest" in coming, "Rosa Rossi" in coming) == (True, False)
    assert ("Gino Guest" in off, "Rosa Rossi" in off) == (False, True)
    assert ("Gino Guest" in found, "Rosa Rossi" in found) == (False, True)
    assert client.get("/reservations/?view=x&page=x&search=%00").status_code == 200


def test_the_refund_is_shown_before_and_the_reason_after_cancelling(
    client, make_space, book, owner_actor, now
) -> None:
    space = make_space(payment="PREPAID", hourly_minor=1_000, free_cancel_hours=0)
    mine = book(10, space=space)
    pay_for(mine, actor=owner_actor, now=now)
    page = f"/reservations/{mine.public_id}/"

    asked = client.get(f"{page}cancel/").content.decode()
    client.post(f"{page}cancel/", {"reason": "Pioggia"})
    again = client.post(f"{page}cancel/", {"reason": "x" * 201})

    mine.refresh_from_db()
    assert "€10.00 go back" in asked
    assert (mine.state, mine.refund_minor, mine.cancel_reason) == ("CANCELLED", 1_000, "Pioggia")
    assert "Pioggia" in client.get(page).content.decode()
    assert again.status_code == 422


def test_people_are_checked_in_or_missed(client, book, owner_actor) -> None:
    here, missed = book(10), book(12)
    here_page, missed_page = (f"/reservations/{one.public_id}/" for one in (here, missed))
    early = [
        client.post(path, follow=True).content.decode()
        for path in (f"{missed_page}no-show/", f"{here_page}check-in/")
    ]
    waiting = client.get(here_page).content.decode()
    Reservation.objects.update(starts_at=datetime(2026, 1, 1, tzinfo=UTC))

    ready = client.get(here_page).content.decode()
    client.post(f"{here_page}check-in/")
    client.post(f"{missed_page}no-show/")

    assert "has not begun yet" in early[0]
    assert "too early" in early[1]
    assert (f"{here_page}check-in/" in waiting, f"{here_page}check-in/" in ready) == (False, True)
    states = Reservation.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["CHECKED_IN", "NO_SHOW"]
    late = client.post(f"{here_page}cancel/", {}, follow=True)
    assert "is not possible while" in late.content.decode()


def test_what_was_noted_by_mistake_is_taken_back(client, book, now) -> None:
    here, missed = book(10), book(12)
    begun = now - timedelta(minutes=5)
    Reservation.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=2))
    client.post(f"/reservations/{here.public_id}/check-in/")
    client.post(f"/reservations/{missed.public_id}/no-show/")

    pages = [
        client.get(f"/reservations/{one.public_id}/").content.decode() for one in (here, missed)
    ]
    client.post(f"/reservations/{here.public_id}/check-in/undo/")
    client.post(f"/reservations/{missed.public_id}/no-show/undo/")

    assert "Undo the check-in" in pages[0]
    assert "They came after all" in pages[1]
    states = Reservation.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["CONFIRMED", "CONFIRMED"]


def test_the_file_of_reservations_holds_what_the_list_shows(client, book) -> None:
    book(10)

    response = client.get("/reservations/export/?state=ALL&columns=code&columns=name&layout=plain")

    assert response.status_code == 200


def test_what_is_still_to_be_paid_is_a_list(client, make_space, book, owner_actor, now) -> None:
    paid_later = {"payment": PaymentRule.PAY_LATER, "hourly_minor": 2_000}
    book(9, space=make_space(name="Gratis"), name="Franco Gratis")
    book(9, space=make_space(name="Dopo", **paid_later), name="Dora Debito")
    settled = book(9, space=make_space(name="Dopo due", **paid_later), name="Sara Saldata")
    pay_for(settled, actor=owner_actor, now=now)

    listed = client.get("/reservations/?state=UNPAID").content.decode()

    assert "Dora Debito" in listed
    assert "Sara Saldata" not in listed
    assert "Franco Gratis" not in listed
