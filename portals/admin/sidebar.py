"""The admin's menu and the few answers that Unfold asks for by name in its settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenants.hosts import platform_host, url_for


def list_entries(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu, grouped by what staff comes for."""
    return [
        {
            "title": "",
            "items": [
                _entry(_("Overview"), icon="space_dashboard", name="index"),
                _entry(_("Growth and revenue"), icon="trending_up", name="dashboard-commerce"),
                _entry(_("Operations and failures"), icon="monitoring", name="dashboard-work"),
            ],
        },
        {
            "title": _("Agencies"),
            "separator": True,
            "items": [
                _entry(_("Agencies"), icon="apartment", name="tenants_agency_changelist"),
                _entry(_("Users"), icon="group", name="tenants_user_changelist"),
                _entry(_("Memberships"), icon="badge", name="tenants_membership_changelist"),
                _entry(
                    _("Invitations"), icon="forward_to_inbox", name="tenants_invitation_changelist"
                ),
                _entry(_("Own domains"), icon="language", name="tenants_domain_changelist"),
                _entry(_("API keys"), icon="key", name="tenants_apikey_changelist"),
                _entry(_("Exports of data"), icon="archive", name="tenants_export_changelist"),
                _entry(
                    capfirst(_("ends of agencies")),
                    icon="event_busy",
                    name="tenants_closure_changelist",
                ),
                _entry(
                    _("Support sessions"),
                    icon="support_agent",
                    name="tenants_impersonation_changelist",
                ),
            ],
        },
        {
            "title": _("Commerce"),
            "separator": True,
            "items": [
                _entry(_("Plans"), icon="sell", name="tenants_plan_changelist"),
                _entry(
                    _("Subscriptions"),
                    icon="autorenew",
                    name="tenants_subscription_changelist",
                ),
                _entry(
                    capfirst(_("payment accounts")),
                    icon="account_balance",
                    name="tenants_paymentaccount_changelist",
                ),
                _entry(
                    capfirst(_("provider messages")),
                    icon="mark_email_unread",
                    name="tenants_providerevent_changelist",
                ),
            ],
        },
        {
            "title": _("Technical"),
            "separator": True,
            "items": [
                _entry(
                    _("Operations"), icon="manufacturing", name="operations_operation_changelist"
                ),
                _entry(_("Mails"), icon="outgoing_mail", name="tenants_mailmessage_changelist"),
                _entry(_("Migrations"), icon="schema", name="tenants_schemamigration_changelist"),
                _entry(_("Due work"), icon="schedule", name="tenants_duework_changelist"),
                _entry(_("Activity"), icon="history", name="kernel_activityentry_changelist"),
            ],
        },
        {
            "title": _("Inventory"),
            "separator": True,
            "collapsible": True,
            "items": [
                _entry(_("Hosts of sites"), icon="dns", name="operations_siteroute_changelist"),
                _entry(
                    _("Spare sites"), icon="inventory_2", name="operations_sparesite_changelist"
                ),
                _entry(_("Spare schemas"), icon="database", name="tenants_spareschema_changelist"),
                _entry(
                    _("Blueprints of schemas"),
                    icon="architecture",
                    name="tenants_schemablueprint_changelist",
                ),
                _entry(_("Steps"), icon="checklist", name="operations_operationstep_changelist"),
                _entry(
                    _("E-mail addresses"),
                    icon="alternate_email",
                    name="account_emailaddress_changelist",
                ),
            ],
        },
    ]


def _entry(title: str | Promise, *, icon: str, name: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(f"admin:{name}")}


def find_public_site(request: HttpRequest) -> str:
    """Return the address of the public site."""
    return url_for(platform_host("www"))


def list_account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what stands in the menu below the person's name."""
    return [
        {"title": _("Security"), "link": reverse("mfa_index")},
        {"title": _("Devices"), "link": reverse("device-list")},
        {"title": _("Change password"), "link": reverse("account_change_password")},
    ]
