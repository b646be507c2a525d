"""The one question of a front door."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from portals.shared.forms import PortalForm


class DoorForm(PortalForm):
    """Where somebody wants to go."""

    workspace = forms.CharField(
        label=gettext_lazy("Name in the address of your portal"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"},
        ),
    )
