"""Keys that lead to the agency portal's pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portals.shared.shortcuts import Shortcut, register_shortcuts
from tenants.permissions import Permission
from tenants.states import PortalName

register_shortcuts(
    PortalName.AGENCY,
    [
        Shortcut(keys="g o", label=_("Overview"), url_name="agency:dashboard"),
        Shortcut(
            keys="g c",
            label=_("Customers"),
            url_name="agency:customer-list",
            permission=Permission.CUSTOMER_VIEW,
        ),
        Shortcut(
            keys="g s",
            label=_("Sites"),
            url_name="agency:site-list",
            permission=Permission.SITE_VIEW,
        ),
        Shortcut(
            keys="g p",
            label=_("People"),
            url_name="agency:member-list",
            permission=Permission.MEMBER_VIEW,
        ),
        Shortcut(
            keys="g d",
            label=_("Domains"),
            url_name="agency:domain-list",
            permission=Permission.DOMAIN_VIEW,
        ),
        Shortcut(
            keys="g b",
            label=_("Brand"),
            url_name="agency:brand-change",
            permission=Permission.AGENCY_MANAGE,
        ),
        Shortcut(keys="g m", label=_("Profile"), url_name="agency:profile-change"),
    ],
)
