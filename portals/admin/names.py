"""What rows keep as short names, in words for staff."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.shared.operations import KINDS

VITALS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "database": _("Database"),
        "redis": _("Redis"),
        "background": _("Background work"),
        "site_work": _("Work on sites"),
        "mail": _("Mail delivery"),
        "due_work": _("Due work"),
        "operations": _("Queue of operations"),
        "live": _("Live updates"),
        "disk": _("Disk"),
    },
)

WHO: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "platform": _("Spotex"),
        "agency": _("the agency"),
        "customer": _("the customer"),
    },
)


def name_kind(kind: str) -> str:
    """Return what a kind of operation is called; one that nobody knows keeps its name."""
    words = KINDS.get(kind)
    return str(words.title) if words else kind
