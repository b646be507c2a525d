"""``reports``: what a month brought."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from rest_framework.request import Request

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.v1.serializers.reports import ReportOut, ReportQuery, show_report
from portals.reports.choice import Choice, read_comparison
from portals.reports.files import send_comparison
from tenants.permissions import Permission

TAG: Final = "reports"


class BookingReport(Endpoint):
    """The month of the spaces."""

    @operation(
        "Report on bookings",
        tag=TAG,
        scope=Permission.REPORT_VIEW,
        query=ReportQuery,
        answer=ReportOut,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> HttpResponse:
        """Occupancy, money, states, how early people book, and what they wanted in vain.

        A reservation counts in the month in which its stay begins, by the clock of the place. With
        ``format`` the same comes as a file. Lost demand is a few seconds behind.
        """
        kind = filters.pop("format")
        found = read_comparison(actor_of(request), Choice(**filters))
        if kind == "json":
            return answer(show_report(found))
        return send_comparison(found, kind=kind)
