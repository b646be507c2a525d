"""The form of a space: what it is, how it is booked, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Location, Space
from booking.models.places import DAY_MINUTES, NAME_MAX_LENGTH
from booking.states import PaymentRule, SpaceKind
from portals.agency.forms.places import VERSION_MAX
from portals.shared.forms import PortalForm
from spotex.kernel.versions import version_of

SPACE_FIELDS: Final = (
    *("name", "kind", "description", "floor", "capacity", "seats", "is_bookable", "members_only"),
    "needs_approval",
    *("slot_minutes", "min_minutes", "max_minutes", "buffer_minutes", "notice_minutes"),
    *("horizon_days", "most_per_person", "payment", "deposit_percent", "vat_percent"),
    *("free_cancel_hours", "late_refund_percent", "reminder_hours", "patience_minutes"),
)
_SMALL: Final = 32_767
_LONG: Final = 44_640
_CENTS: Final = 100
_MOST_REMINDER: Final = 744


def _count(label: Any, *, initial: int, most: int = _SMALL, help_text: Any = "") -> Any:
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, initial=initial, help_text=help_text
    )


class SpaceForm(PortalForm):
    """What an agency says about a space."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=SpaceKind)
    description = forms.CharField(
        label=_("Description"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    floor = forms.CharField(label=_("Floor"), max_length=20, required=False)
    capacity = _count(_("People"), initial=1)
    seats = _count(
        _("Places sold one by one"),
        initial=0,
        most=1_024,
        help_text=_("0: the space is booked as a whole."),
    )
    is_bookable = forms.BooleanField(label=_("Can be booked"), required=False, initial=True)
    members_only = forms.BooleanField(label=_("Not for guests"), required=False)
    needs_approval = forms.BooleanField(
        label=_("Each stay needs our yes"),
        required=False,
        help_text=_("Customers and guests ask; the time is kept until you answer."),
    )
    slot_minutes = _count(_("A slot every"), initial=60, most=DAY_MINUTES)
    min_minutes = _count(_("Shortest stay"), initial=60)
    max_minutes = _count(_("Longest stay"), initial=480, most=_LONG)
    buffer_minutes = _count(_("Pause after a stay"), initial=0, most=DAY_MINUTES)
    notice_minutes = _count(
        _("Booked at least before"), initial=0, most=_LONG, help_text=_("Not for your agency.")
    )
    horizon_days = _count(
        _("Booked at most before"), initial=90, help_text=_("0: as early as one likes.")
    )
    most_per_person = _count(
        _("Reservations a person may have"), initial=0, help_text=_("0: no limit.")
    )
    payment = forms.ChoiceField(label=_("Payment"), choices=PaymentRule)
    hourly_price = forms.DecimalField(
        label=_("Price of an hour"),
        min_value=0,
        max_value=Decimal(100_000),
        decimal_places=2,
        initial=0,
        help_text=_("VAT included."),
    )
    deposit_percent = forms.IntegerField(
        label=_("Part that is paid when booking"),
        min_value=1,
        max_value=100,
        initial=100,
        required=False,
        help_text=_("The rest is paid later. Empty: all of it."),
    )
    vat_percent = _count(_("VAT"), initial=22, most=100)
    free_cancel_hours = _count(_("Cancelled free of charge until"), initial=24)
    late_refund_percent = _count(_("Given back when cancelled later"), initial=0, most=100)
    reminder_hours = _count(
        _("Reminder by mail"), initial=24, most=_MOST_REMINDER, help_text=_("0: no reminder.")
    )
    patience_minutes = _count(
        _("Freed when nobody came"),
        initial=0,
        most=DAY_MINUTES,
        help_text=_("Without a check-in. 0: never."),
    )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        price: Decimal = self.cleaned_data["hourly_price"]
        return {
            **{name: self.cleaned_data[name] for name in SPACE_FIELDS},
            "deposit_percent": self.cleaned_data["deposit_percent"] or 100,
            "hourly_minor": int(price * _CENTS),
        }


class SpaceCreateForm(SpaceForm):
    """The same, with the place where it lies."""

    location = forms.ChoiceField(label=_("Location"))
    parent = forms.ChoiceField(label=_("Part of"), required=False)

    def __init__(
        self, data: Any, *, locations: Sequence[Location], wholes: Sequence[Space], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self._locations = {one.public_id: one for one in locations}
        self._wholes = {one.public_id: one for one in wholes}
        self.fields["location"] = forms.ChoiceField(
            label=_("Location"), choices=[(one.public_id, one.name) for one in locations]
        )
        self.fields["parent"] = forms.ChoiceField(
            label=_("Part of"),
            required=False,
            help_text=_("Booking the whole takes its parts, and the other way round."),
            choices=[
                ("", _("On its own")),
                *((one.public_id, f"{one.location.name} · {one.name}") for one in wholes),
            ],
        )

    def values(self) -> dict[str, Any]:
        """Return the cleaned data under the names of the service's parameters."""
        return {
            **super().values(),
            "location": self._locations[self.cleaned_data["location"]],
            "parent": self._wholes.get(self.cleaned_data["parent"]),
        }


class SpaceChangeForm(SpaceForm):
    """The same, filled from a version of the row."""

    version = forms.IntegerField(min_value=1, max_value=VERSION_MAX, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, space: Space) -> dict[str, Any]:
        """Return what the form shows first."""
        return {
            **{name: getattr(space, name) for name in SPACE_FIELDS},
            "hourly_price": Decimal(space.hourly_minor) / _CENTS,
            "version": version_of(space),
        }
