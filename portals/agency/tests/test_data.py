from __future__ import annotations

import time
from pathlib import Path

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import PASSWORD, ClientFor
from spotex.kernel.actor import Actor
from tenants.models import Agency, Export, User
from tenants.services.exports import keep_export, path_of_export, request_export
from tenants.states import ExportState, Role
from tenants.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
PAGE = "/settings/data/"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.SPOTEX_EXPORTS_DIR = tmp_path / "exports"


@pytest.fixture
def browser(client_for: ClientFor, owner: User) -> Client:
    return client_for(owner)


@pytest.fixture
def ready(agency: Agency, owner_actor: Actor) -> Export:
    return _make(agency, owner_actor)


def _make(agency: Agency, actor: Actor) -> Export:
    export = request_export(agency, actor=actor, at=timezone.now())
    keep_export(export.public_id, at=timezone.now())
    export.refresh_from_db()
    return export


def _grow_stale(browser: Client) -> None:
    """Let the sign-in be an hour old."""
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - 3600}]
    session.save()


def test_the_first_export_is_asked_for(browser: Client) -> None:
    before = browser.get(PAGE)
    asked = browser.post(f"{PAGE}exports/")
    after = browser.get(PAGE)

    assert b"No export yet" in before.content
    assert (asked.status_code, asked["Location"]) == (302, PAGE)
    assert Export.objects.get().state == ExportState.QUEUED
    assert b"every 2s" in after.content
    assert b'action="/settings/data/exports/"' not in after.content


def test_a_second_one_is_refused_in_words(browser: Client) -> None:
    browser.post(f"{PAGE}exports/")
    browser.post(f"{PAGE}exports/")

    page = browser.get(PAGE)

    assert Export.objects.count() == 1
    assert b"An export is being written" in page.content


def test_the_fragment_follows_the_work(browser: Client, ready: Export) -> None:
    Export.objects.update(state=ExportState.RUNNING)

    fragment = browser.get(
        PAGE, headers={"HX-Request": "true", "HX-Target": "export-rows"}
    ).content.decode()

    assert "<html" not in fragment
    assert "<progress" in fragment


def test_the_file_is_sent(browser: Client, ready: Export) -> None:
    address = f"{PAGE}exports/{ready.public_id}/"

    page = browser.get(PAGE).content.decode()
    answer = browser.get(address)
    content = b"".join(answer)

    assert f'href="{address}"' in page
    assert content == path_of_export(ready).read_bytes()
    assert answer["Content-Disposition"].startswith('attachment; filename="acme-20')
    assert answer["Cache-Control"] == "private, no-store"


def test_a_file_that_is_gone_is_not_found(browser: Client, ready: Export) -> None:
    path_of_export(ready).unlink()

    assert browser.get(f"{PAGE}exports/{ready.public_id}/").status_code == 404


def test_who_signed_in_long_ago_proves_it_again(browser: Client, ready: Export) -> None:
    _grow_stale(browser)

    page = browser.get(PAGE).content.decode()
    asked = browser.post(f"{PAGE}exports/")
    fetched = browser.get(f"{PAGE}exports/{ready.public_id}/")

    confirm = "/accounts/reauthenticate/?next=%2Fsettings%2Fdata%2F"
    assert confirm in page
    assert ready.public_id not in page
    assert (asked["Location"], fetched["Location"]) == (confirm, confirm)
    assert Export.objects.count() == 1


def test_the_password_opens_the_way(browser: Client, ready: Export) -> None:
    _grow_stale(browser)

    answer = browser.post(
        "/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE}, follow=False
    )
    fetched = browser.get(f"{PAGE}exports/{ready.public_id}/")

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert fetched.status_code == 200
    fetched.close()


def test_an_administrator_is_no_owner(client_for: ClientFor, agency: Agency, ready: Export) -> None:
    browser = client_for(MembershipFactory(agency=agency, role=Role.ADMIN).user)

    assert browser.get(PAGE).status_code == 403
    assert browser.post(f"{PAGE}exports/").status_code == 403
    assert browser.get(f"{PAGE}exports/{ready.public_id}/").status_code == 403


def test_a_failure_is_explained(browser: Client, ready: Export) -> None:
    Export.objects.update(state=ExportState.FAILED, failure="STORAGE")

    assert b"There was no room for the file." in browser.get(PAGE).content


def test_more_exports_cost_no_more_queries(
    browser: Client, agency: Agency, owner_actor: Actor
) -> None:
    counts = []
    for more in (1, 2):
        for _one in range(more):
            _make(agency, owner_actor)
        browser.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            browser.get(PAGE)
        counts.append(len(queries))

    assert counts[0] == counts[1]
