"""The customer portal's menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from booking.selectors.reports import has_own_spaces
from portals.shared.nav import Menu, NavItem, register_nav
from tenants.permissions import Permission
from tenants.states import PortalName

register_nav(
    PortalName.CUSTOMER,
    [
        NavItem(label=_("Overview"), icon="house", url_name="customer:dashboard"),
        NavItem(
            label=_("Sites"),
            icon="globe",
            url_name="customer:site-list",
            permission=Permission.SITE_VIEW,
        ),
        NavItem(
            label=_("Spaces"),
            icon="calendar-days",
            url_name="customer:space-list",
            also="/holds/",
            permission=Permission.SPACE_VIEW,
        ),
        NavItem(
            label=_("Reservations"),
            icon="ticket",
            url_name="customer:reservation-list",
            permission=Permission.RESERVATION_VIEW,
        ),
        NavItem(
            label=_("Report"),
            icon="chart-column",
            url_name="customer:report-detail",
            permission=Permission.REPORT_VIEW,
            concerns=has_own_spaces,
        ),
        NavItem(
            label=_("People"),
            icon="users",
            url_name="customer:contact-list",
            permission=Permission.CONTACT_VIEW,
        ),
        NavItem(
            label=_("Activity"),
            icon="history",
            url_name="customer:activity-list",
            permission=Permission.ACTIVITY_VIEW,
        ),
        NavItem(label=_("Profile"), icon="circle-user", url_name="customer:profile-change"),
    ],
)
register_nav(
    PortalName.CUSTOMER,
    [
        NavItem(label=_("Profile"), icon="circle-user", url_name="customer:profile-change"),
        NavItem(
            label=_("Security"),
            icon="shield-check",
            url_name="mfa_index",
            also="/accounts/2fa/",
        ),
        NavItem(label=_("Devices"), icon="monitor", url_name="device-list"),
    ],
    menu=Menu.ACCOUNT,
)
