"""The pages of an agency that list what lies in its schema."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from portals.admin.actors import read_key, staff_actor
from portals.admin.decorators import action
from portals.admin.exports import send_rows
from portals.admin.rows import ROW_KINDS, RowKind
from spotex.kernel.tenancy import agency_scope
from tenants.models import Agency
from tenants.services.staff import note_export

_PAGE: Final = 50
_SEARCH_MAX_LENGTH: Final = 100
_LIST: Final = "tenants_agency_rows"


class AgencyRows:
    """What an agency's page offers to staff who look for something inside."""

    admin_site: admin.AdminSite
    opts: Any

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the lists and their files."""
        view = self.admin_site.admin_view
        own = [
            path("<str:object_id>/rows/<str:kind>/", view(self.show_rows), name=_LIST),
            path(
                "<str:object_id>/rows/<str:kind>/export/",
                view(self.export_rows),
                name=f"{_LIST}_export",
            ),
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    @action(description=_("Data"), icon="database", url_path="data")
    def open_rows(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the first list."""
        agency = get_object_or_404(Agency, pk=read_key(object_id))
        return redirect(f"admin:{_LIST}", agency.pk, next(iter(ROW_KINDS)))

    def show_rows(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """List one page of the rows that are looked for."""
        agency, chosen = _find(object_id, kind)
        search, state = _read_wish(request)
        with agency_scope(agency):
            page = Paginator(chosen.filter(search=search, state=state), _PAGE).get_page(
                request.GET.get("page")
            )
            lines = [[str(read(row)) for _head, read in chosen.columns] for row in page]
        wish = request.GET.copy()
        wish.pop("page", None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": agency,
            "title": f"{agency.name}: {chosen.title}",
            "kinds": [(name, other.title) for name, other in ROW_KINDS.items()],
            "kind": kind,
            "chosen": chosen,
            "page": page,
            "lines": lines,
            "search": search,
            "state": state,
            "wish": wish.urlencode(),
        }
        return TemplateResponse(request, "portals/admin/agency_rows.html", context)

    def export_rows(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """Send the rows that are looked for as a file."""
        agency, chosen = _find(object_id, kind)
        search, state = _read_wish(request)
        with agency_scope(agency):
            rows = chosen.filter(search=search, state=state)
            count, answer = (
                rows.count(),
                send_rows(rows, columns=chosen.export, name=f"{agency.slug}-{chosen.title}"),
            )
        note_export(f"{agency.name}: {kind}", rows=count, actor=staff_actor(request))
        return answer


def _find(object_id: str, kind: str) -> tuple[Agency, RowKind]:
    if kind not in ROW_KINDS:
        raise Http404
    return get_object_or_404(Agency, pk=read_key(object_id)), ROW_KINDS[kind]


def _read_wish(request: HttpRequest) -> tuple[str, str]:
    words = request.GET.get("q", "").replace("\0", "").strip()[:_SEARCH_MAX_LENGTH]
    return words, request.GET.get("state", "")
