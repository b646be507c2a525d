"""Fetch and authorise what a report is about."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.models import Space
from booking.months import Month
from booking.selectors.reports import list_report_spaces
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from tenants.access import require
from tenants.permissions import Permission


def access_report_spaces(
    actor: Actor, *, month: Month, location: str = "", space: str = "", customer: str = ""
) -> QuerySet[Space]:
    """Return the spaces of a report, narrowed to public ids that are not ``""``.

    A space comes with its parts: what they sold is a part of its time.

    Raises:
        Missing: one of the ids is of nothing that the actor sees.
        NotAllowed: the role does not carry the permission.
    """
    require(actor, Permission.REPORT_VIEW)
    spaces = list_report_spaces(actor, month=month)
    if location:
        spaces = spaces.filter(location__public_id=location)
    if customer:
        spaces = spaces.filter(location__customer__public_id=customer)
    if space:
        whole = spaces.filter(public_id=space).first()
        if whole is None:
            raise Missing(_("There is no such space."))
        spaces = spaces.filter(unit_low__gte=whole.unit_low, unit_high__lte=whole.unit_high)
    if (location or customer) and not spaces.exists():
        raise Missing(_("There is nothing of this to report on."))
    return spaces
