"""Migrations of agencies' schemas: which were applied when, and which failed why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import display
from portals.admin.staff import CREATED, StaffAdmin
from tenants.models import SchemaMigration


class FailedFilter(admin.SimpleListFilter):
    """Separates what failed."""

    title = _("outcome")
    parameter_name = "failed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the one choice beside all."""
        return [("yes", _("failed"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SchemaMigration]
    ) -> QuerySet[SchemaMigration]:
        """Keep the failures when asked."""
        return queryset.exclude(error="") if self.value() == "yes" else queryset


@admin.register(SchemaMigration)
class SchemaMigrationAdmin(StaffAdmin):
    """One row for each migration in each schema."""

    list_display = ("created", "agency_name", "migration", "error")
    list_filter = (FailedFilter, CREATED)
    search_fields = ("schema", "migration", "agency__name", "error")
    list_select_related = ("agency",)
    fieldsets = (
        (
            None,
            {"fields": (("agency_name", "schema"), ("migration", "created"), "error")},
        ),
    )

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, row: SchemaMigration) -> str:
        """Name the agency whose schema it is."""
        return row.agency.name if row.agency else ""
