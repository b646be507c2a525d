"""Lists as files: which columns, for which program; the rows are those that the list shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django import forms
from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from portals.shared.forms import PortalForm
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from portals.shared.spreadsheets import ROWS_MAX, stream_csv
from spotex.kernel.tenancy import agency_scope, current_schema

_CHUNK: Final = 500
_CHOICES: Final = ("columns", "layout")


class Layout(NamedTuple):
    """How a program wants its file."""

    label: str | Promise
    delimiter: str
    has_mark: bool


LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        "excel": Layout(gettext_lazy("Excel in Italian: semicolons"), ";", has_mark=True),
        "comma": Layout(
            gettext_lazy("Excel in English, Google Sheets: commas"), ",", has_mark=True
        ),
        "plain": Layout(gettext_lazy("Programs: commas, plain UTF-8"), ",", has_mark=False),
    },
)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column that a file may have."""

    name: str
    label: str | Promise
    read: Callable[[Any], object]
    is_chosen: bool = True
    """Ticked when the page opens."""

    is_moment: bool = False
    """Written in the reader's time zone, which the heading names."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """What may be written into a file."""

    title: str
    file_name: str
    back: str
    columns: Sequence[Column]
    rows: QuerySet[Any]


class ExportForm(PortalForm):
    """Which columns, for which program."""

    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one column.")},
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("For"),
        choices=[(name, layout.label) for name, layout in LAYOUTS.items()],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(column.name, column.label) for column in columns]
        self.fields["columns"].choices = choices  # type: ignore[attr-defined]


def export_list(request: PortalRequest, export: Export) -> HttpResponse:
    """Ask for columns and program, then send the file."""
    is_chosen = any(name in request.GET for name in _CHOICES)
    form = ExportForm(
        request.GET if is_chosen else None, columns=export.columns, initial=_initial(export)
    )
    count = export.rows.count()
    if form.is_valid():
        if count <= ROWS_MAX:
            return _send(export, form=form)
        form.add_error(
            None, _("These are more than %(most)s rows. Narrow the list.") % {"most": ROWS_MAX}
        )
    filters = [
        pair for pair in request.GET.items() if pair[0] not in _CHOICES and "\0" not in pair[1]
    ]
    return render_page(
        request,
        "portals/shared/export.html",
        {"form": form, "export": export, "count": count, "filters": filters},
        status=422 if form.is_bound else 200,
    )


def _initial(export: Export) -> dict[str, Any]:
    return {
        "columns": [column.name for column in export.columns if column.is_chosen],
        "layout": "excel" if get_language() == "it" else "comma",
    }


def _send(export: Export, *, form: ExportForm) -> HttpResponse:
    wanted = set(form.value_of("columns"))
    columns = [column for column in export.columns if column.name in wanted]
    layout = LAYOUTS[form.value_of("layout")]
    zone = timezone.get_current_timezone()
    return stream_csv(
        _stream_rows(export.rows, columns=columns, zone=zone),
        heads=[_name_column(column, zone=zone) for column in columns],
        name=f"{export.file_name}-{timezone.localdate():%Y-%m-%d}",
        delimiter=layout.delimiter,
        has_mark=layout.has_mark,
    )


def _name_column(column: Column, *, zone: tzinfo) -> str:
    return f"{column.label} ({zone})" if column.is_moment else str(column.label)


def _stream_rows(
    rows: QuerySet[Model], *, columns: Sequence[Column], zone: tzinfo
) -> Iterator[list[object]]:
    """Yield the cells of rows that exist now, in chunks that each enter the schema anew.

    The file is written when the request is over, and with it the scope of its agency.
    """
    schema, language = current_schema(), get_language() or settings.LANGUAGE_CODE
    keys = list(rows.values_list("pk", flat=True))

    def read() -> Iterator[list[object]]:
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            with agency_scope(schema), override(language):
                found = {row.pk: row for row in rows.order_by().filter(pk__in=part)}
                lines = [
                    [_read_cell(column, found[key], zone=zone) for column in columns]
                    for key in part
                    if key in found
                ]
            yield from lines

    return read()


def _read_cell(column: Column, row: Model, *, zone: tzinfo) -> object:
    value = column.read(row)
    if column.is_moment:
        return timezone.localtime(value, zone).strftime("%Y-%m-%d %H:%M")  # type: ignore[arg-type]
    return value
