from __future__ import annotations

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Tickets, service levels and escalation."""

    name = "support"
    label = "support"
    default_auto_field = "django.db.models.BigAutoField"
