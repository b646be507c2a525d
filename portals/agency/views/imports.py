"""Customers from a file: send it, see what would become of it, import it, see what did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.agency.forms.imports import ImportForm, UploadForm
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page
from portals.shared.requests import PortalRequest
from portals.shared.spreadsheets import stream_csv
from tenants.customers.access import access_import
from tenants.customers.import_files import FIELDS, Table
from tenants.customers.import_lines import FIELD_LABELS
from tenants.customers.models import CustomerImport
from tenants.customers.selectors import list_imports_for
from tenants.customers.services.imports import (
    change_import,
    list_refused_lines,
    preview_import,
    start_import,
    upload_customers,
)
from tenants.customers.states import ImportMode, ImportState
from tenants.permissions import Permission

LATELY: Final = 5
SHOWN_REFUSED: Final = 50
SHOWN_GOOD: Final = 5
_FORM: Final = ("GET", "HEAD", "POST")


@portal_view(Permission.CUSTOMER_MANAGE, methods=_FORM)
def upload(request: PortalRequest) -> HttpResponse:
    """Show the form for a file, and take it."""
    form = UploadForm(posted(request), request.FILES or None)
    found = apply_form(
        form,
        lambda: upload_customers(
            actor=request.actor,
            file_name=form.value_of("file").name,
            content=form.read_content(),
            at=timezone.now(),
        ),
        renamed={"encoding": "file"},
    )
    if found is not None:
        return go(request, _page_of(found))
    context = {"form": form, "imports": list_imports_for(request.actor)[:LATELY]}
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/agency/customers/import.html", context, status=status)


@portal_view(Permission.CUSTOMER_MANAGE)
def download_template(request: PortalRequest) -> HttpResponse:
    """Send a file with the heads that are recognised, and one line as an example."""
    is_italian = getattr(request, "LANGUAGE_CODE", "") == "it"
    example = {
        "name": "Trattoria da Gino S.r.l.",
        "email": "gino@trattoria.example",
        "vat_number": "00743110157",
        "sdi_code": "M5UXCR1",
        "pec": "trattoria@pec.example",
        "language": "it",
        "notes": _("Prefers calls in the morning"),
    }
    return stream_csv(
        iter([[example[name] for name in FIELDS]]),
        heads=[str(FIELD_LABELS[name]) for name in FIELDS],
        name=_("customers"),
        delimiter=";" if is_italian else ",",
    )


@portal_view(Permission.CUSTOMER_MANAGE, methods=_FORM)
def show_import(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show what would become of a file, or what did; read it in another way."""
    found = access_import(request.actor, public_id)
    if found.state == ImportState.DRAFT:
        return _show_draft(request, found)
    context = {"found": found, "left_out": found.lines_seen - found.created}
    return render_page(
        request,
        "portals/agency/customers/import_result.html",
        context,
        partials={"import-result": "result"},
    )


def _show_draft(request: PortalRequest, found: CustomerImport) -> HttpResponse:
    preview = preview_import(found, actor=request.actor)
    form = ImportForm(
        posted(request), heads=preview.table.heads, initial=ImportForm.initial_of(found)
    )
    saved = apply_form(
        form,
        lambda: change_import(
            found,
            actor=request.actor,
            encoding=form.value_of("encoding"),
            delimiter=form.value_of("delimiter"),
            columns=form.read_columns(),
        ),
        renamed={"file": "encoding"},
    )
    if saved is not None:
        return go(request, _page_of(saved))
    good, refused = preview.good, preview.refused
    context: dict[str, Any] = {
        "form": form,
        "found": found,
        "preview": preview,
        "good": good,
        "refused": refused,
        "duplicates": sum(line.is_duplicate for line in refused),
        "shown_refused": refused[:SHOWN_REFUSED],
        "shown_good": good[:SHOWN_GOOD],
        "is_too_many": preview.room is not None and len(good) > preview.room,
    }
    return render_page(
        request,
        "portals/agency/customers/import_check.html",
        context,
        status=422 if form.is_bound else 200,
    )


@portal_view(Permission.CUSTOMER_MANAGE, methods=("POST",))
def run(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let the customers be added; asked twice, it happens once."""
    found = access_import(request.actor, public_id)
    mode = ImportMode.ALL if request.POST.get("mode") == ImportMode.ALL else ImportMode.GOOD
    return carry_out(
        request,
        lambda: start_import(found, actor=request.actor, mode=mode, at=timezone.now()),
        done="",
        then=_page_of(found),
    )


@portal_view(Permission.CUSTOMER_MANAGE)
def download_lines(request: PortalRequest, public_id: str) -> HttpResponse:
    """Send the lines that are left out with the reasons, to be corrected and sent again."""
    found = access_import(request.actor, public_id)
    table, reasons = list_refused_lines(found)
    return stream_csv(
        _list_lines(table, reasons),
        heads=[*table.heads, _("Why it was left out")],
        name=_("lines left out"),
        delimiter=";" if found.delimiter == ";" else ",",
    )


def _list_lines(table: Table, reasons: dict[int, str]) -> Iterator[list[object]]:
    width = len(table.heads)
    for row in table.rows:
        if row.number in reasons:
            cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
            yield [*cells, reasons[row.number]]


def _page_of(found: CustomerImport) -> str:
    return reverse("agency:customer-import-detail", args=[found.public_id])
