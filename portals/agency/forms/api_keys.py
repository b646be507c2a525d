"""Forms about API keys."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from portals.shared.scopes import ScopeGroup, list_scope_groups
from tenants.lengths import NAME_MAX_LENGTH
from tenants.services.keys import REQUESTS_MAX

LIVES: Final = (
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("One year")),
    ("", _("No end")),
)


class ApiKeyChangesForm(PortalForm):
    """What of a key can be changed."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("The program that uses the key. What it does is recorded under this name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What the program may do"),
        error_messages={"required": _("Choose at least one scope.")},
    )
    requests_per_minute = forms.IntegerField(
        label=_("Calls a minute"),
        required=False,
        min_value=1,
        max_value=REQUESTS_MAX,
        help_text=_("Empty for as many as the plan allows."),
    )

    def __init__(self, *args: Any, offered: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = offered
        choices = [(scope, scope) for scope in offered]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]

    @property
    def scope_groups(self) -> list[ScopeGroup]:
        """The boxes, as they were sent or as they are saved."""
        return list_scope_groups(self._offered, chosen=self["scopes"].value() or ())


class ApiKeyForm(ApiKeyChangesForm):
    """A new key."""

    life = forms.ChoiceField(
        label=_("Expires after"),
        choices=LIVES,
        required=False,
        initial="365",
        help_text=_("A key that nobody uses any more should not work for ever."),
    )

    def values(self, *, at: datetime) -> dict[str, Any]:
        """Return the cleaned values under the names of the service."""
        days = self.value_of("life")
        return {
            "name": self.value_of("name"),
            "scopes": self.value_of("scopes"),
            "requests_per_minute": self.value_of("requests_per_minute"),
            "expires_at": at + timedelta(days=int(days)) if days else None,
        }
