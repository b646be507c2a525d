"""Parameters of ``reservations``."""

from __future__ import annotations

from typing import Any

from booking.services.cancelling import REASON_MAX_LENGTH
from booking.states import ReservationState
from portals.api.fields import Choice, Input, ListQuery, Moment, PublicId, Text


class CancelQuery(Input):
    """Why, in a few words, for the other side; and how much of a series."""

    reason = Text(required=False, allow_blank=True, max_length=REASON_MAX_LENGTH, default="")
    scope = Choice(choices=["one", "following", "all"], required=False, default="one")


class ReservationQuery(ListQuery):
    """Which reservations; ``from`` and ``to`` find stays that touch the time between them."""

    state = Choice(choices=ReservationState.values, required=False)
    space = PublicId("spc", required=False)
    location = PublicId("loc", required=False)
    customer = PublicId("cus", required=False)
    ordering = Choice(
        choices=["starts_at", "-starts_at", "created_at", "-created_at"],
        required=False,
        default="-starts_at",
    )

    def get_fields(self) -> dict[str, Any]:
        """Return the parameters: one has a name that the language keeps for itself."""
        return {
            **super().get_fields(),
            "from": Moment(required=False),
            "to": Moment(required=False),
        }
