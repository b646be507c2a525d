"""Lengths of time in words; pure."""

from __future__ import annotations

from django.utils.translation import ngettext


def write_length(minutes: int) -> str:
    """Write a number of minutes as hours and minutes."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if rest or not hours:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest})
    return " ".join(parts)
