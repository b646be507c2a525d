"""The one-time login link, from the engine to WordPress's cookie."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from hosting.drivers.embedded.fastcgi import ask_process

pytestmark = pytest.mark.real_php


def _ask_login(engine, spec, link: str, *, method: str = "GET"):
    query = urlsplit(link).query
    token = parse_qs(query)["token"][0]
    body = f"token={token}".encode() if method == "POST" else b""
    site = engine.layout.site(spec.site_id)
    return ask_process(
        site.socket,
        {
            "REQUEST_METHOD": method,
            "SCRIPT_FILENAME": str(site.public / "wp-login.php"),
            "SCRIPT_NAME": "/wp-login.php",
            "REQUEST_URI": f"/wp-login.php?{query}",
            "QUERY_STRING": query if method == "GET" else "action=portal",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": spec.host,
            "HTTP_HOST": f"{spec.host}:8000",
            "REMOTE_ADDR": "127.0.0.1",
        },
        body=body,
    )


def test_login_link_is_good_for_one_use(embedded, living) -> None:
    link = embedded.create_login_link(living, seconds=60)

    page = _ask_login(embedded, living, link)
    again = _ask_login(embedded, living, link)
    entered = _ask_login(embedded, living, link, method="POST")
    used = _ask_login(embedded, living, link, method="POST")
    old = _ask_login(embedded, living, link)

    assert (page.status, again.status) == (200, 200), "looking does not use it up"
    assert b"Entra" in page.body
    assert entered.status == 302
    assert entered.headers["location"] == f"http://{living.host}:8000/wp-admin/"
    assert "wordpress_" in entered.headers["set-cookie"]
    assert (used.status, old.status) == (403, 403)
    assert "già stato usato o è scaduto".encode() in used.body


def test_login_link_expires(embedded, living) -> None:
    link = embedded.create_login_link(living, seconds=0)

    assert _ask_login(embedded, living, link, method="POST").status == 403


@pytest.mark.parametrize("token", ["", "x", "../../../etc/passwd", "a" * 64])
def test_made_up_token_is_refused(embedded, living, token) -> None:
    link = f"{living.url}/wp-login.php?action=portal&token={token or '%20'}"

    assert _ask_login(embedded, living, link, method="POST").status == 403


def test_token_is_not_stored(embedded, living) -> None:
    token = embedded.create_login_link(living, seconds=60).partition("token=")[2]

    stored = list(embedded.layout.site(living.site_id).login.iterdir())
    assert stored
    assert not [path for path in stored if token in path.name + path.read_text()]
