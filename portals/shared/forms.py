"""The base of all forms, and the bridge from domain errors to fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.db import IntegrityError
from django.http import HttpRequest, QueryDict

from portals.shared.failures import as_outrun
from spotex.kernel.errors import DomainError, RuleViolation
from spotex.kernel.limits import LimitExceeded

Result = TypeVar("Result")


class PortalForm(forms.Form):
    """A form whose fields refuse NUL bytes and strip white space, as Django's do."""

    def add_domain_error(
        self, error: DomainError, *, renamed: dict[str, str] | None = None
    ) -> None:
        """Show a rule's sentence at the field that it blames, else above the form."""
        field = (renamed or {}).get(error.field or "", error.field)
        self.add_error(field if field in self.fields else None, error.message)

    def value_of(self, name: str) -> Any:
        """Return the cleaned value of a field."""
        return self.cleaned_data[name]


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, None when the page is only looked at; empty is sent, too."""
    return request.POST if request.method == "POST" else None


def apply_form(
    form: PortalForm,
    call: Callable[[], Result],
    *,
    renamed: dict[str, str] | None = None,
) -> Result | None:
    """Return what the domain call answers; None when the form was not sent or something refused it.

    Args:
        form: gets the sentence of a broken rule.
        call: the one domain call, made only if the form is valid.
        renamed: the domain's name of a field → the form's.
    """
    if not form.is_valid():
        return None
    try:
        return call()
    except LimitExceeded:
        raise  # nothing in the form is wrong
    except RuleViolation as error:
        form.add_domain_error(error, renamed=renamed)
    except IntegrityError as error:
        form.add_domain_error(as_outrun(error))
    return None
