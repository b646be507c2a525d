"""The database or Redis is away: every host says so, in the right form, and recovers by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

Answers = dict[str, list[dict[str, Any]]]

PATIENCE_SECONDS = 10


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker) -> Answers:
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    result = subprocess.run(
        [sys.executable, "-m", "portals.tests.outages.walk"],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "portals.tests.outages.settings",
            "SPOTEX_MODE": "test",
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4_000:]
    return json.loads(result.stdout)


def _wrong(answers: list[dict[str, Any]]) -> list[str]:
    return [f"{one['call']}: {one['status']}" for one in answers if not _is_unavailable(one)]


def _is_unavailable(one: dict[str, Any]) -> bool:
    if one["status"] != 503 or not one["retry_after"].isdigit() or not one["request_id"]:
        return False
    if one["is_api"]:
        body = json.loads(one["text"])
        return body["code"] == "unavailable" and body["success"] is False and body["data"] is None
    if one["is_htmx"]:
        return "not available" in one["toast"]
    return "The service is not available right now" in one["text"] and 'lang="en"' in one["text"]


def test_without_the_database_everything_is_unavailable(answers: Answers) -> None:
    assert _wrong(answers["DATABASE_URL"]) == []


def test_without_redis_nobody_can_sign_in(answers: Answers) -> None:
    attempts = [one for one in answers["REDIS_URL"] if "login" in one["call"] and _posts(one)]

    assert len(attempts) == 14
    assert _wrong(attempts) == []


def test_without_redis_pages_are_served(answers: Answers) -> None:
    before = {one["call"]: one["status"] for one in answers["before"] if not _posts(one)}
    away = {one["call"]: one["status"] for one in answers["REDIS_URL"] if not _posts(one)}

    assert away == before


def _posts(one: dict[str, Any]) -> bool:
    return "POST" in one["call"]


@pytest.mark.parametrize("outage", ["DATABASE_URL", "REDIS_URL"])
def test_nobody_waits_long_and_nothing_is_a_fault(answers: Answers, outage: str) -> None:
    slow = [one["call"] for one in answers[outage] if one["seconds"] > PATIENCE_SECONDS]
    faults = [one["call"] for one in answers[outage] if one["status"] == 500]

    assert (slow, faults) == ([], [])


@pytest.mark.parametrize("outage", ["DATABASE_URL", "REDIS_URL"])
def test_everything_is_back_without_a_restart(answers: Answers, outage: str) -> None:
    before = {one["call"]: one["status"] for one in answers["before"]}
    after = {one["call"]: one["status"] for one in answers[f"after {outage}"]}

    assert set(before.values()) <= {200, 302, 401, 422}
    assert after == before
