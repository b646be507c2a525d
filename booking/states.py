"""What occupies a space, and the life of a reservation."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClaimKind(TextChoices):
    """Why a space is taken."""

    HOLD = "HOLD", _("Held")
    RESERVATION = "RESERVATION", _("Reserved")
    BLOCK = "BLOCK", _("Blocked")
    EXTERNAL = "EXTERNAL", _("Busy elsewhere")


class SpaceKind(TextChoices):
    """What a space is to people."""

    MEETING_ROOM = "MEETING_ROOM", _("Meeting room")
    OFFICE = "OFFICE", _("Office")
    DESK = "DESK", _("Desk")
    OPEN_SPACE = "OPEN_SPACE", _("Open space")
    EVENT_HALL = "EVENT_HALL", _("Event hall")
    STUDIO = "STUDIO", _("Studio")
    OTHER = "OTHER", _("Other")
