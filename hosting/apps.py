from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class HostingConfig(AppConfig):
    """Sites of customers, and the machinery that runs them."""

    name = "hosting"
    label = "hosting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register kinds of operations, counters, hosts and receivers."""
        import_module("hosting.workflows")
        import_module("hosting.counters")
        import_module("hosting.host_claims")
        import_module("hosting.receivers")
        import_module("hosting.services.ending")
