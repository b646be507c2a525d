"""The public pages: complete, indexable, honest about what is open."""

from __future__ import annotations

import re

import pytest

PAGES = ("/", "/features/", "/pricing/", "/status/", "/api/", "/sign-up/", "/_ui/", "/_mail/")


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", ["localhost", "www.localhost"])
def test_page_is_there_for_everybody(client, path: str, host: str) -> None:
    response = client.get(path, headers={"host": host})
    assert response.status_code == 200
    assert b'<main id="content"' in response.content or b'id="content"' in response.content


@pytest.mark.django_db
def test_policy_allows_nothing_inline(client) -> None:
    policy = client.get("/", headers={"host": "localhost"}).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_prices_show_every_plan_and_limit(client) -> None:
    html = client.get("/pricing/", headers={"host": "localhost"}).content.decode()
    for plan in ("Starter", "Standard", "Premium", "Business", "Enterprise"):
        assert plan in html
    assert len(re.findall(r'<th scope="row">', html)) == 11


@pytest.mark.django_db
def test_prices_say_of_own_domains_that_they_are_open(client) -> None:
    html = client.get("/pricing/", headers={"host": "localhost", "accept-language": "en"})
    text = html.content.decode()
    assert text.index("Open today") < text.index("Own domains") < text.index("In preparation")


@pytest.mark.django_db
def test_prices_cost_one_query(client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(2):
        client.get("/pricing/", headers={"host": "localhost"})


@pytest.mark.django_db
@pytest.mark.parametrize(("broken", "state"), [("check_redis", "DOWN"), ("check_database", "DOWN")])
def test_status_says_what_is_broken(client, monkeypatch, broken: str, state: str) -> None:
    monkeypatch.setattr("portals.public.views.pages.check_redis", lambda: "ok")
    monkeypatch.setattr(f"portals.public.views.pages.{broken}", lambda: "unavailable")
    response = client.get("/status/", headers={"host": "localhost"})
    assert not response.context["all_up"]
    assert state in {part["state"] for part in response.context["parts"]}


@pytest.mark.django_db
def test_the_gallery_answers_a_wrong_form_with_422(client) -> None:
    assert client.post("/_ui/", headers={"host": "localhost"}).status_code == 422


@pytest.mark.django_db
def test_the_gallery_is_closed_in_production(client, settings) -> None:
    settings.PRODUCTION = True
    assert client.get("/_ui/", headers={"host": "localhost"}).status_code == 404
