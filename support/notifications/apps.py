from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Speaking to people: what, to whom, over which channel."""

    name = "support.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
