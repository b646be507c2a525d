"""Addresses that only a button may call, opened as pages, and buttons pressed too late."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from conftest import ClientFor
from tenants.models import User

HOST = "acme.agency.localhost"
BUTTONS = ("/settings/plan/undo/", "/customers/bulk/undo/", "/devices/end/", "/support/end/")


@pytest.mark.parametrize("path", BUTTONS)
def test_a_button_opened_as_a_page_explains_itself(
    client_for: ClientFor, owner: User, path: str
) -> None:
    answer = client_for(owner).get(path)

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "There is no page at this address." in answer.content.decode()
    assert "Nothing was changed." in answer.content.decode()


def test_strangers_get_the_same_page(client_for: ClientFor, owner: User) -> None:
    assert b"<html" in client_for().get(BUTTONS[0]).content


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (f"http://{HOST}/settings/data/?page=2#all", "/settings/data/?page=2"),
        (f"http://{HOST}", "/"),
        ("http://evil.test/settings/data/", "/"),
        (f"http://{HOST}.evil.test/settings/data/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_button_pressed_after_the_session_leads_back_to_its_page(
    client_for: ClientFor, owner: User, before: str, then: str
) -> None:
    answer = client_for().post("/settings/plan/undo/", headers={"referer": before})

    asked = urlsplit(answer["Location"])
    assert asked.path == "/accounts/login/"
    assert parse_qs(asked.query)["next"] == [then]


def test_a_form_sent_after_the_session_leads_back_to_the_form(
    client_for: ClientFor, owner: User
) -> None:
    answer = client_for().post(
        "/customers/new/", {"name": "x"}, headers={"referer": f"http://{HOST}/customers/"}
    )

    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == ["/customers/new/"]
