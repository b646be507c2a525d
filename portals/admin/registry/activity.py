"""The platform's own trail. Each agency's trail is shown on the agency's page."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import display
from portals.admin.staff import StaffAdmin
from spotex.kernel.models import ActivityEntry


@admin.register(ActivityEntry)
class ActivityEntryAdmin(StaffAdmin):
    """One row for each thing that happened; nothing can be changed."""

    list_display = ("created_at", "event", "who", "subject_name", "via", "address")
    list_filter = ("via", "event", "created_at")
    search_fields = ("event", "actor_name", "subject_name", "subject_public_id", "address")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("created_at", "event"),
                    ("who", "actor_public_id"),
                    ("via", "address"),
                    ("subject_name", "subject_public_id"),
                    "changes",
                ),
            },
        ),
    )

    @display(description=_("who"))
    def who(self, entry: ActivityEntry) -> str:
        """Name the person and the role."""
        return f"{entry.actor_name} · {entry.actor_role}" if entry.actor_role else entry.actor_name

    @display(description=_("details"))
    def changes(self, entry: ActivityEntry) -> str:
        """Show before and after."""
        return json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
