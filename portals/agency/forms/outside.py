"""What is asked of a calendar elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models.outside import URL_MAX_LENGTH
from booking.models.places import NAME_MAX_LENGTH
from portals.shared.forms import PortalForm


class OutsideForm(PortalForm):
    """A name, and an address or a file."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("As you know the other calendar, such as the portal that also sells the room."),
    )
    url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=URL_MAX_LENGTH,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=_("It begins with https:// or webcal:// and often ends in .ics."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=_("Its events count once; a file is not read again. At most 2 MB."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(said.get("url")) == bool(said.get("file")):
            self.add_error("url", _("Give an address or a file."))
        return said
