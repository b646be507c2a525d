"""Equipment of locations, and who has it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from booking.models import Equipment, EquipmentUse
from portals.admin.rows.kinds import CREATED, RowKind, newest
from portals.templatetags.ui import moment, money

KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {
        "equipment": RowKind(
            title=_("Equipment"),
            rows=newest(Equipment, "location"),
            columns=(
                CREATED,
                (_("location"), lambda row: row.location.name),
                (_("name"), lambda row: row.name),
                (_("price of a piece"), lambda row: money(row.price_minor, row.currency)),
                (_("price counts"), lambda row: row.get_pricing_display()),
                (_("pieces"), lambda row: "" if row.stock is None else str(row.stock)),
                (_("archived"), lambda row: moment(row.archived_at)),
            ),
            search=("public_id", "name", "location__name"),
            export=(
                *("public_id", ("location__name", _("location")), "name", "description"),
                *("pricing", "price_minor", "currency", "stock", "most_per_booking"),
                "archived_at",
            ),
        ),
        "equipment-uses": RowKind(
            title=_("Uses of equipment"),
            rows=newest(EquipmentUse, "equipment", "hold", "reservation"),
            columns=(
                CREATED,
                (_("equipment"), lambda row: row.equipment.name),
                (_("pieces"), lambda row: str(row.quantity)),
                (_("for"), lambda row: (row.reservation or row.hold).public_id),
            ),
            search=("equipment__name", "reservation__public_id", "hold__public_id"),
            export=(
                *(("equipment__name", _("equipment")), "quantity", "created_at"),
                *(("reservation__public_id", _("reservation")), ("hold__public_id", _("hold"))),
            ),
        ),
    },
)

MODELS: Final = (Equipment, EquipmentUse)
