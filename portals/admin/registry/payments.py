"""Where agencies' money goes, and the messages of providers that fit nothing."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portals.admin.filters import make_filter
from portals.admin.staff import CREATED, StaffAdmin
from tenants.models import PaymentAccount, ProviderEvent


@admin.register(PaymentAccount)
class PaymentAccountAdmin(StaffAdmin):
    """One row an agency that chose a provider."""

    list_display = ("agency", "provider", "account", "is_ready", "holder", "created")
    list_filter = ("provider", CREATED)
    search_fields = ("agency__name", "agency__slug", "account", "iban", "holder")
    list_select_related = ("agency",)
    export_fields = (
        *("agency__slug", "provider", "account", "is_ready", "holder", "iban"),
        "created_at",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("agency", "provider"),
                    ("account", "is_ready"),
                    ("holder", "iban"),
                    "created",
                )
            },
        ),
    )


@admin.register(ProviderEvent)
class ProviderEventAdmin(StaffAdmin):
    """One row a message; those with trouble wait for somebody."""

    list_display = ("kind", "event_id", "account", "subject", "applied_at", "trouble", "created")
    list_filter = (
        make_filter("stuck", title=_("trouble"), word=_("fits nothing"), condition=~Q(trouble="")),
        "provider",
        CREATED,
    )
    search_fields = ("event_id", "kind", "account", "subject", "trouble")
    export_fields = (
        *("provider", "account", "event_id", "kind", "subject", "applied_at", "trouble"),
        "created_at",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("provider", "account"),
                    ("event_id", "kind"),
                    ("subject", "created"),
                    ("applied_at", "trouble"),
                    "payload",
                ),
            },
        ),
    )
