"""The first line of a dashboard."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def greet(name: str, *, at: datetime) -> str:
    """Return a greeting that fits the hour in the active time zone."""
    hour = timezone.localtime(at).hour
    first = name.split(" ", 1)[0]
    if 5 <= hour < 13:
        return _("Good morning, %(name)s") % {"name": first}
    if 13 <= hour < 18:
        return _("Good afternoon, %(name)s") % {"name": first}
    return _("Good evening, %(name)s") % {"name": first}


def write_day(at: datetime) -> str:
    """Return the day in words, as ``venerdì 20 novembre 2026``."""
    pattern = "EEEE d MMMM y"
    return format_date(timezone.localtime(at), pattern, locale=get_language() or "it")
