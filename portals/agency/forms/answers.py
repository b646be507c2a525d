"""The form with which the agency answers somebody who asks for a stay."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.services.requests import ANSWER_MAX_LENGTH
from portals.shared.forms import PortalForm


class AnswerForm(PortalForm):
    """What the agency says with its yes or no."""

    words = forms.CharField(
        label=_("Your words"),
        max_length=ANSWER_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They stand in the mail and on the page of who asked."),
    )
