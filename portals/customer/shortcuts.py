"""Keys that lead to the customer portal's pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portals.shared.shortcuts import Shortcut, register_shortcuts
from tenants.permissions import Permission
from tenants.states import PortalName

register_shortcuts(
    PortalName.CUSTOMER,
    [
        Shortcut(keys="g o", label=_("Overview"), url_name="customer:dashboard"),
        Shortcut(
            keys="g s",
            label=_("Sites"),
            url_name="customer:site-list",
            permission=Permission.SITE_VIEW,
        ),
        Shortcut(
            keys="g b",
            label=_("Spaces"),
            url_name="customer:space-list",
            permission=Permission.SPACE_VIEW,
        ),
        Shortcut(
            keys="g r",
            label=_("Reservations"),
            url_name="customer:reservation-list",
            permission=Permission.RESERVATION_VIEW,
        ),
        Shortcut(
            keys="g p",
            label=_("People"),
            url_name="customer:contact-list",
            permission=Permission.CONTACT_VIEW,
        ),
        Shortcut(keys="g m", label=_("Profile"), url_name="customer:profile-change"),
    ],
)
