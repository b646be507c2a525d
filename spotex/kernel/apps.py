from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    """Words that every context uses and none owns."""

    name = "spotex.kernel"
    verbose_name = _("Trail")
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the audit trail to the events."""
        import_module("spotex.kernel.audit")
