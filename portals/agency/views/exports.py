"""The agency's lists as files."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portals.agency.views.customers import find_customers_asked
from portals.shared.access import portal_view
from portals.shared.exports import Column, Export, export_list
from portals.shared.requests import PortalRequest
from portals.shared.sites import find_sites_asked, with_site_count
from tenants.customers.selectors import with_contact_count
from tenants.permissions import Permission
from tenants.selectors import list_members_of

CUSTOMER_COLUMNS: Final = (
    Column(name="id", label=gettext_lazy("Id"), read=lambda row: row.public_id, is_chosen=False),
    Column(name="name", label=gettext_lazy("Name"), read=lambda row: row.name),
    Column(name="email", label=gettext_lazy("E-mail address"), read=lambda row: row.email),
    Column(name="vat_number", label=gettext_lazy("VAT number"), read=lambda row: row.vat_number),
    Column(name="sdi_code", label=gettext_lazy("SDI code"), read=lambda row: row.sdi_code),
    Column(name="pec", label=gettext_lazy("PEC address"), read=lambda row: row.pec),
    Column(name="state", label=gettext_lazy("State"), read=lambda row: row.get_state_display()),
    Column(name="people", label=gettext_lazy("People"), read=lambda row: row.contact_count),
    Column(name="sites", label=gettext_lazy("Sites"), read=lambda row: row.site_count),
    Column(
        name="created",
        label=gettext_lazy("Added"),
        read=lambda row: row.created_at,
        is_moment=True,
    ),
    Column(
        name="language",
        label=gettext_lazy("Language of mails"),
        read=lambda row: row.language,
        is_chosen=False,
    ),
    Column(name="notes", label=gettext_lazy("Notes"), read=lambda row: row.notes, is_chosen=False),
)
SITE_COLUMNS: Final = (
    Column(name="id", label=gettext_lazy("Id"), read=lambda row: row.public_id, is_chosen=False),
    Column(name="name", label=gettext_lazy("Site"), read=lambda row: row.name),
    Column(name="title", label=gettext_lazy("Title"), read=lambda row: row.title),
    Column(name="customer", label=gettext_lazy("Customer"), read=lambda row: row.customer.name),
    Column(name="host", label=gettext_lazy("Address"), read=lambda row: row.host),
    Column(name="state", label=gettext_lazy("State"), read=lambda row: row.get_state_display()),
    Column(
        name="php", label=pgettext_lazy("title", "PHP version"), read=lambda row: row.php_version
    ),
    Column(
        name="created",
        label=gettext_lazy("Added"),
        read=lambda row: row.created_at,
        is_moment=True,
    ),
)
MEMBER_COLUMNS: Final = (
    Column(name="name", label=gettext_lazy("Name"), read=lambda row: row.user.full_name),
    Column(name="email", label=gettext_lazy("E-mail address"), read=lambda row: row.user.email),
    Column(name="role", label=gettext_lazy("Role"), read=lambda row: row.get_role_display()),
    Column(
        name="created",
        label=gettext_lazy("Added"),
        read=lambda row: row.created_at,
        is_moment=True,
    ),
)


@portal_view(Permission.CUSTOMER_VIEW)
def export_customers(request: PortalRequest) -> HttpResponse:
    """Send the customers that the list shows as a file."""
    rows = with_site_count(with_contact_count(find_customers_asked(request)))
    export = Export(
        title=_("Export customers"),
        file_name=_("customers"),
        back=reverse("agency:customer-list"),
        columns=CUSTOMER_COLUMNS,
        rows=rows,
    )
    return export_list(request, export)


@portal_view(Permission.SITE_VIEW)
def export_sites(request: PortalRequest) -> HttpResponse:
    """Send the sites that the list shows as a file."""
    export = Export(
        title=_("Export sites"),
        file_name=_("sites"),
        back=reverse("agency:site-list"),
        columns=SITE_COLUMNS,
        rows=find_sites_asked(request),
    )
    return export_list(request, export)


@portal_view(Permission.MEMBER_VIEW)
def export_members(request: PortalRequest) -> HttpResponse:
    """Send the agency's people as a file."""
    export = Export(
        title=_("Export people"),
        file_name=_("people"),
        back=reverse("agency:member-list"),
        columns=MEMBER_COLUMNS,
        rows=list_members_of(request.actor),
    )
    return export_list(request, export)
