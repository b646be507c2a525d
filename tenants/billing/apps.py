from __future__ import annotations

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Charges, invoices and payments between an agency and its customers."""

    name = "tenants.billing"
    label = "billing"
    default_auto_field = "django.db.models.BigAutoField"
