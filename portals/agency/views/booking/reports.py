"""The monthly report: page, files, and who gets it by mail."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.selectors.reports import gets_report_mail
from booking.services.report_mails import choose_report_mail, stop_report_mail
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.reports.page import send_file, show_report
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission


@portal_view(Permission.REPORT_VIEW)
def show(request: PortalRequest) -> HttpResponse:
    """Show what a month brought."""
    mail = {"has_mail": gets_report_mail(request.actor), "can_choose_mail": True}
    return show_report(request, pages="agency:", extra=mail)


@portal_view(Permission.REPORT_VIEW)
def download(request: PortalRequest) -> HttpResponse:
    """Send the month as a file."""
    return send_file(request)


@portal_view(Permission.REPORT_VIEW, methods=("POST",))
def choose_mail(request: PortalRequest) -> HttpResponse:
    """Send the report by mail from now on."""
    return carry_out(
        request,
        lambda: choose_report_mail(actor=request.actor, now=timezone.now()),
        done=_("You get the report by e-mail on the first of each month."),
        then=reverse("agency:report-detail"),
    )


@portal_view(Permission.REPORT_VIEW, methods=("POST",))
def stop_mail(request: PortalRequest) -> HttpResponse:
    """Send it no longer."""
    return carry_out(
        request,
        lambda: stop_report_mail(actor=request.actor),
        done=_("You get no more reports by e-mail."),
        then=reverse("agency:report-detail"),
    )
