"""A choice of spaces, shared by what counts in some of them or in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Space
from portals.shared.forms import PortalForm


class ChosenSpacesForm(PortalForm):
    """A form with a box for each space; none of them means all."""

    spaces = forms.MultipleChoiceField(
        label=_("Only for these spaces"),
        required=False,
        choices=list,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: it counts everywhere."),
    )

    def __init__(self, *args: Any, spaces: Sequence[Space], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._spaces = {one.public_id: one for one in spaces}
        field = cast("forms.MultipleChoiceField", self.fields["spaces"])
        field.choices = [(one.public_id, self.name_space(one)) for one in spaces]

    def name_space(self, space: Space) -> str:
        """Return what stands beside the box of a space whose location is loaded."""
        return f"{space.location.name} · {space.name}"

    def read_spaces(self) -> list[Space]:
        """Return the spaces that were chosen."""
        return [self._spaces[public_id] for public_id in self.cleaned_data["spaces"]]
