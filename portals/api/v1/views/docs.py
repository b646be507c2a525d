"""The OpenAPI document and two ways to read it, served by ourselves.

Both readers write style elements while they run, so their pages, and only these, allow inline
styles. ReDoc's script asks another company's server for a logo; it is served without.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portals.api.schema import render_document
from portals.shared.access import portal_view
from portals.shared.requests import PortalRequest

_REDOC: Final = "drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js"
_FOREIGN_LOGO: Final = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_LOGO: Final = b"data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


@portal_view(public=True)
def show_root(_request: PortalRequest) -> HttpResponse:
    """Lead from the bare host of the API to its documents."""
    return redirect("api:docs")


@portal_view(public=True)
def show_openapi(request: PortalRequest) -> HttpResponse:
    """Answer with the OpenAPI document, in the name of the host's agency."""
    brand = request.agency.brand_name if request.agency else ""
    return _cacheable(HttpResponse(render_document(brand), content_type="application/json"))


@csp_update({"style-src": [UNSAFE_INLINE]})
@portal_view(public=True)
def show_swagger(request: PortalRequest) -> HttpResponse:
    """Show Swagger UI."""
    return render(request, "portals/api/swagger.html")


@csp_update({"style-src": [UNSAFE_INLINE]})
@portal_view(public=True)
def show_redoc(request: PortalRequest) -> HttpResponse:
    """Show ReDoc."""
    return render(request, "portals/api/redoc.html")


@portal_view(public=True)
def send_redoc_script(_request: PortalRequest) -> HttpResponse:
    """Answer with ReDoc's script without its foreign logo."""
    return _cacheable(HttpResponse(_read_redoc_script(), content_type="text/javascript"))


@lru_cache(maxsize=1)
def _read_redoc_script() -> bytes:
    with staticfiles_storage.open(_REDOC) as file:
        script: bytes = file.read()
    return script.replace(_FOREIGN_LOGO, _NO_LOGO)


def _cacheable(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "public, max-age=300"
    return response
