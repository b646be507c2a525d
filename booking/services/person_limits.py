"""How many reservations of a space somebody may have at a time."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import ngettext

from booking.bookers import Booker
from booking.models import Reservation, Space
from booking.states import LIVE
from spotex.kernel.errors import RuleViolation


class TooManyReservations(RuleViolation):
    """The person has as many reservations of the space as one may."""

    code = "too_many_reservations"


def require_below_limit(space: Space, *, booker: Booker, email: str) -> None:
    """Pass if somebody may have one more reservation of a space.

    A guest is known by the address that was proven, for a cookie is soon another one.

    Raises:
        TooManyReservations: the person has as many as one may.
    """
    if count_allowed(space, booker=booker, email=email) == 0:
        text = ngettext(
            "You have %(n)s reservation here already, which is the most.",
            "You have %(n)s reservations here already, which is the most.",
            space.most_per_person,
        )
        raise TooManyReservations(text % {"n": space.most_per_person})


def count_allowed(space: Space, *, booker: Booker, email: str) -> int | None:
    """Return how many more reservations of a space somebody may have; None for any number."""
    if booker.is_staff or not space.most_per_person:
        return None
    who = Q(booker=booker.key)
    if booker.is_guest:
        who |= Q(email=email.strip().lower(), customer=None)
    mine = Reservation.objects.filter(who, space=space, state__in=LIVE, ends_at__gt=Now())
    return max(space.most_per_person - mine.count(), 0)
