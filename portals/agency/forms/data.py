"""Forms about the agency's data as a whole."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from tenants.lengths import NAME_MAX_LENGTH
from tenants.models.closures import CLOSING_REASON_MAX_LENGTH


class ClosingForm(PortalForm):
    """The agency's name, so that nobody ends it by a slip, and why."""

    name = forms.CharField(label=_("Name of the agency"), max_length=NAME_MAX_LENGTH)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=CLOSING_REASON_MAX_LENGTH,
        required=False,
        help_text=_("It helps us to do better."),
    )
