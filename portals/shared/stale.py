"""What two people wrote into the same form, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from portals.shared.forms import PortalForm
from spotex.kernel.models import TimestampedModel
from spotex.kernel.versions import version_of


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field in which the saved row and the form disagree."""

    label: str
    saved: str
    written: str


def renew_post(request: HttpRequest, row: TimestampedModel) -> QueryDict:
    """Return what was posted with the version that a row has now: saved once more, it counts."""
    data = request.POST.copy()
    data["version"] = str(version_of(row))
    return data


def list_differences(form: PortalForm, *, current: Mapping[str, Any]) -> list[Difference]:
    """Return the visible fields whose saved value is not what the form was sent with."""
    found = []
    for bound in form.visible_fields():
        saved, written = current.get(bound.name), form.cleaned_data.get(bound.name)
        if saved != written:
            found.append(
                Difference(
                    label=str(bound.label),
                    saved=_in_words(bound.field, saved),
                    written=_in_words(bound.field, written),
                ),
            )
    return found


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        value = dict(field.choices).get(value, value)  # type: ignore[arg-type]
    return str(value or "-")
