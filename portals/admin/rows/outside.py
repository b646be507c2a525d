"""What spaces show outside: calendars that read and are read, widgets, photos."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from booking.models import Feed, OutsideCalendar, OutsideEvent, SpacePhoto, WidgetSite
from booking.states import OutsideState
from portals.admin.rows.kinds import CREATED, RowKind, newest
from portals.templatetags.ui import moment

KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {
        "calendar-feeds": RowKind(
            title=_("Calendar feeds"),
            rows=newest(Feed, "space", "location", "owner"),
            columns=(
                CREATED,
                (_("of"), lambda row: row.get_kind_display()),
                (_("space"), lambda row: row.space.name if row.space else ""),
                (_("location"), lambda row: row.location.name if row.location else ""),
                (_("person"), lambda row: row.owner.email if row.owner else ""),
                (_("last read"), lambda row: moment(row.last_read_at)),
                (_("revoked"), lambda row: moment(row.revoked_at)),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("public_id", "owner__email", "space__name", "location__name"),
            export=(
                *("public_id", "kind", ("space__name", _("space"))),
                *(("location__name", _("location")), ("owner__email", _("person"))),
                *("last_read_at", "revoked_at", "created_at"),
            ),
        ),
        "outside-calendars": RowKind(
            title=_("Calendars elsewhere"),
            rows=newest(OutsideCalendar, "space"),
            columns=(
                CREATED,
                (_("name"), lambda row: row.name),
                (_("space"), lambda row: row.space.name),
                (_("kind"), lambda row: str(_("Address") if row.url else _("File"))),
                (_("last read"), lambda row: moment(row.read_at)),
                (_("last tried"), lambda row: moment(row.tried_at)),
                (_("problem"), lambda row: row.problem),
                (_("removed"), lambda row: moment(row.removed_at)),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("public_id", "name", "space__name", "problem"),
            export=(
                *("public_id", "name", ("space__name", _("space")), "read_at", "tried_at"),
                *("problem", "status", "removed_at", "created_at"),
            ),
        ),
        "outside-events": RowKind(
            title=_("Events elsewhere"),
            rows=newest(OutsideEvent, "calendar__space"),
            columns=(
                CREATED,
                (_("calendar"), lambda row: row.calendar.name),
                (_("space"), lambda row: row.calendar.space.name),
                (_("from"), lambda row: moment(row.starts_at)),
                (_("to"), lambda row: moment(row.ends_at)),
                (_("state"), lambda row: row.get_state_display()),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("public_id", "calendar__name", "calendar__space__name"),
            states=OutsideState.choices,
            export=(
                *("public_id", ("calendar__name", _("calendar")), "starts_at", "ends_at"),
                *("state", "created_at"),
            ),
        ),
        "widget-sites": RowKind(
            title=_("Sites with the widget"),
            rows=newest(WidgetSite),
            columns=(
                CREATED,
                (_("site"), lambda row: row.origin),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("origin", "public_id"),
            export=("public_id", "origin", "created_at"),
        ),
        "space-photos": RowKind(
            title=_("Photos of spaces"),
            rows=lambda: (
                SpacePhoto.objects.defer("large", "small")
                .select_related("space")
                .order_by("-created_at", "-pk")
            ),
            columns=(
                CREATED,
                (_("space"), lambda row: row.space.name),
                (_("what is seen"), lambda row: row.alt),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("alt", "public_id", "space__name"),
            export=("public_id", ("space__name", _("space")), "alt", "created_at"),
        ),
    },
)
"""What events say stays with the agency: staff sees when, not what."""

MODELS: Final = (Feed, OutsideCalendar, OutsideEvent, SpacePhoto, WidgetSite)
