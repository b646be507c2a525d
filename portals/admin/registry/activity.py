"""The platform's own trail. Each agency's trail is shown on the agency's page."""

from __future__ import annotations

import json
from operator import itemgetter

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import display
from portals.admin.names import name_actor, tell_entry
from portals.admin.staff import CREATED, StaffAdmin
from portals.shared.trail import DOORS, KINDS
from spotex.kernel.events import list_event_types
from spotex.kernel.models import ActivityEntry
from tenants.models import User

STAFF_OFFERED = 100


class KindFilter(admin.SimpleListFilter):
    """Keeps the lines about one kind of thing."""

    title = _("about")
    parameter_name = "kind"

    def lookups(self, request, model_admin):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Name every kind that an event of this release has."""
        kinds = {kind.name.rpartition(".")[0] for kind in list_event_types() if kind.audited}
        return sorted(((kind, str(KINDS.get(kind, kind))) for kind in kinds), key=itemgetter(1))

    def queryset(self, request, queryset):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Keep the kind that is asked for."""
        return queryset.filter(event__startswith=f"{self.value()}.") if self.value() else queryset


class StaffFilter(admin.SimpleListFilter):
    """Keeps what one member of the staff did."""

    title = _("Spotex staff")
    parameter_name = "staff"

    def lookups(self, request, model_admin):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Name who is of the staff."""
        people = User.objects.filter(is_staff=True).order_by("full_name", "pk")
        return [(user.public_id, str(user)) for user in people[:STAFF_OFFERED]]

    def queryset(self, request, queryset):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Keep the lines of the person, in their own name or in somebody's place."""
        if not self.value():
            return queryset
        acted = Q(actor_public_id=self.value()) | Q(impersonator_public_id=self.value())
        return queryset.filter(acted)


@admin.register(ActivityEntry)
class ActivityEntryAdmin(StaffAdmin):
    """One row for each thing that happened; nothing can be changed."""

    list_display = ("created", "what", "who", "subject", "door", "caller")
    list_filter = (KindFilter, StaffFilter, "via", CREATED)
    search_fields = ("event", "actor_name", "subject_name", "subject_public_id", "address")
    export_fields = (
        "created_at",
        ("event", _("event")),
        ("actor_name", _("who")),
        ("actor_role", _("role")),
        ("actor_public_id", _("person's id")),
        ("impersonator_name", _("Spotex staff")),
        ("via", _("through")),
        ("address", _("network address")),
        ("subject_name", _("subject")),
        ("subject_public_id", _("subject's id")),
        ("details", _("details")),
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("created", "what"),
                    "event",
                    ("who", "actor_identity"),
                    ("door", "caller"),
                    ("subject", "subject_identity"),
                    "changes",
                ),
            },
        ),
    )

    @display(description=_("event"), ordering="event")
    def what(self, entry: ActivityEntry) -> str:
        """Say what happened."""
        return tell_entry(entry)

    @display(description=_("subject"), ordering="subject_name")
    def subject(self, entry: ActivityEntry) -> str:
        """Name what it happened to."""
        return entry.subject_name

    @display(description=_("subject's id"))
    def subject_identity(self, entry: ActivityEntry) -> str:
        """Show the id of what it happened to."""
        return entry.subject_public_id

    @display(description=_("person's id"))
    def actor_identity(self, entry: ActivityEntry) -> str:
        """Show the id of who did it."""
        return entry.actor_public_id

    @display(description=_("through"), ordering="via")
    def door(self, entry: ActivityEntry) -> str:
        """Say through which door it came."""
        return str(DOORS.get(entry.via, entry.via))

    @display(description=_("network address"))
    def caller(self, entry: ActivityEntry) -> str:
        """Say from where it came."""
        return entry.address

    @display(description=_("who"))
    def who(self, entry: ActivityEntry) -> str:
        """Name the person and the role."""
        return name_actor(entry)

    @display(description=_("details"))
    def changes(self, entry: ActivityEntry) -> str:
        """Show before and after."""
        return json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
