"""Archives that agencies asked for; what is in them stays theirs."""

from __future__ import annotations

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import display
from portals.admin.staff import CREATED, StaffAdmin
from tenants.models import Export


@admin.register(Export)
class ExportAdmin(StaffAdmin):
    """One row an archive."""

    list_display = ("identity", "agency", "state_label", "size", "attempts", "created")
    list_filter = ("state", CREATED)
    search_fields = ("public_id", "agency__name", "agency__slug", "requested_by__email")
    list_select_related = ("agency", "requested_by")
    export_fields = (
        "public_id",
        "agency__slug",
        "state",
        "failure",
        "requested_by__email",
        "created_at",
        "ready_at",
        "expires_at",
        "bytes",
        "rows",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("identity", "agency"),
                    ("state", "failure"),
                    ("requested_by", "created"),
                    ("size", "rows"),
                    ("ready_at", "expires_at"),
                    ("attempts", "lease_until"),
                ),
            },
        ),
    )

    @display(
        description=_("state"),
        ordering="state",
        label={"READY": "success", "FAILED": "danger", "RUNNING": "info", "QUEUED": "info"},
    )
    def state_label(self, export: Export) -> tuple[str, str]:
        """Show the state in its colour."""
        return export.state, export.get_state_display()

    @display(description=_("size"), ordering="bytes")
    def size(self, export: Export) -> str:
        """Show how large the file is."""
        return str(filesizeformat(export.bytes))
