from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    """Who exists: agencies, people, plans."""

    name = "tenants"
    verbose_name = _("Agencies and people")
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers, handlers and counters; fill the table of plans after every migration."""
        import_module("tenants.receivers")
        import_module("tenants.counters")
        import_module("tenants.services.ending")
        autodiscover_modules("due_handlers")
        post_migrate.connect(_ensure_plans, sender=self)


def _ensure_plans(**_: Any) -> None:
    import_module("tenants.services.plans").ensure_plans()
