"""Schemas of agencies: what is kept ready for them, and which migrations failed why."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import display
from portals.admin.filters import make_filter
from portals.admin.staff import CREATED, StaffAdmin
from portals.templatetags.ui import number
from tenants.models import SchemaBlueprint, SchemaMigration, SpareSchema


@admin.register(SchemaMigration)
class SchemaMigrationAdmin(StaffAdmin):
    """One row for each migration in each schema."""

    list_display = ("created", "agency_name", "migration", "error")
    list_filter = (
        make_filter("failed", title=_("outcome"), word=_("failed"), condition=~Q(error="")),
        CREATED,
    )
    search_fields = ("schema", "migration", "agency__name", "error")
    list_select_related = ("agency",)
    export_fields = ("created_at", "agency__slug", "schema", "migration", "error")
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


@admin.register(SpareSchema)
class SpareSchemaAdmin(StaffAdmin):
    """One row a schema that waits for the next agency."""

    list_display = ("schema", "version", "created")
    list_filter = (CREATED,)
    search_fields = ("schema", "fingerprint")
    export_fields = (("schema", _("schema")), ("fingerprint", _("migrations")), "created_at")
    fieldsets = ((None, {"fields": (("schema", "version"), "created")}),)

    @display(description=_("migrations"), ordering="fingerprint")
    def version(self, row: SpareSchema) -> str:
        """Name the set of migrations that it was made from."""
        return row.fingerprint[:12]


@admin.register(SchemaBlueprint)
class SchemaBlueprintAdmin(StaffAdmin):
    """One row for each set of migrations that schemas were made from."""

    list_display = ("version", "size", "created")
    list_filter = (CREATED,)
    search_fields = ("fingerprint",)
    export_fields = (("fingerprint", _("migrations")), "created_at")
    fieldsets = ((None, {"fields": (("version", "size"), "created")}),)

    @display(description=_("migrations"), ordering="fingerprint")
    def version(self, row: SchemaBlueprint) -> str:
        """Name the set of migrations."""
        return row.fingerprint[:12]

    @display(description=_("characters"))
    def size(self, row: SchemaBlueprint) -> str:
        """Show how long its statements are."""
        return number(len(row.statements))
