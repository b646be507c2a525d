"""Notes of a reservation: the person's, which both sides read, and the agency's own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events.stays import InternalNotesChanged, NotesChanged
from booking.models import Reservation
from booking.services.reservations import NOTES_MAX_LENGTH, NotesTooLong
from booking.services.rows import lock_reservation
from booking.states import LIVE
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict
from spotex.kernel.events import publish
from spotex.kernel.versions import require_version


class NotesClosed(Conflict):
    """The stay began, or is off: nobody prepares anything for it any more."""

    code = "notes_closed"


def can_note(reservation: Reservation, *, now: datetime) -> bool:
    """Tell whether the notes of a stay may still be changed."""
    return reservation.state in LIVE and now < reservation.starts_at


@transaction.atomic
def change_notes(
    reservation: Reservation, *, notes: str, actor: Actor, now: datetime
) -> Reservation:
    """Change what the person wrote for the agency; the same words change nothing.

    The trail says that they changed, and not what they say: it is kept for ever.

    Raises:
        NotesClosed: the stay began, or is off.
        NotesTooLong: they are longer than can be stored.
    """
    reservation = lock_reservation(reservation)
    if not can_note(reservation, now=now):
        raise NotesClosed(_("Notes can be changed until the stay begins."))
    before, reservation.notes = reservation.notes, _read(notes)
    if reservation.notes != before:
        reservation.save()
        customer = reservation.customer
        publish(
            NotesChanged(
                actor=actor,
                subject_public_id=reservation.public_id,
                subject_name=f"{reservation.space.name} · {reservation.code}",
                customer_public_id=customer.public_id if customer else "",
            )
        )
    return reservation


@transaction.atomic
def change_internal_notes(
    reservation: Reservation, *, notes: str, actor: Actor, version: int | None = None
) -> Reservation:
    """Change what the agency's people write for each other; the same words change nothing.

    The trail says that they changed, to the agency alone, and never what they say.

    Args:
        reservation: the row.
        notes: all of them.
        actor: who writes.
        version: of the reservation as somebody saw it; None to skip the check.

    Raises:
        NotesTooLong: they are longer than can be stored.
        Stale: the reservation was changed meanwhile.
    """
    reservation = lock_reservation(reservation)
    require_version(reservation, seen=version)
    before, reservation.internal_notes = reservation.internal_notes, _read(notes)
    if reservation.internal_notes != before:
        reservation.save()
        publish(
            InternalNotesChanged(
                actor=actor,
                subject_public_id=reservation.public_id,
                subject_name=f"{reservation.space.name} · {reservation.code}",
            )
        )
    return reservation


def _read(notes: str) -> str:
    if len(notes) > NOTES_MAX_LENGTH:
        text = _("Notes have at most %(n)s characters.")
        raise NotesTooLong(text % {"n": NOTES_MAX_LENGTH}, field="notes")
    return notes.strip()
