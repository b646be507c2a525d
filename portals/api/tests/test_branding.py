"""``branding`` through the API."""

from __future__ import annotations

import pytest

from tenants.logos import MAX_BYTES

BRAND = {
    "name": "Acme Nuova",
    "color": "#AA0044",
    "footer": "Acme SRL",
    "support_email": "aiuto@acme.test",
    "language": "en",
}
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)


def _send(calls, content: bytes, media_type: str, **headers: str):
    response = calls.client.generic(
        "PUT",
        "/api/v1/branding/logo",
        content,
        content_type=media_type,
        headers={**calls.headers, **headers},
    )
    return response.status_code, response.json()


def test_the_branding_is_replaced_and_shown(owner_calls, agency) -> None:
    before = owner_calls("GET", "branding", status=200)["data"]
    etag = owner_calls.response["ETag"]
    assert (before["name"], before["logo_url"]) == ("Studio Acme", None)

    changed = owner_calls("PUT", "branding", BRAND, status=200, if_match=etag)["data"]

    assert changed == {**BRAND, "color": "#aa0044", "logo_url": None}
    assert owner_calls("GET", "branding", status=200)["data"] == changed
    stale = owner_calls("PUT", "branding", BRAND, status=409, if_match=etag)
    assert stale["code"] == "stale"
    short = {name: BRAND[name] for name in ("name", "color", "language")}
    assert owner_calls("PUT", "branding", short, status=200)["data"]["footer"] == ""


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"color": "red"}, 422),
        ({"color": "#12345678"}, 400),
        ({"name": ""}, 400),
        ({"language": "de"}, 400),
        ({"support_email": "nobody"}, 400),
        ({"slug": "other"}, 400),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(owner_calls, change, status) -> None:
    answer = owner_calls("PUT", "branding", {**BRAND, **change}, status=status)

    assert answer["errors"]
    assert owner_calls("GET", "branding")["data"]["name"] == "Studio Acme"


def test_a_logo_is_sent_as_it_is(owner_calls, agency, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path

    status, sent = _send(owner_calls, SVG, "image/svg+xml")

    assert status == 200
    assert sent["data"]["logo_url"].startswith("http://acme.customers.localhost")
    removed = owner_calls("DELETE", "branding/logo", status=200)["data"]
    assert removed["logo_url"] is None


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        (b"", "image/png", (400, "invalid_input")),
        (b"no picture", "image/png", (422, "logo_refused")),
        (SVG.replace(b"<rect", b"<script/><rect"), "image/svg+xml", (422, "logo_refused")),
        (b"\0" * (MAX_BYTES + 1), "image/png", (413, "too_large")),
        (SVG, "text/html", (415, "unsupported_media_type")),
        (b"{}", "application/json", (415, "unsupported_media_type")),
    ],
)
def test_what_is_no_logo_is_refused(owner_calls, content, media_type, expected) -> None:
    status, answer = _send(owner_calls, content, media_type)

    assert (status, answer["code"]) == expected
    assert owner_calls("GET", "branding")["data"]["logo_url"] is None


def test_a_stale_logo_is_refused(owner_calls) -> None:
    status, answer = _send(owner_calls, SVG, "image/svg+xml", **{"if-match": '"1"'})

    assert (status, answer["code"]) == (409, "stale")


def test_only_those_who_manage_the_agency_change_its_brand(viewer_calls, contact_calls) -> None:
    viewer_calls("GET", "branding", status=200)
    viewer_calls("PUT", "branding", BRAND, status=403)
    viewer_calls("DELETE", "branding/logo", status=403)
    contact_calls("GET", "branding", status=403)
