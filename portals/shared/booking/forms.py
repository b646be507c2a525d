"""What is asked when something is booked or called off."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.services.cancelling import REASON_MAX_LENGTH
from booking.services.reservations import NOTES_MAX_LENGTH
from portals.shared.booking.series import RepeatForm, scope_field
from portals.shared.forms import PortalForm


class BookForm(PortalForm):
    """A hold becomes a reservation."""

    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=NOTES_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What we should know or prepare, such as the arrangement of the chairs."),
    )


class RepeatBookForm(RepeatForm, BookForm):
    """A hold becomes the first of several reservations."""


class CancelForm(PortalForm):
    """A reservation is called off, perhaps with those that repeat it."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.TextInput(),
    )
    scope = scope_field()
