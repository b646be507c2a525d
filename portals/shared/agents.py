"""What browsers say of themselves, in words that people know."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

# The order matters: Edge and Opera say that they are Chrome, Chrome says that it is Safari.
_PROGRAMS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python-", "Python"),
    ("okhttp/", "Android"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def name_device(agent: str) -> str:
    """Return a device's name, such as "Chrome on Windows"."""
    program = next((name for mark, name in _PROGRAMS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if program and system and program != system:
        return _("%(program)s on %(system)s") % {"program": program, "system": system}
    return program or system or _("Unknown program")
