"""Colours and logo of an agency: cached for good, harmless, and never another agency's."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from conftest import ClientFor
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.hosts import snapshot_of
from tenants.models import Agency
from tenants.services.branding import change_branding
from tenants.states import PortalName

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><path d="M0 0h30v10z"/></svg>'


def _picture() -> bytes:
    result = io.BytesIO()
    Image.new("RGB", (30, 10), "red").save(result, "PNG")
    return result.getvalue()


def _with_logo(agency: Agency, content: bytes) -> str:
    with agency_scope(agency):
        changed = change_branding(agency, actor=system_actor(agency), changes={}, logo=content)
    return snapshot_of(changed).brand_logo_url


@pytest.mark.parametrize("portal", [PortalName.AGENCY, PortalName.CUSTOMER])
def test_the_stylesheet_is_cached_for_good(
    agency: Agency, client_for: ClientFor, portal: PortalName
) -> None:
    path = f"/brand/{snapshot_of(agency).brand_digest}.css"

    response = client_for(portal=portal).get(path)

    assert (response.status_code, response["Content-Type"]) == (200, "text/css")
    assert "immutable" in response["Cache-Control"]
    assert "--brand:" in response.content.decode()


def test_a_stylesheet_of_another_colour_is_missing(agency: Agency, client_for: ClientFor) -> None:
    assert client_for().get("/brand/000000000000.css").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind"), [(SVG, "image/svg+xml"), (_picture(), "image/png")], ids=["svg", "png"]
)
def test_a_logo_can_do_nothing_by_itself(
    agency: Agency, client_for: ClientFor, content: bytes, kind: str
) -> None:
    response = client_for().get(_with_logo(agency, content))

    assert (response.status_code, response["Content-Type"]) == (200, kind)
    assert "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response)


def test_another_agencys_logo_is_missing(
    agency: Agency, other_agency: Agency, client_for: ClientFor
) -> None:
    path = _with_logo(agency, SVG)

    assert client_for(agency=other_agency).get(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["logo-0000000000000000.svg", "../../../etc/passwd", "..%2f..%2fmanage.py", "x"]
)
def test_only_the_present_logo_is_served(agency: Agency, client_for: ClientFor, name: str) -> None:
    _with_logo(agency, SVG)

    assert client_for().get(f"/brand/{name}").status_code == 404
