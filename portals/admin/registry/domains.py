"""Own domains of agencies: what their DNS and certificates lack, and a new look at them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import action, display
from portals.admin.staff import CREATED, Question, StaffAdmin, read_key, staff_actor
from portals.templatetags.ui import moment
from spotex.kernel.tenancy import agency_scope
from tenants.domain_names import read_domain
from tenants.models import Domain
from tenants.services.domains import request_domain_check


@admin.register(Domain)
class DomainAdmin(StaffAdmin):
    """One row a domain that an agency asked for; only a proved one leads somewhere."""

    list_display = (
        "readable_name",
        "agency_name",
        "portal",
        "state_label",
        "certificate_label",
        "checked",
        "created",
    )
    list_filter = ("state", "certificate_state", "portal", CREATED)
    search_fields = ("domain", "public_id", "tenant__name", "tenant__slug")
    list_select_related = ("tenant",)
    export_fields = (
        "public_id",
        "domain",
        "tenant__slug",
        "portal",
        "state",
        "is_primary",
        "verified_at",
        "broken_at",
        "checked_at",
        "failures",
        "certificate_state",
        "certificate_issuer",
        "certificate_until",
        "certificate_error",
        "created_at",
    )
    actions_detail: ClassVar = ("check_now",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("readable_name", "agency_name"),
                    "domain",
                    ("portal", "is_primary"),
                    ("state", "identity"),
                    ("verified_at", "broken_at"),
                    ("checked", "failures"),
                ),
            },
        ),
        (
            _("Certificate"),
            {
                "fields": (
                    ("certificate_state", "certificate_issuer"),
                    ("certificate_from", "certificate_until"),
                    "certificate_error",
                ),
            },
        ),
    )

    @display(description=_("name"), ordering="domain")
    def readable_name(self, domain: Domain) -> str:
        """Write the domain in its own letters."""
        return read_domain(domain.domain)

    @display(description=_("agency"), ordering="tenant__name")
    def agency_name(self, domain: Domain) -> str:
        """Name the agency."""
        return domain.tenant.name

    @display(
        description=_("state"),
        ordering="state",
        label={"PENDING": "info", "LIVE": "success", "BROKEN": "danger", "LAPSED": "warning"},
    )
    def state_label(self, domain: Domain) -> tuple[str, str]:
        """Show the state in its colour."""
        return domain.state, domain.get_state_display()

    @display(
        description=_("certificate"),
        ordering="certificate_state",
        label={"ISSUED": "success", "FAILED": "danger"},
    )
    def certificate_label(self, domain: Domain) -> tuple[str, str]:
        """Show whether visitors get a certificate."""
        return domain.certificate_state, domain.get_certificate_state_display()

    @display(description=_("checked"), ordering="checked_at")
    def checked(self, domain: Domain) -> str:
        """Show when its records were looked at last."""
        return moment(domain.checked_at) or "–"

    @action(description=_("Check now"), icon="refresh", url_path="check-now")
    def check_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Look at the records again."""
        domain = get_object_or_404(Domain.objects.select_related("tenant"), pk=read_key(object_id))
        return self.confirm(
            request,
            domain,
            Question(
                title=_("Check %(name)s now") % {"name": read_domain(domain.domain)},
                explanation=_(
                    "Its DNS records are looked at again; the result follows in seconds."
                ),
                done=_("The domain is being checked."),
                act=lambda _form: _check(request, domain),
            ),
        )


def _check(request: HttpRequest, domain: Domain) -> None:
    actor = staff_actor(request, agency=domain.tenant)
    with agency_scope(domain.tenant):
        request_domain_check(domain, actor=actor, at=timezone.now())
