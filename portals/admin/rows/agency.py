"""Customers, their sites and what happened in an agency."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from hosting.models import Site
from hosting.states import SiteState
from portals.admin.names import tell_entry
from portals.admin.rows.kinds import CREATED, RowKind, newest
from portals.templatetags.ui import moment
from spotex.kernel.models import ActivityEntry
from tenants.customers.models import (
    Contact,
    Customer,
    CustomerImport,
    Incident,
    IncidentUpdate,
    SavedView,
)
from tenants.customers.states import ContactState, CustomerState, ImportState, IncidentState

KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {
        "customers": RowKind(
            title=_("Customers"),
            rows=newest(Customer),
            columns=(
                (_("name"), lambda row: row.name),
                (_("e-mail"), lambda row: row.email),
                (_("VAT number"), lambda row: row.vat_number),
                (_("state"), lambda row: row.get_state_display()),
                (_("public id"), lambda row: row.public_id),
                CREATED,
            ),
            search=("name", "email", "vat_number", "public_id"),
            states=CustomerState.choices,
            export=(
                "public_id",
                "name",
                "email",
                "vat_number",
                "sdi_code",
                "pec",
                "language",
                "state",
                "created_at",
            ),
        ),
        "contacts": RowKind(
            title=_("People of customers"),
            rows=newest(Contact, "customer"),
            columns=(
                (_("name"), lambda row: row.full_name),
                (_("e-mail"), lambda row: row.email),
                (_("customer"), lambda row: row.customer.name),
                (_("role"), lambda row: row.get_role_display()),
                (_("state"), lambda row: row.get_state_display()),
                CREATED,
            ),
            search=("full_name", "email", "public_id", "customer__name"),
            states=ContactState.choices,
            export=(
                "public_id",
                "full_name",
                "email",
                ("customer__name", _("customer")),
                "role",
                "state",
                "created_at",
            ),
        ),
        "sites": RowKind(
            title=_("Sites"),
            rows=newest(Site, "customer"),
            columns=(
                (_("name"), lambda row: row.name),
                (_("address"), lambda row: row.host),
                (_("customer"), lambda row: row.customer.name),
                (_("state"), lambda row: row.get_state_display()),
                (_("engine"), lambda row: row.engine),
                (_("public id"), lambda row: row.public_id),
                CREATED,
            ),
            search=("name", "title", "preview_host", "host_name", "public_id", "customer__name"),
            states=SiteState.choices,
            export=(
                "public_id",
                "name",
                "title",
                ("customer__name", _("customer")),
                "preview_host",
                "host_name",
                "state",
                "engine",
                "php_version",
                "language",
                "deployed_at",
                "created_at",
            ),
        ),
        "views": RowKind(
            title=_("Saved views"),
            rows=newest(SavedView, "owner", "customer"),
            columns=(
                (_("name"), lambda row: row.name),
                (_("list"), lambda row: row.get_list_name_display()),
                (_("person"), lambda row: str(row.owner)),
                (_("customer"), lambda row: row.customer.name if row.customer else ""),
                (_("shared"), lambda row: str(_("Yes") if row.is_shared else _("No"))),
                CREATED,
            ),
            search=("name", "public_id", "owner__email", "owner__full_name", "customer__name"),
            export=(
                "public_id",
                "name",
                ("list_name", _("list")),
                ("owner__email", _("person")),
                ("customer__name", _("customer")),
                ("is_shared", _("shared")),
                "created_at",
            ),
        ),
        "imports": RowKind(
            title=_("Imports"),
            rows=lambda: newest(CustomerImport, "asker")().defer("content", "refused"),
            columns=(
                (_("file"), lambda row: row.file_name),
                (_("person"), lambda row: str(row.asker)),
                (_("state"), lambda row: row.get_state_display()),
                (_("lines"), lambda row: str(row.lines)),
                (_("added"), lambda row: str(row.created)),
                CREATED,
            ),
            search=("file_name", "public_id", "asker__email", "asker__full_name"),
            states=ImportState.choices,
            export=(
                "public_id",
                "file_name",
                ("asker__email", _("person")),
                "state",
                "lines",
                "created",
                "created_at",
            ),
        ),
        "incidents": RowKind(
            title=_("Incidents"),
            rows=newest(Incident),
            columns=(
                (_("title"), lambda row: row.title),
                (_("impact"), lambda row: row.get_impact_display()),
                (_("state"), lambda row: row.get_state_display()),
                (_("began"), lambda row: moment(row.began_at)),
                (_("ended"), lambda row: moment(row.ended_at)),
            ),
            search=("title", "public_id"),
            states=IncidentState.choices,
            export=("public_id", "title", "impact", "state", "began_at", "ended_at"),
        ),
        "incident-updates": RowKind(
            title=_("Updates of incidents"),
            rows=newest(IncidentUpdate, "incident"),
            columns=(
                (_("written"), lambda row: moment(row.written_at)),
                (_("incident"), lambda row: row.incident.title),
                (_("state"), lambda row: row.get_state_display()),
                (_("message"), lambda row: row.message),
            ),
            search=("message", "incident__title", "incident__public_id"),
            states=IncidentState.choices,
            export=(
                "written_at",
                ("incident__public_id", _("incident")),
                "state",
                "message",
            ),
        ),
        "activity": RowKind(
            title=_("Activity"),
            rows=newest(ActivityEntry),
            columns=(
                CREATED,
                (_("what happened"), tell_entry),
                (_("event"), lambda row: row.event),
                (_("network address"), lambda row: row.address),
            ),
            search=("event", "actor_name", "impersonator_name", "subject_name", "address"),
            export=(
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
            ),
        ),
    },
)

MODELS: Final = (
    Customer,
    Contact,
    Site,
    SavedView,
    CustomerImport,
    Incident,
    IncidentUpdate,
    ActivityEntry,
)
