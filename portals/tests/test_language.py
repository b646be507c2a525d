"""Which language answers: the person's, else the one chosen here, else the agency's."""

from __future__ import annotations

import pytest

from conftest import ClientFor
from tenants.hosts import forget_hosts
from tenants.models import Agency, User


def _language(client, **headers: str) -> str:
    return client.get("/accounts/login/", headers=headers).headers["Content-Language"]


@pytest.mark.parametrize(
    ("person", "cookie", "agency_language", "browser", "expected"),
    [
        ("en", "it", "it", "it", "en"),
        ("", "en", "it", "it", "en"),
        ("", "", "en", "it", "en"),
        ("", "", "it", "en", "it"),
        ("", "xx", "it", "en", "it"),
        ("", "../en", "it", "en", "it"),
    ],
)
def test_the_order_of_choice(
    agency: Agency,
    owner: User,
    client_for: ClientFor,
    person: str,
    cookie: str,
    agency_language: str,
    browser: str,
    expected: str,
) -> None:
    User.objects.filter(pk=owner.pk).update(language=person)
    Agency.objects.filter(pk=agency.pk).update(language=agency_language)
    forget_hosts()
    client = client_for(owner)
    client.cookies["language"] = cookie

    response = client.get("/", headers={"accept-language": browser})

    assert response.headers["Content-Language"] == expected
    assert f'lang="{expected}"' in response.content.decode()


@pytest.mark.parametrize(("browser", "expected"), [("it", "it"), ("en-GB", "en"), ("de", "it")])
def test_the_public_site_follows_the_browser(public_client, browser: str, expected: str) -> None:
    response = public_client.get("/", headers={"accept-language": browser})

    assert response.headers["Content-Language"] == expected
    assert "Accept-Language" in response.headers["Vary"]


def test_the_switch_is_remembered_in_a_cookie(client_for: ClientFor, agency: Agency) -> None:
    client = client_for()

    response = client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert _language(client) == "en"


def test_the_switch_is_remembered_for_the_person(client_for: ClientFor, owner: User) -> None:
    client_for(owner).post("/i18n/setlang/", {"language": "en"})

    owner.refresh_from_db()
    assert owner.language == "en"


@pytest.mark.parametrize("language", ["", "de", "xx", "../../etc", "\x00"])
def test_an_unknown_language_changes_nothing(
    client_for: ClientFor, owner: User, language: str
) -> None:
    response = client_for(owner).post("/i18n/setlang/", {"language": language})

    owner.refresh_from_db()
    assert (response.status_code, owner.language) == (302, "")
    assert "language" not in response.cookies


@pytest.mark.parametrize(
    "following", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "\\\\evil.test"]
)
def test_the_switch_never_leads_away(client_for: ClientFor, agency: Agency, following: str) -> None:
    response = client_for().post("/i18n/setlang/", {"language": "en", "next": following})

    assert response["Location"] == "/"
