"""Notes: the person's until the stay begins, and the agency's own."""

from __future__ import annotations

import pytest

from booking.models import Reservation
from booking.services.cancelling import cancel_reservation
from booking.services.notes import NotesClosed, change_internal_notes, change_notes
from booking.services.reservations import NotesTooLong, Visitor, book_space
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale, version_of


@pytest.fixture
def reservation(space, stay, booker, contact, contact_actor, now) -> Reservation:
    return book_space(
        space,
        stay=stay,
        booker=booker,
        visitor=Visitor(name="Gino", email="gino@trattoria.test", customer=contact.customer),
        actor=contact_actor,
        now=now,
    )


def test_notes_change_until_the_stay_begins(reservation, stay, contact_actor, now) -> None:
    changed = change_notes(reservation, notes=" Due lavagne ", actor=contact_actor, now=now)
    change_notes(reservation, notes="Due lavagne", actor=contact_actor, now=now)

    entry = ActivityEntry.objects.get(event="booking.reservation.noted")
    assert changed.notes == "Due lavagne"
    assert "Due lavagne" not in str(entry.details)
    with pytest.raises(NotesClosed):
        change_notes(reservation, notes="", actor=contact_actor, now=stay.start)


def test_nobody_prepares_what_is_off(reservation, contact_actor, now) -> None:
    gone = cancel_reservation(reservation, actor=contact_actor, now=now)

    with pytest.raises(NotesClosed):
        change_notes(gone, notes="x", actor=contact_actor, now=now)


def test_notes_have_an_end(reservation, contact_actor, owner_actor, now) -> None:
    with pytest.raises(NotesTooLong):
        change_notes(reservation, notes="x" * 1_001, actor=contact_actor, now=now)
    with pytest.raises(NotesTooLong):
        change_internal_notes(reservation, notes="x" * 1_001, actor=owner_actor)


def test_nobody_overwrites_what_a_colleague_wrote_meanwhile(reservation, owner_actor) -> None:
    seen = version_of(reservation)
    change_internal_notes(reservation, notes="Buio", actor=owner_actor, version=seen)

    with pytest.raises(Stale):
        change_internal_notes(reservation, notes="Luce", actor=owner_actor, version=seen)

    reservation.refresh_from_db()
    assert reservation.internal_notes == "Buio"


def test_the_trail_says_to_the_agency_alone_that_internal_notes_changed(
    reservation, owner_actor
) -> None:
    changed = change_internal_notes(reservation, notes="Paga sempre tardi", actor=owner_actor)
    change_internal_notes(reservation, notes="Paga sempre tardi", actor=owner_actor)

    entry = ActivityEntry.objects.get(event="booking.reservation.annotated")
    assert changed.internal_notes == "Paga sempre tardi"
    assert entry.customer_public_id == ""
    assert "tardi" not in str(entry.details)
