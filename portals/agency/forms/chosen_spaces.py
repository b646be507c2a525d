"""A choice of spaces, shared by what counts in some of them or in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Space
from booking.selectors.places import list_spaces_for
from portals.shared.forms import PortalForm
from spotex.kernel.actor import Actor

_MOST_SPACES: Final = 200


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


def list_spaces_to_choose(actor: Actor) -> list[Space]:
    """List the spaces for which somebody can let something count, with their locations."""
    return list(list_spaces_for(actor)[:_MOST_SPACES])
