"""States of operations and their steps."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OperationState(TextChoices):
    """Where an operation stands."""

    PENDING = "PENDING", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")
    CANCELLED = "CANCELLED", _("Cancelled")


OPEN_STATES: Final = (OperationState.PENDING, OperationState.RUNNING)


class StepState(TextChoices):
    """Where one step stands."""

    PENDING = "PENDING", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")


class SpareState(TextChoices):
    """Whether a spare can be taken."""

    PREPARING = "PREPARING", _("Being prepared")
    READY = "READY", _("Ready")


class RouteKind(TextChoices):
    """Where a site's host comes from."""

    PREVIEW = "PREVIEW", _("Preview address")
    OWN = "OWN", _("Own domain")
