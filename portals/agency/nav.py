"""The agency portal's menus."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portals.agency.waiting_requests import find_waiting_requests
from portals.shared.nav import Menu, NavItem, register_nav
from tenants.permissions import Permission
from tenants.states import PortalName

register_nav(
    PortalName.AGENCY,
    [
        NavItem(label=_("Overview"), icon="house", url_name="agency:dashboard"),
        NavItem(
            label=_("Customers"),
            icon="building-2",
            url_name="agency:customer-list",
            also="/spaces/credits/",
            permission=Permission.CUSTOMER_VIEW,
        ),
        NavItem(
            label=_("Sites"),
            icon="globe",
            url_name="agency:site-list",
            permission=Permission.SITE_VIEW,
        ),
        NavItem(
            label=_("Calendar"),
            icon="calendar-days",
            url_name="agency:calendar",
            permission=Permission.RESERVATION_VIEW,
        ),
        NavItem(
            label=_("Reservations"),
            icon="calendar-check",
            url_name="agency:reservation-list",
            permission=Permission.RESERVATION_VIEW,
            waits=find_waiting_requests,
        ),
        NavItem(
            label=_("Payments"),
            icon="receipt",
            url_name="agency:payment-list",
            permission=Permission.PAYMENT_VIEW,
        ),
        NavItem(
            label=_("Spaces"),
            icon="door-open",
            url_name="agency:space-list",
            permission=Permission.SPACE_VIEW,
        ),
        NavItem(
            label=_("Reports"),
            icon="chart-column",
            url_name="agency:report-detail",
            permission=Permission.REPORT_VIEW,
        ),
        NavItem(
            label=_("People"),
            icon="users",
            url_name="agency:member-list",
            permission=Permission.MEMBER_VIEW,
        ),
        NavItem(
            label=_("Settings"),
            icon="settings",
            url_name="agency:brand-change",
            permission=Permission.AGENCY_MANAGE,
        ),
    ],
)
register_nav(
    PortalName.AGENCY,
    [
        NavItem(
            label=_("Brand"),
            icon="sparkles",
            url_name="agency:brand-change",
            permission=Permission.AGENCY_MANAGE,
        ),
        NavItem(
            label=_("Domains"),
            icon="globe",
            url_name="agency:domain-list",
            permission=Permission.DOMAIN_VIEW,
        ),
        NavItem(
            label=_("Payments"),
            icon="credit-card",
            url_name="agency:payment-account-change",
            permission=Permission.PAYMENT_MANAGE,
        ),
        NavItem(label=_("Plan"), icon="layers", url_name="agency:plan-detail"),
        NavItem(
            label=_("Security"),
            icon="shield-check",
            url_name="agency:security-change",
            permission=Permission.AGENCY_MANAGE,
        ),
        NavItem(
            label=_("Support"),
            icon="life-buoy",
            url_name="agency:support-change",
            permission=Permission.AGENCY_MANAGE,
        ),
        NavItem(
            label=_("API keys"),
            icon="key-round",
            url_name="agency:api-key-list",
            permission=Permission.API_KEY_MANAGE,
        ),
        NavItem(
            label=_("Status"),
            icon="activity",
            url_name="agency:incident-list",
            permission=Permission.STATUS_MANAGE,
        ),
        NavItem(
            label=_("Activity"),
            icon="history",
            url_name="agency:activity-list",
            permission=Permission.ACTIVITY_VIEW,
        ),
        NavItem(
            label=_("Data"),
            icon="database",
            url_name="agency:data-detail",
            permission=Permission.DATA_MANAGE,
        ),
    ],
    menu=Menu.SETTINGS,
)
register_nav(
    PortalName.AGENCY,
    [
        NavItem(label=_("Profile"), icon="circle-user", url_name="agency:profile-change"),
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
