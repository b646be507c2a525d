"""What is asked before the actions on subscriptions."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from tenants.limits import LIMIT_LABELS, LIMITS, UNLIMITED
from tenants.models import Agency
from tenants.services.plans import LARGEST
from tenants.services.settlement import MOST_TRIAL_DAYS
from tenants.states import Tier


class PaidForm(forms.Form):
    """By what the payment is found again."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=80,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Of the bank transfer, such as its TRN."),
    )


class DaysForm(forms.Form):
    """How many days."""

    days = forms.IntegerField(
        label=_("Days"),
        initial=14,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TRIAL_DAYS)],
        widget=UnfoldAdminIntegerFieldWidget,
    )


class TierForm(forms.Form):
    """Which plan."""

    tier = forms.ChoiceField(label=_("Plan"), choices=Tier.choices, widget=UnfoldAdminSelectWidget)


class LimitsForm(forms.Form):
    """A figure for each limit; empty for the plan's."""

    own: ClassVar[dict[str, int]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for resource in LIMITS:
            self.fields[resource] = forms.IntegerField(
                label=str(LIMIT_LABELS[resource]),
                required=False,
                initial=self.own.get(resource),
                min_value=UNLIMITED,
                max_value=LARGEST,
                widget=UnfoldAdminIntegerFieldWidget,
            )


def limits_form_of(agency: Agency) -> type[LimitsForm]:
    """Return the form that begins with the limits that an agency has of its own."""
    return type("OwnLimitsForm", (LimitsForm,), {"own": agency.limit_overrides})
