"""The monthly report of what belongs to the customer's company."""

from __future__ import annotations

from django.http import HttpResponse

from portals.shared.access import portal_view
from portals.shared.reports.page import send_file, show_report
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission


@portal_view(Permission.REPORT_VIEW)
def show(request: PortalRequest) -> HttpResponse:
    """Show what a month brought."""
    return show_report(request, pages="customer:", extra={})


@portal_view(Permission.REPORT_VIEW)
def download(request: PortalRequest) -> HttpResponse:
    """Send the month as a file."""
    return send_file(request)
