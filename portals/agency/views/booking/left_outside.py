"""What is said after hours were changed."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from booking.models import Space
from booking.selectors.reservations import count_left_outside
from portals.shared.htmx import toast
from portals.shared.requests import PortalRequest


def toast_hours(request: PortalRequest, spaces: QuerySet[Space], *, saved: str) -> None:
    """Say that hours are saved, and how many stays were booked that lie outside of them now."""
    count = count_left_outside(spaces.select_related("location"), now=timezone.now())
    if not count:
        toast(request, saved)
        return
    text = ngettext(
        "%(n)s reservation lies outside these hours, and stays as it is.",
        "%(n)s reservations lie outside these hours, and stay as they are.",
        count,
    )
    toast(request, f"{saved} {text % {'n': count}}", tone="warn")
