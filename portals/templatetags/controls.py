"""The glue between Django's form fields and the field components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import forms, template

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.utils.safestring import SafeString

register = template.Library()

_CONTROL_CLASSES: Final[tuple[tuple[type[forms.Widget], str], ...]] = (
    (forms.CheckboxSelectMultiple, "checkbox"),
    (forms.RadioSelect, "radio"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-input"),
    (forms.widgets.Input, "input"),
)


@register.simple_tag
def control(field: BoundField, **attrs: str) -> SafeString:
    """Render a field's input with its class and what assistive technology needs to know."""
    described = [
        f"{field.auto_id}_{part}"
        for part, there in (("help", field.help_text), ("error", field.errors))
        if there
    ]
    attrs["class"] = f"{control_class(field)} {field.field.widget.attrs.get('class', '')}".strip()
    if described and not is_group(field):
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs={name.replace("_", "-"): text for name, text in attrs.items()})


@register.filter
def control_class(field: BoundField) -> str:
    """Name the class of a field's input."""
    widget = field.field.widget
    return next((name for kind, name in _CONTROL_CLASSES if isinstance(widget, kind)), "")


@register.filter
def is_check(field: BoundField) -> bool:
    """Tell whether the label stands beside a single box."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Tell whether the field is a set of boxes that needs a legend."""
    return bool(field.use_fieldset) and isinstance(
        field.field.widget,
        forms.RadioSelect | forms.CheckboxSelectMultiple,
    )


@register.filter
def is_password(field: BoundField) -> bool:
    """Tell whether the value can be shown on demand."""
    return isinstance(field.field.widget, forms.PasswordInput)
