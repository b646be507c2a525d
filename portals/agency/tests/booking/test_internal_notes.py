"""Internal notes that two colleagues write at once."""

from __future__ import annotations

import pytest

from booking.bookers import booker_of
from booking.models import Reservation
from booking.services.notes import change_internal_notes
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from spotex.kernel.versions import version_of


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def reservation(space, stay, owner_actor, now) -> Reservation:
    return book_space(
        space,
        stay=stay,
        booker=booker_of(owner_actor),
        visitor=Visitor(name="Gino", email="gino@guest.test"),
        actor=owner_actor,
        now=now,
    )


def test_both_versions_are_seen_before_one_is_kept(client, reservation, owner_actor) -> None:
    page = f"/reservations/{reservation.public_id}/notes/"
    seen = version_of(reservation)
    saved = change_internal_notes(reservation, notes="Buio in sala", actor=owner_actor)

    outrun = client.post(page, {"notes": "Vuole la lavagna", "version": seen})
    shown = outrun.content.decode()
    after = client.post(page, {"notes": "Vuole la lavagna", "version": version_of(saved)})

    reservation.refresh_from_db()
    assert outrun.status_code == 409
    assert "Buio in sala" in shown
    assert "Vuole la lavagna" in shown
    assert f'name="version" value="{version_of(saved)}"' in shown
    assert (after.status_code, reservation.internal_notes) == (302, "Vuole la lavagna")
