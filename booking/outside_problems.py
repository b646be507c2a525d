"""Why a calendar elsewhere cannot be used: cause and remedy, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.calendar_reading import ReadingProblem
from spotex.kernel.outgoing import FetchProblem


class Explanation(NamedTuple):
    """What is wrong, and what helps."""

    cause: str | Promise
    remedy: str | Promise


_AGAIN: Final = _("We try again by ourselves.")
_COPY: Final = _("Copy the address from the other calendar once more.")

PROBLEMS: Final[Mapping[str, Explanation]] = MappingProxyType(
    {
        FetchProblem.ADDRESS_INVALID: Explanation(
            _("This is no address from which a calendar can be read."),
            _("It begins with https:// and contains no password."),
        ),
        FetchProblem.ADDRESS_INTERNAL: Explanation(
            _("The address leads into a private network."),
            _("Give one that anybody on the internet can reach."),
        ),
        FetchProblem.NAME_UNKNOWN: Explanation(_("Nobody knows this host."), _COPY),
        FetchProblem.NOT_REACHED: Explanation(_("The other side cannot be reached."), _AGAIN),
        FetchProblem.TOO_SLOW: Explanation(_("The other side answers too slowly."), _AGAIN),
        FetchProblem.TOO_LARGE: Explanation(
            _("The calendar is too large."),
            _("Share a calendar with the bookings of this space only."),
        ),
        FetchProblem.TOO_MANY_REDIRECTS: Explanation(
            _("The address leads from one to the next without end."), _COPY
        ),
        FetchProblem.REFUSED: Explanation(
            _("The other side refuses us."),
            _("Share the calendar there by a secret address, and give that address here."),
        ),
        FetchProblem.NOT_FOUND: Explanation(
            _("There is no calendar at this address any more."), _COPY
        ),
        FetchProblem.ANSWERED_BADLY: Explanation(_("The other side has a disturbance."), _AGAIN),
        ReadingProblem.NOT_A_CALENDAR: Explanation(
            _("What is there is no calendar."),
            _("Choose the address or the file that ends in .ics, not the page of the calendar."),
        ),
        ReadingProblem.TOO_MANY_EVENTS: Explanation(
            _("The calendar has too many events."),
            _("Share a calendar with the bookings of this space only."),
        ),
        ReadingProblem.RULE_TOO_DENSE: Explanation(
            _("An event repeats more often than a space can be booked."),
            _("Remove the event that repeats every hour, minute or second."),
        ),
        ReadingProblem.TOO_MUCH_WORK: Explanation(
            _("The calendar takes too long to work out."),
            _("Remove events with unusual repetitions."),
        ),
    },
)
