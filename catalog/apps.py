from __future__ import annotations

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Products, stock and their listings on marketplaces."""

    name = "catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
