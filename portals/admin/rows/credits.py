"""Packages, what customers have of them, and the book."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from booking.models import Credit, CreditAccount, CreditDraw, CreditEntry, Package
from portals.admin.rows.kinds import CREATED, RowKind, newest
from portals.templatetags.ui import moment, money

KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {
        "packages": RowKind(
            title=_("Packages"),
            rows=newest(Package),
            columns=(
                CREATED,
                (_("name"), lambda row: row.name),
                (_("minutes"), lambda row: str(row.minutes)),
                (_("price"), lambda row: money(row.price_minor, row.currency)),
                (_("days of use"), lambda row: str(row.valid_days)),
                (_("archived"), lambda row: moment(row.archived_at)),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("public_id", "name", "note"),
            export=(
                *("public_id", "name", "note", "minutes", "price_minor", "currency"),
                *("valid_days", "archived_at", "created_at"),
            ),
        ),
        "credit-accounts": RowKind(
            title=_("Accounts of credits"),
            rows=newest(CreditAccount, "customer"),
            columns=(CREATED, (_("customer"), lambda row: row.customer.name)),
            search=("customer__name", "customer__public_id"),
            export=(("customer__name", _("customer")), "created_at"),
        ),
        "credits": RowKind(
            title=_("Credits"),
            rows=newest(Credit, "account__customer"),
            columns=(
                CREATED,
                (_("name"), lambda row: row.name),
                (_("customer"), lambda row: row.account.customer.name),
                (_("for stays that begin before"), lambda row: moment(row.valid_until)),
                (_("price"), lambda row: money(row.price_minor, row.currency)),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("public_id", "name", "account__customer__name"),
            export=(
                *("public_id", "name", ("account__customer__name", _("customer"))),
                *("valid_until", "price_minor", "currency", "created_at"),
            ),
        ),
        "credit-entries": RowKind(
            title=_("Entries of credits"),
            rows=newest(CreditEntry, "credit__account__customer", "reservation"),
            columns=(
                CREATED,
                (_("kind"), lambda row: row.get_kind_display()),
                (_("minutes"), lambda row: str(row.minutes)),
                (_("credit"), lambda row: row.credit.name),
                (_("customer"), lambda row: row.credit.account.customer.name),
                (_("reservation"), lambda row: row.reservation.code if row.reservation else ""),
                (_("who"), lambda row: row.actor_name),
            ),
            search=("public_id", "credit__public_id", "reservation__code", "actor_name"),
            export=(
                *("public_id", "kind", "minutes", ("credit__public_id", _("credit"))),
                *(("reservation__code", _("reservation")), "actor_name", "reason", "created_at"),
            ),
        ),
        "credit-draws": RowKind(
            title=_("Reserved minutes"),
            rows=newest(CreditDraw, "credit__account__customer", "hold", "reservation"),
            columns=(
                CREATED,
                (_("minutes"), lambda row: str(row.minutes)),
                (_("credit"), lambda row: row.credit.name),
                (_("customer"), lambda row: row.credit.account.customer.name),
                (_("for"), lambda row: (row.reservation or row.hold).public_id),
            ),
            search=("credit__public_id", "hold__public_id", "reservation__public_id"),
            export=(
                *("minutes", ("credit__public_id", _("credit")), "created_at"),
                *(("reservation__public_id", _("reservation")), ("hold__public_id", _("hold"))),
            ),
        ),
    },
)

MODELS: Final = (Package, CreditAccount, Credit, CreditEntry, CreditDraw)
