"""Brand, plan and profile."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GOOD = {
    "brand_name": "Studio Nuovo",
    "brand_color": "#AA0000",
    "brand_footer": "Via Roma 1",
    "support_email": "help@acme.test",
    "language": "it",
}


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


def make_upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_png() -> bytes:
    result = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(result, "PNG")
    return result.getvalue()


def test_brand_is_saved_and_shown(client, agency):
    response = client.post("/settings/", GOOD | {"logo": make_upload(make_png())}, follow=True)

    agency.refresh_from_db()
    assert (agency.brand_name, agency.brand_color) == ("Studio Nuovo", "#aa0000")
    assert agency.brand_logo
    assert "Studio Nuovo" in response.content.decode()

    client.post("/settings/", GOOD | {"remove_logo": "on"})

    agency.refresh_from_db()
    assert not agency.brand_logo


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"brand_name": ""}, "brand_name"),
        ({"brand_name": "x" * 121}, "brand_name"),
        ({"brand_color": "red"}, "brand_color"),
        ({"brand_color": "#12345"}, "brand_color"),
        ({"brand_color": "#12345g"}, "brand_color"),
        ({"brand_footer": "x" * 301}, "brand_footer"),
        ({"support_email": "help"}, "support_email"),
        ({"language": "xx"}, "language"),
    ],
)
def test_brand_refuses_bad_input(client, agency, change, field):
    response = client.post("/settings/", GOOD | change)

    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00 renamed", "logo.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "logo.svg"),
        (b"\0" * (2 * 1024 * 1024 + 1), "logo.png"),
        (b"", "logo.png"),
    ],
)
def test_brand_refuses_bad_logos(client, agency, content, name):
    response = client.post("/settings/", GOOD | {"logo": make_upload(content, name)})

    assert response.status_code == 422
    assert 'id="id_logo_error"' in response.content.decode()
    agency.refresh_from_db()
    assert not agency.brand_logo


def test_profile(client, owner):
    client.post("/profile/", {"full_name": "Olga Nuova", "language": "en"})

    owner.refresh_from_db()
    assert (owner.full_name, owner.language) == ("Olga Nuova", "en")
    assert client.post("/profile/", {"full_name": "", "language": ""}).status_code == 422
    assert client.post("/profile/", {"full_name": "x", "language": "zz"}).status_code == 422


def test_plan_shows_usage(client, customer):
    assert "1 / 20" in client.get("/settings/plan/").content.decode()
