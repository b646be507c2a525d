"""Django's admin app, with the platform's own site in it."""

from __future__ import annotations

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Stands in the settings in place of ``django.contrib.admin``."""

    default_site = "portals.admin.site.StaffSite"

    def ready(self) -> None:
        """Register what staff sees."""
        super().ready()
        import_module("portals.admin.registry")
