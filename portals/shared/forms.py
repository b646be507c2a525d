"""The base of all forms, and the bridge from domain errors to fields."""

from __future__ import annotations

from typing import Any

from django import forms

from spotex.kernel.errors import DomainError


class PortalForm(forms.Form):
    """A form whose fields refuse NUL bytes and strip white space, as Django's do."""

    def add_domain_error(self, error: DomainError, *, renamed: dict[str, str] | None = None) -> None:
        """Show a rule's sentence at the field that it blames, else above the form."""
        field = (renamed or {}).get(error.field or "", error.field)
        self.add_error(field if field in self.fields else None, error.message)

    def value_of(self, name: str) -> Any:
        """Return the cleaned value of a field."""
        return self.cleaned_data[name]
