"""Lists of the admin as CSV: the rows that the list shows, the columns that are no secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from portals.admin.actors import staff_actor
from portals.admin.decorators import action
from portals.shared.spreadsheets import ROWS_MAX, stream_csv
from spotex.kernel.tenancy import agency_scope, current_schema
from tenants.services.staff import note_export

_CHUNK: Final = 500

WORDS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "public_id": _("public id"),
        "created_at": _("created"),
        "subject": _("subject's id"),
        "agency": _("agency"),
        "tenant": _("agency"),
        "slug": _("address"),
        "user": _("person"),
        "created_by": _("made by"),
        "operation": _("operation"),
        "portal": _("portal"),
        "certificate_state": _("certificate"),
        "certificate_issuer": _("issuer of the certificate"),
        "certificate_until": _("certificate until"),
        "certificate_error": _("error of the certificate"),
        "failures": _("failed checks in a row"),
    },
)
"""Names of fields for which the models have no words of their own."""

Column = str | tuple[str, str | Promise]
"""A look-up such as ``agency__slug``, with words of its own if the model has none for it."""


class ExportsRows:
    """A button above a list that sends what the list shows now, filters and search included."""

    export_fields: ClassVar[tuple[Column, ...]] = ()
    actions_list: ClassVar = ("export_csv",)
    model: type[Model]
    opts: Any

    @action(
        description=_("Export CSV"), icon="download", url_path="export", attrs={"download": True}
    )
    def export_csv(self, request: HttpRequest) -> HttpResponse:
        """Send the rows; what was taken out stands in the trail."""
        back = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)  # type: ignore[attr-defined]
        except IncorrectLookupParameters:
            return redirect(back)
        count = rows.count()
        if count > ROWS_MAX:
            messages.error(
                request,
                gettext("These are more than %(most)s rows. Narrow the list.") % {"most": ROWS_MAX},
            )
            return redirect(back)
        note_export(self.opts.label, rows=count, actor=staff_actor(request))
        return send_rows(rows, columns=self.export_fields, name=str(self.opts.verbose_name_plural))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Let the button keep search and filters."""
        answer: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        if isinstance(answer, TemplateResponse) and answer.context_data and request.GET:
            for entry in answer.context_data.get("actions_list", ()):
                entry["path"] = f"{entry['path']}?{request.GET.urlencode()}"
        return answer


def send_rows(rows: QuerySet[Any], *, columns: Sequence[Column], name: str) -> HttpResponse:
    """Return the rows as a file, written while it is sent."""
    return stream_csv(
        _stream(rows, [_lookup(column) for column in columns]),
        heads=[head_of(rows.model, column) for column in columns],
        name=f"{name}-{timezone.localdate():%Y-%m-%d}",
    )


def _lookup(column: Column) -> str:
    return column if isinstance(column, str) else column[0]


def head_of(model: type[Model], column: Column) -> str:
    """Return the heading of a column: the words of each field on the way to it."""
    if not isinstance(column, str):
        return str(capfirst(str(column[1])))
    words, here = [], model
    for part in column.split("__"):
        field = here._meta.get_field(part)  # noqa: SLF001  Django's own name for it
        words.append(str(WORDS.get(part) or getattr(field, "verbose_name", part)))
        here = field.related_model or here
    return str(capfirst(": ".join(words)))


def _stream(rows: QuerySet[Any], lookups: list[str]) -> Iterator[list[object]]:
    """Yield the rows that exist now, in chunks that each enter the schema anew.

    The file is written when the request is over, and with it the scope of its schema.
    """
    schema, language = current_schema(), get_language() or settings.LANGUAGE_CODE
    zone = timezone.get_current_timezone()
    keys = list(rows.values_list("pk", flat=True))

    def read() -> Iterator[list[object]]:
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            with agency_scope(schema), override(language):
                found = {
                    line[0]: line[1:]
                    for line in rows.order_by().filter(pk__in=part).values_list("pk", *lookups)
                }
            for key in part:
                if key in found:
                    yield [_write(value, zone=zone) for value in found[key]]

    return read()


def _write(value: object, *, zone: Any) -> object:
    if isinstance(value, datetime):
        return timezone.localtime(value, zone).isoformat(timespec="seconds")
    return value
