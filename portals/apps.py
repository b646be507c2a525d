from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

_MODULES = (
    *("flows.closing", "flows.exports", "flows.mails", "flows.owners", "flows.support"),
    *("flows.reservations", "flows.requests", "flows.payments", "flows.reports"),
    *("flows.waiting", "flows.credits"),
    *("shared.signed_in", "shared.forgetting", "realtime.receivers"),
    *("agency.nav", "agency.palette", "agency.shortcuts"),
    *("customer.nav", "customer.palette", "customer.shortcuts"),
)


class PortalsConfig(AppConfig):
    """Everything a browser or a client touches; the only place where pillars meet."""

    name = "portals"
    label = "portals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers and menus."""
        for module in _MODULES:
            import_module(f"portals.{module}")
