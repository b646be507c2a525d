"""Forms about sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hosting.models import SiteLanguage
from hosting.operations.models import HOST_MAX_LENGTH
from hosting.services.creation import ADMIN_EMAIL_MAX_LENGTH, TITLE_MAX_LENGTH
from hosting.services.sites import NAME_MAX_LENGTH
from portals.shared.forms import PortalForm
from tenants.customers.models import Customer


class CustomerChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A customer, named by its public id."""

    def label_from_instance(self, obj: Customer) -> str:
        """Return the name that people know."""
        return obj.name


class SiteForm(PortalForm):
    """What a new site is made of."""

    customer = CustomerChoiceField(
        queryset=Customer.objects.none(),
        label=_("Customer"),
        to_field_name="public_id",
        empty_label=_("Choose a customer"),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("For you and the customer; its address is made of it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_MAX_LENGTH,
        help_text=_("Visitors see it in the browser and on the start page."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    admin_email = forms.EmailField(
        label=_("Administrator's e-mail"),
        max_length=ADMIN_EMAIL_MAX_LENGTH,
        help_text=_("WordPress writes there. No password is sent: you log in with one click."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=SiteLanguage.choices)
    host_name = forms.CharField(
        label=_("Own domain"),
        max_length=HOST_MAX_LENGTH,
        required=False,
        help_text=_("Only if its DNS leads here already. The site gets a preview address anyway."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": "www.example.it", "spellcheck": "false"},
        ),
    )

    def __init__(self, *args: Any, customers: QuerySet[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = customers  # type: ignore[attr-defined]


class SiteDeleteForm(PortalForm):
    """The name typed once more, so that nobody deletes a site by a slip."""

    name = forms.CharField(
        label=_("Name of the site"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._expected = expected

    def clean_name(self) -> str:
        """Pass if the name is the site's."""
        name: str = self.cleaned_data["name"]
        if name != self._expected:
            raise forms.ValidationError(
                gettext("That is not the name. Type exactly: %(name)s") % {"name": self._expected},
            )
        return name
