"""Hosts of sites, spare sites and single steps: to look at; workflows write them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hosting.operations.models import OperationStep, SiteRoute, SpareSite
from portals.admin.decorators import display
from portals.admin.names import name_kind
from portals.admin.staff import CREATED, StaffAdmin
from portals.shared.operations import STEPS
from portals.templatetags.ui import duration, moment


@admin.register(SiteRoute)
class SiteRouteAdmin(StaffAdmin):
    """One row a host that leads to a site; unique over all agencies."""

    list_display = ("host", "kind", "agency_name", "site", "created")
    list_filter = ("kind", CREATED)
    search_fields = ("host", "site", "agency__name", "agency__slug")
    list_select_related = ("agency",)
    export_fields = ("host", "kind", "agency__slug", "site", "cron_due_at", "created_at")
    fieldsets = (
        (None, {"fields": (("host", "kind"), ("agency_name", "site"), ("cron_due_at", "created"))}),
    )

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, row: SiteRoute) -> str:
        """Name the agency."""
        return row.agency.name


@admin.register(SpareSite)
class SpareSiteAdmin(StaffAdmin):
    """One row a site that is installed before anybody wants it."""

    list_display = ("site", "state_label", "engine", "language", "php_version", "created")
    list_filter = ("state", "engine", "language", CREATED)
    search_fields = ("site", "engine", "language", "wordpress_version")
    export_fields = (
        "site",
        "state",
        "engine",
        "language",
        "php_version",
        "wordpress_version",
        "lease_until",
        "created_at",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("site", "state"),
                    ("engine", "language"),
                    ("php_version", "wordpress_version"),
                    ("lease", "created"),
                ),
            },
        ),
    )

    @display(
        description=_("state"), ordering="state", label={"PREPARING": "info", "READY": "success"}
    )
    def state_label(self, row: SpareSite) -> tuple[str, str]:
        """Show the state in its colour."""
        return row.state, row.get_state_display()

    @display(description=_("lease until"), ordering="lease_until")
    def lease(self, row: SpareSite) -> str:
        """Show until when a worker has it."""
        return moment(row.lease_until)


@admin.register(OperationStep)
class OperationStepAdmin(StaffAdmin):
    """One row a step of an operation; its page shows what it wrote."""

    list_display = (
        "step_name",
        "subject",
        "kind",
        "agency_name",
        "state_label",
        "took",
        "tries",
        "created",
    )
    list_filter = ("state", "name", "operation__kind", CREATED)
    search_fields = (
        "name",
        "operation__public_id",
        "operation__subject",
        "operation__subject_name",
        "operation__agency__name",
    )
    list_select_related = ("operation__agency",)
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    export_fields = (
        "operation__public_id",
        "operation__kind",
        "operation__agency__slug",
        "position",
        "name",
        "state",
        "started_at",
        "finished_at",
        "tries",
        "log",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("step_name", "state"),
                    ("subject", "kind"),
                    ("agency_name", "tries"),
                    ("started_at", "finished_at"),
                    "log",
                ),
            },
        ),
    )

    @display(description=_("step"), ordering="name")
    def step_name(self, step: OperationStep) -> str:
        """Name the step."""
        return str(STEPS.get(step.name, step.name))

    @display(description=_("subject"), ordering="operation__subject_name")
    def subject(self, step: OperationStep) -> str:
        """Name what is worked on."""
        return step.operation.subject_name

    @display(description=_("kind"), ordering="operation__kind")
    def kind(self, step: OperationStep) -> str:
        """Name the operation."""
        return name_kind(step.operation.kind)

    @display(description=_("agency"), ordering="operation__agency__name")
    def agency_name(self, step: OperationStep) -> str:
        """Name the agency."""
        return step.operation.agency.name

    @display(
        description=_("state"),
        ordering="state",
        label={"PENDING": "info", "RUNNING": "info", "DONE": "success", "FAILED": "danger"},
    )
    def state_label(self, step: OperationStep) -> tuple[str, str]:
        """Show the state in its colour."""
        return step.state, step.get_state_display()

    @display(description=_("took"))
    def took(self, step: OperationStep) -> str:
        """Show how long the last try took."""
        return duration(step.seconds) or "–"
