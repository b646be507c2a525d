"""The agency's API keys in its settings."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portals.shared.once import SECONDS
from portals.shared.scopes import WORDS, list_scope_groups
from tenants.models import ApiKey
from tenants.permissions import GRANTABLE
from tenants.states import Role
from tenants.tests.factories import ApiKeyFactory, MembershipFactory

LIST = "/settings/api-keys/"
FORM = {"name": "Contabilità", "scopes": ["customers:read", "sites:read"], "life": "30"}


def test_every_scope_has_words() -> None:
    assert set(WORDS) == set(GRANTABLE)


def test_a_scope_without_words_is_still_offered() -> None:
    (group,) = list_scope_groups(["api-keys:write"], chosen=[])

    assert [(o.value, o.text, o.checked) for o in group.options] == [
        ("api-keys:write", "api-keys:write", False)
    ]


def test_a_key_is_shown_once_when_it_is_made(client_for, owner) -> None:
    browser = client_for(owner)
    assert "No API keys yet" in browser.get(LIST).content.decode()

    made = browser.post(f"{LIST}new/", FORM)
    sessions = str([row.get_decoded() for row in Session.objects.all()])
    shown = browser.get(made["Location"])

    key = ApiKey.objects.get()
    assert key.public_id in sessions
    assert f"{key.prefix}_" not in sessions
    page = shown.content.decode()
    assert shown.status_code == 200
    assert f"{key.prefix}_" in page
    assert "no-store" in shown["Cache-Control"]
    assert key.expires_at is not None
    assert timedelta(days=29) < key.expires_at - timezone.now() <= timedelta(days=30)
    for path in (LIST, f"{LIST}{key.public_id}/", f"{LIST}{key.public_id}/revoke/"):
        later = browser.get(path).content.decode()
        assert key.prefix in later
        assert f"{key.prefix}_" not in later


def test_loading_the_page_of_a_new_key_again_makes_no_other(client_for, owner) -> None:
    browser = client_for(owner)
    page = browser.post(f"{LIST}new/", FORM)["Location"]
    browser.get(page)

    again = browser.get(page, follow=True)

    key = ApiKey.objects.get()
    assert again.redirect_chain == [(f"{LIST}{key.public_id}/", 302)]
    assert "A key is shown only once" in again.content.decode()
    assert f"{key.prefix}_" not in again.content.decode()


def test_a_new_key_waits_for_its_page_some_minutes_only(client_for, owner) -> None:
    browser = client_for(owner)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        page = browser.post(f"{LIST}new/", FORM)["Location"]
        clock.shift(SECONDS + 1)

        late = browser.get(page)

    assert late.status_code == 302


def test_a_new_key_is_not_shown_on_the_page_of_another(client_for, owner, agency) -> None:
    other = ApiKeyFactory(agency=agency)
    browser = client_for(owner)
    page = browser.post(f"{LIST}new/", FORM)["Location"]

    refused = browser.get(f"{LIST}{other.public_id}/created/")

    assert refused.status_code == 302
    assert browser.get(page).status_code == 200


def test_a_form_without_scopes_says_so(client_for, owner) -> None:
    answer = client_for(owner).post(f"{LIST}new/", {"name": "Contabilità", "life": ""})

    assert answer.status_code == 422
    assert "Choose at least one scope." in answer.content.decode()
    assert ApiKey.objects.count() == 0


def test_an_administrator_is_not_offered_what_only_owners_may(client_for, agency) -> None:
    admin = MembershipFactory(agency=agency, role=Role.ADMIN).user

    page = client_for(admin).get(f"{LIST}new/").content.decode()

    assert 'value="members:write"' in page
    assert 'value="owners:write"' not in page
    assert 'value="api-keys:write"' not in page


def test_a_key_is_renamed_and_narrowed(client_for, owner, agency) -> None:
    key = ApiKeyFactory(agency=agency, scopes=["customers:read", "sites:read"])

    answer = client_for(owner).post(
        f"{LIST}{key.public_id}/",
        {"name": "Conti", "scopes": ["sites:read"], "requests_per_minute": "20"},
    )

    key.refresh_from_db()
    assert answer["Location"] == LIST
    assert (key.name, key.scopes, key.requests_per_minute) == ("Conti", ["sites:read"], 20)


def test_a_broken_rule_is_said_in_the_form(client_for, owner, agency) -> None:
    key = ApiKeyFactory(agency=agency)

    answer = client_for(owner).post(f"{LIST}{key.public_id}/", {"name": "x", "scopes": ["no"]})

    assert answer.status_code == 422


def test_a_key_is_revoked_after_a_question(client_for, owner, agency) -> None:
    key = ApiKeyFactory(agency=agency, last_used_at=timezone.now(), last_used_from="192.0.2.7")
    browser = client_for(owner)
    assert "Revoke" in browser.get(f"{LIST}{key.public_id}/revoke/").content.decode()

    browser.post(f"{LIST}{key.public_id}/revoke/")

    key.refresh_from_db()
    assert key.revoked_at is not None
    page = browser.get(LIST).content.decode()
    assert "192.0.2.7" in page
    assert "Revoked" in page
    assert "Scopes can be taken away" not in browser.get(f"{LIST}{key.public_id}/").content.decode()


def test_a_key_says_why_it_is_idle(client_for, owner, agency, colleague) -> None:
    weaker = ApiKeyFactory(agency=agency, created_by=colleague, scopes=["members:write"])
    browser = client_for(owner)
    assert "members:write" in browser.get(f"{LIST}{weaker.public_id}/").content.decode()

    colleague.memberships.all().delete()

    page = browser.get(f"{LIST}{weaker.public_id}/").content.decode()
    assert "no longer has access" in page


def test_the_list_costs_the_same_for_any_number_of_keys(client_for, owner, agency) -> None:
    browser = client_for(owner)
    ApiKeyFactory(agency=agency)
    browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        browser.get(LIST)
    ApiKeyFactory.create_batch(2, agency=agency)

    with CaptureQueriesContext(connection) as three:
        browser.get(LIST)
    assert len(three) == len(one) <= 12


def test_the_guide_lies_below_the_keys_in_the_settings(client_for, owner) -> None:
    page = client_for(owner).get(f"{LIST}guide/").content.decode()

    assert re.findall(r'<a class="tab"[^>]*href="([^"]*)"[^>]*aria-current', page) == [LIST]
