"""Locations, their spaces, and when these are open."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from booking.models import Location, OpeningException, OpeningRule, Space
from portals.admin.rows.kinds import CREATED, RowKind, newest
from portals.shared.clock import format_minutes
from portals.templatetags.ui import moment, money

KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {
        "locations": RowKind(
            title=_("Locations"),
            rows=newest(Location, "customer"),
            columns=(
                (_("name"), lambda row: row.name),
                (_("address"), lambda row: row.address),
                (_("customer"), lambda row: row.customer.name if row.customer else ""),
                (_("time zone"), lambda row: row.time_zone),
                (_("archived"), lambda row: moment(row.archived_at)),
                (_("public id"), lambda row: row.public_id),
                CREATED,
            ),
            search=("name", "address", "public_id", "customer__name"),
            export=(
                *("public_id", "name", "address", ("customer__name", _("customer"))),
                *("time_zone", "keeps_holidays", "archived_at", "created_at"),
            ),
        ),
        "spaces": RowKind(
            title=_("Spaces"),
            rows=newest(Space, "location", "parent"),
            columns=(
                (_("name"), lambda row: row.name),
                (_("location"), lambda row: row.location.name),
                (_("part of"), lambda row: row.parent.name if row.parent else ""),
                (_("kind"), lambda row: row.get_kind_display()),
                (_("people"), lambda row: str(row.capacity)),
                (_("payment"), lambda row: row.get_payment_display()),
                (_("price of an hour"), lambda row: money(row.hourly_minor, row.currency)),
                (_("archived"), lambda row: moment(row.archived_at)),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("name", "public_id", "location__name"),
            export=(
                *("public_id", "name", ("location__name", _("location"))),
                *(("parent__name", _("part of")), "kind", "capacity", "seats", "payment"),
                *("hourly_minor", "currency", "slot_minutes", "archived_at", "created_at"),
            ),
        ),
        "opening-hours": RowKind(
            title=_("Opening hours"),
            rows=newest(OpeningRule, "location", "space"),
            columns=(
                (_("location"), lambda row: row.location.name),
                (_("only for"), lambda row: row.space.name if row.space else ""),
                (_("day"), lambda row: str(WEEKDAYS[row.weekday])),
                (_("from"), lambda row: format_minutes(row.opens)),
                (_("to"), lambda row: format_minutes(row.closes)),
            ),
            search=("location__name", "space__name"),
            export=(
                *(("location__name", _("location")), ("space__name", _("only for"))),
                *("weekday", "opens", "closes"),
            ),
        ),
        "opening-exceptions": RowKind(
            title=_("Closures and exceptions"),
            rows=newest(OpeningException, "location", "space"),
            columns=(
                (_("location"), lambda row: row.location.name),
                (_("only for"), lambda row: row.space.name if row.space else ""),
                (_("from"), lambda row: row.first_day.isoformat()),
                (_("to"), lambda row: row.last_day.isoformat()),
                (_("open from"), lambda row: format_minutes(row.opens)),
                (_("open to"), lambda row: format_minutes(row.closes)),
                (_("every year"), lambda row: str(_("Yes") if row.is_yearly else _("No"))),
                (_("reason"), lambda row: row.reason),
            ),
            search=("reason", "public_id", "location__name", "space__name"),
            export=(
                "public_id",
                *(("location__name", _("location")), ("space__name", _("only for"))),
                *("first_day", "last_day", "opens", "closes", "is_yearly", "reason"),
            ),
        ),
    },
)

MODELS: Final = (Location, Space, OpeningRule, OpeningException)
