"""Forms about own domains."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from tenants.states import PortalName

PORTALS = (
    (PortalName.CUSTOMER.value, _("Customer portal")),
    (PortalName.AGENCY.value, _("Agency portal")),
)


class DomainForm(PortalForm):
    """A domain to use."""

    domain = forms.CharField(
        label=_("Domain"),
        max_length=300,
        help_text=_("A name that you own, such as clients.your-agency.com."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    portal = forms.ChoiceField(
        label=_("Leads to"),
        choices=PORTALS,
        help_text=_("A domain serves exactly one portal; you can change it later."),
    )


class DomainPortalForm(PortalForm):
    """Which portal a domain serves."""

    portal = forms.ChoiceField(label=_("Leads to"), choices=PORTALS)
