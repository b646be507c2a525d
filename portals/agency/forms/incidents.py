"""Forms about incidents on the status page."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from tenants.customers.models import Incident
from tenants.customers.states import INCIDENT_FLOWS, IncidentImpact
from tenants.lengths import INCIDENT_MESSAGE_MAX_LENGTH, NAME_MAX_LENGTH

_IMPACTS: Final = (
    (IncidentImpact.MINOR.value, _("Minor: something is slow, or fails for some")),
    (IncidentImpact.MAJOR.value, _("Major: something important does not work")),
    (IncidentImpact.MAINTENANCE.value, _("Maintenance: work that you have planned")),
)
_VERSION_MAX: Final = 2_147_483_647


class IncidentForm(PortalForm):
    """What an agency tells first."""

    title = forms.CharField(
        label=_("Title"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("What your customers notice, in a few words."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    impact = forms.ChoiceField(label=_("Impact"), choices=_IMPACTS, widget=forms.RadioSelect)
    message = forms.CharField(
        label=_("Message"),
        max_length=INCIDENT_MESSAGE_MAX_LENGTH,
        help_text=_("Anybody can read it: what happens, who is concerned, when you write again."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class IncidentChangeForm(PortalForm):
    """Title and impact corrected, from a version of the row."""

    title = forms.CharField(
        label=_("Title"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    impact = forms.ChoiceField()
    version = forms.IntegerField(min_value=1, max_value=_VERSION_MAX, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, incident: Incident) -> None:
        names = ("title", "impact", "version")
        super().__init__(data, initial={name: getattr(incident, name) for name in names})
        flow = INCIDENT_FLOWS[incident.impact]
        choices = [pair for pair in _IMPACTS if INCIDENT_FLOWS[pair[0]] == flow]
        self.fields["impact"] = forms.ChoiceField(
            label=_("Impact"), choices=choices, widget=forms.RadioSelect
        )


class IncidentUpdateForm(PortalForm):
    """How it goes on, from a version of the row."""

    state = forms.ChoiceField()
    message = forms.CharField(
        label=_("Message"),
        max_length=INCIDENT_MESSAGE_MAX_LENGTH,
        help_text=_("What was said before stays on the page."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(min_value=1, max_value=_VERSION_MAX, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, incident: Incident) -> None:
        names = ("state", "version")
        super().__init__(data, initial={name: getattr(incident, name) for name in names})
        choices = [(state.value, state.label) for state in INCIDENT_FLOWS[incident.impact]]
        self.fields["state"] = forms.ChoiceField(label=_("State"), choices=choices)
