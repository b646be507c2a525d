from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Companies served by an agency, and their people."""

    name = "tenants.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let customers be counted."""
        import_module("tenants.customers.counters")
