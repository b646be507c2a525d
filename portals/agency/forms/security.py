"""The form about who must sign in in two steps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from tenants.models import Agency
from tenants.states import FactorRule


class FactorRuleForm(PortalForm):
    """Who needs a second factor, and from which day on."""

    rule = forms.ChoiceField(
        label=_("Who must sign in in two steps"),
        choices=FactorRule.choices,
        widget=forms.RadioSelect,
    )
    required_on = forms.DateField(
        label=_("From which day"),
        required=False,
        help_text=_("Empty: at once. Until then everybody is reminded."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    @classmethod
    def initial_of(cls, agency: Agency) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"rule": agency.factor_rule, "required_on": agency.factor_required_on}

    def clean_required_on(self) -> date | None:
        """Refuse a day that is over, unless it is the one that stands there already."""
        day: date | None = self.cleaned_data["required_on"]
        if day is not None and day != self.initial.get("required_on") and day < _today():
            raise forms.ValidationError(
                gettext(
                    "This day is over. Choose a later one, or leave it empty to begin at once."
                ),
            )
        return day


def _today() -> date:
    return timezone.localdate()
