"""The form of equipment."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Equipment, Space
from booking.models.equipment import EQUIPMENT_NAME_MAX_LENGTH, EQUIPMENT_TEXT_MAX_LENGTH
from booking.services.equipment import MOST_PIECES
from booking.states import EquipmentPricing
from portals.agency.forms.chosen_spaces import ChosenSpacesForm
from portals.agency.forms.places import VERSION_MAX
from portals.agency.forms.rates import price_field, to_amount, to_minor
from spotex.kernel.versions import version_of

_PLAIN: Final = ("name", "description", "pricing", "stock", "most_per_booking")


class EquipmentForm(ChosenSpacesForm):
    """What a location lends, at which price, and how many pieces there are."""

    name = forms.CharField(
        label=_("Name"),
        max_length=EQUIPMENT_NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=EQUIPMENT_TEXT_MAX_LENGTH,
        required=False,
        help_text=_("A line below the name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    pricing = forms.ChoiceField(label=_("Price"), choices=EquipmentPricing)
    price = price_field(_("Price of a piece"), help_text=_("VAT of the space included."))
    stock = forms.IntegerField(
        label=_("Pieces"),
        min_value=0,
        max_value=MOST_PIECES,
        required=False,
        help_text=_("All spaces of the location share them. Empty: as many as anybody wants."),
    )
    most_per_booking = forms.IntegerField(
        label=_("At most per booking"),
        min_value=1,
        max_value=MOST_PIECES,
        required=False,
        help_text=_("Empty: no limit."),
    )
    spaces = forms.MultipleChoiceField(
        label=_("Only for these spaces"),
        required=False,
        choices=list,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: for all spaces of the location."),
    )

    def name_space(self, space: Space) -> str:
        """Return its name alone: all are in one location."""
        return space.name

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in _PLAIN},
            "price_minor": to_minor(data["price"]),
            "spaces": self.read_spaces(),
        }


class EquipmentChangeForm(EquipmentForm):
    """The same, filled from a version of the row."""

    version = forms.IntegerField(min_value=1, max_value=VERSION_MAX, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, item: Equipment) -> dict[str, Any]:
        """Return what the form shows first."""
        return {
            **{name: getattr(item, name) for name in _PLAIN},
            "price": to_amount(item.price_minor),
            "spaces": list(item.spaces.values_list("public_id", flat=True)),
            "version": version_of(item),
        }
