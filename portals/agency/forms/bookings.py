"""Forms of the calendar: a stay for somebody, a block, and calling a reservation off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Space
from booking.models.vouchers import CODE_MAX_LENGTH
from booking.periods import Period
from booking.rules import make_period
from booking.services.cancelling import REASON_MAX_LENGTH
from booking.services.reservations import NOTES_MAX_LENGTH, Visitor
from booking.states import PaymentRule
from portals.agency.forms.places import ClockInput, DayInput
from portals.shared.booking.equipment import list_choices, piece_field
from portals.shared.booking.series import RepeatForm, scope_field
from portals.shared.forms import PortalForm
from tenants.customers.models import Customer
from tenants.lengths import EMAIL_MAX_LENGTH, NAME_MAX_LENGTH

RENAMED = {
    "starts_at": "starts",
    "ends_at": "ends",
    "guest": "name",
    "pay_with_credits": "with_credits",
}
"""The domain's names of fields → those of these forms."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2200


class TimeForm(PortalForm):
    """A time by the clock of a space, perhaps over several days."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    starts = forms.TimeField(label=_("From"), widget=ClockInput())
    last_day = forms.DateField(
        label=_("Until the day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: the same day."),
    )
    ends = forms.TimeField(label=_("To"), widget=ClockInput())

    def __init__(self, data: Any, *, space: Space, at: datetime, minutes: int) -> None:
        self._zone = ZoneInfo(space.location.time_zone)
        begin = at.astimezone(self._zone)
        end = (at + timedelta(minutes=minutes)).astimezone(self._zone)
        super().__init__(
            data,
            initial={
                "day": begin.date(),
                "starts": begin.time(),
                "ends": end.time(),
                "last_day": end.date() if end.date() != begin.date() else None,
            },
        )

    def clean_day(self) -> date:
        """Refuse years in which nobody books."""
        return self._require_sane("day")

    def clean_last_day(self) -> date | None:
        """Refuse years in which nobody books."""
        return self._require_sane("last_day") if self.cleaned_data["last_day"] else None

    def read_period(self) -> Period:
        """Return the time as moments.

        Raises:
            EndBeforeStart: it would be empty, or run backwards.
        """
        data = self.cleaned_data
        return make_period(
            starts_at=self._to_moment(data["day"], data["starts"]),
            ends_at=self._to_moment(data["last_day"] or data["day"], data["ends"]),
        )

    def clean(self) -> None:
        """Refuse wall times that the clocks skip that day."""
        data = self.cleaned_data
        for day, wall in ((data.get("day"), "starts"), (data.get("last_day"), "ends")):
            chosen, at = day or data.get("day"), data.get(wall)
            if chosen and at and not self._exists(chosen, at):
                self.add_error(wall, gettext("The clocks skip this time on that day."))

    def _require_sane(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise forms.ValidationError(gettext("Choose a day in this century or the next."))
        return day

    def _to_moment(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, self._zone).astimezone(UTC)

    def _exists(self, day: date, wall: time) -> bool:
        back = self._to_moment(day, wall).astimezone(self._zone)
        return back.replace(tzinfo=None) == datetime.combine(day, wall)


class BookForm(TimeForm):
    """Who comes, and when; for a customer or a guest."""

    customer = forms.ChoiceField(label=_("Customer"), required=False)
    name = forms.CharField(
        label=_("Who comes"),
        max_length=NAME_MAX_LENGTH,
        required=False,
        help_text=_("Empty: the name of the customer."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=EMAIL_MAX_LENGTH,
        required=False,
        help_text=_("The confirmation goes there. Empty: the customer’s address."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    notes = forms.CharField(
        label=_("Notes"),
        max_length=NOTES_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    voucher = forms.CharField(
        label=_("Voucher"),
        max_length=CODE_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    with_credits = forms.BooleanField(
        label=_("Pay with the customer’s credits"),
        required=False,
        help_text=_("As far as they reach; the rest is paid as usual."),
    )
    pays_later = forms.BooleanField(
        label=_("Pays later"),
        required=False,
        initial=True,
        help_text=_("Otherwise it is kept for fifteen minutes until it is paid."),
    )

    def __init__(
        self,
        data: Any,
        *,
        space: Space,
        at: datetime,
        customers: Sequence[Customer],
        language: str,
    ) -> None:
        super().__init__(data, space=space, at=at, minutes=space.min_minutes)
        stay = Period(start=at, end=at + timedelta(minutes=space.min_minutes))
        offered = list_choices(space, stay=stay)
        self._equipment = [one.item.public_id for one in offered]
        self.fields |= {one.item.public_id: piece_field(one) for one in offered}
        self._customers = {one.public_id: one for one in customers}
        self._language = language
        self.fields["customer"] = forms.ChoiceField(
            label=_("Customer"),
            required=False,
            choices=[("", _("A guest")), *((one.public_id, one.name) for one in customers)],
        )
        if space.payment != PaymentRule.PREPAID:
            del self.fields["pays_later"]
        if space.payment == PaymentRule.FREE:
            del self.fields["voucher"], self.fields["with_credits"]

    @property
    def equipment(self) -> list[forms.BoundField]:
        """The fields of what can be lent, with what is left at the time that was asked for."""
        return [self[name] for name in self._equipment]

    def read_equipment(self) -> dict[str, int]:
        """Return how many pieces of what are wanted, by public id."""
        return {name: self.cleaned_data[name] or 0 for name in self._equipment}

    def clean(self) -> None:
        """Ask who comes, where that is not the customer itself."""
        super().clean()
        if not self.cleaned_data.get("customer"):
            for name in ("name", "email"):
                if name in self.cleaned_data and not self.cleaned_data[name]:
                    self.add_error(name, self.fields[name].error_messages["required"])

    def read_visitor(self) -> Visitor:
        """Return who comes."""
        customer = self._customers.get(self.cleaned_data["customer"])
        return Visitor(
            name=self.cleaned_data["name"] or (customer.name if customer else ""),
            email=self.cleaned_data["email"] or (customer.email if customer else ""),
            language=(customer.language if customer else "") or self._language,
            customer=customer,
            notes=self.cleaned_data["notes"],
        )


class SeriesForm(RepeatForm, BookForm):
    """Who comes, when for the first time, and how it repeats."""

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        del self.fields["last_day"]
        self.fields.pop("with_credits", None)
        self.fields.pop("pays_later", None)

    def read_period(self) -> Period:
        """Return the time of the first stay, which ends on its day.

        Raises:
            EndBeforeStart: it would be empty, or run backwards.
        """
        self.cleaned_data["last_day"] = None
        return super().read_period()


class BlockForm(TimeForm):
    """When nobody can book, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=120,
        required=False,
        help_text=_("Only your agency sees it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CancelForm(PortalForm):
    """Why, and whether everything comes back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX_LENGTH,
        required=False,
        help_text=_("The people who booked read it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = scope_field()
    in_full = forms.BooleanField(
        label=_("Give everything back, whatever the policy says"), required=False
    )
