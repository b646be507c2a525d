"""What the book of credits says of a reservation."""

from __future__ import annotations

from booking.models import CreditEntry, Reservation


def entries_of(reservation: Reservation) -> list[tuple[str, int]]:
    found = CreditEntry.objects.filter(reservation=reservation).order_by("pk")
    return list(found.values_list("kind", "minutes"))
