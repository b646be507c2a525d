"""What the palettes of all portals can do."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portals.shared.palette import PaletteEntry


def list_common_actions() -> list[PaletteEntry]:
    """Return what everybody can do everywhere."""
    return [
        PaletteEntry(
            label=_("Change between light and dark"),
            icon="moon",
            note=_("Action"),
            words="theme tema dark scuro",
            does="theme",
        ),
        PaletteEntry(
            label=_("Keyboard shortcuts"),
            icon="circle-help",
            note=_("Action"),
            words="keys tasti tastiera",
            does="sheet",
        ),
        PaletteEntry(
            label=_("Change password"),
            icon="key-round",
            url=reverse("account_change_password"),
            note=_("Your account"),
        ),
        PaletteEntry(
            label=_("Sign out"),
            icon="log-out",
            url=reverse("account_logout"),
            note=_("Action"),
            words="logout log out esci",
            post=True,
        ),
    ]
