"""The preview shows what pages would use, and saves nothing."""

from __future__ import annotations

import pytest

from tenants.branding import DARK, LIGHT, compute_tokens

TYPED = {
    "brand_name": "Бренд 🦊 Studio",
    "brand_color": "#ffff00",
    "brand_footer": "Via Roma 1",
    "support_email": "",
    "language": "it",
}


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


def test_htmx_gets_the_fragment_of_what_is_typed(client, agency):
    headers = {"hx-request": "true", "hx-target": "brand-preview"}

    response = client.post("/settings/preview/", TYPED, headers=headers)

    text = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in text
    assert "Бренд 🦊 Studio" in text
    assert "/settings/preview.css?color=%23ffff00" in text
    agency.refresh_from_db()
    assert agency.brand_color != "#ffff00"


def test_without_javascript_the_page_keeps_what_was_typed(client):
    text = client.post("/settings/preview/", TYPED).content.decode()

    assert "<html" in text
    assert 'value="#ffff00"' in text
    assert "A darker shade: your colour is too pale to be read on white." in text


@pytest.mark.parametrize(
    ("color", "sentence"),
    [
        ("#0f4c81", "Your colour, with white text: it reads better than black."),
        ("#0f4c81", "A lighter shade: your colour is too dark to be read on black."),
        ("#ff9900", "Your colour, with black text: it reads better than white."),
        ("#ffffff", "Your colour would melt into the card, so the button stands out more."),
        ("#ffff00", "Your colour as it is."),
    ],
)
def test_the_report_says_why(client, color, sentence):
    response = client.post("/settings/preview/", TYPED | {"brand_color": color})

    assert sentence in response.content.decode()


def test_what_cannot_be_used_is_said_and_the_saved_value_shown(client, agency):
    response = client.post("/settings/preview/", TYPED | {"brand_color": "red", "brand_name": ""})

    text = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_brand_color_error"' in text
    assert f"preview.css?color=%23{agency.brand_color[1:]}" in text


def test_the_stylesheet_has_the_adjusted_colours_for_the_preview_alone(client):
    response = client.get("/settings/preview.css?color=%23ffff00")

    text = response.content.decode()
    light, dark = compute_tokens("#ffff00", LIGHT), compute_tokens("#ffff00", DARK)
    assert (response.status_code, response["Content-Type"]) == (200, "text/css")
    assert text.startswith(".brand-sample {")
    assert f"--brand-text: light-dark({light.text}, {dark.text});" in text
    assert ":root" not in text


@pytest.mark.parametrize("color", ["red", "", "#12345", "#123456;}", "%23"])
def test_a_stylesheet_of_no_colour_is_missing(client, color):
    assert client.get("/settings/preview.css", {"color": color}).status_code == 404
