"""Metrics and vitals are there for who has the token, and for nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from portals.monitoring.vitals import record_pulse
from spotex.kernel.actor import Via
from spotex.runtime.counts import hold_directory
from tenants.services.agencies import create_agency
from tenants.states import Tier

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-operator"
WITH_TOKEN = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _token(settings):
    settings.SPOTEX_METRICS_TOKEN = TOKEN


def _read(response) -> dict[str, list]:
    families = text_string_to_metric_families(response.content.decode())
    return {family.name: family.samples for family in families}


@pytest.mark.parametrize("path", ["/metrics", "/health/vitals"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}],
)
def test_without_the_right_token_there_is_no_such_page(public_client, path, headers):
    response = public_client.get(path, headers=headers)

    assert response.status_code == 404
    assert b"spotex_" not in response.content


def test_an_empty_setting_opens_nothing(public_client, settings):
    settings.SPOTEX_METRICS_TOKEN = ""

    response = public_client.get("/metrics", headers={"authorization": "Bearer "})

    assert response.status_code == 404


def test_an_agencys_host_shows_nothing_without_the_token(client_for, owner):
    assert client_for(owner).get("/metrics").status_code == 404


def test_metrics_count_answers_by_route_never_by_address(public_client, agency):
    public_client.get("/pricing/")
    public_client.get("/no/such/page-of-somebody")

    families = _read(public_client.get("/metrics", headers=WITH_TOKEN))

    routes = {sample.labels["route"] for sample in families["spotex_http_requests"]}
    assert "pricing" in routes
    assert not any("somebody" in route for route in routes)


def test_metrics_tell_business_queues_and_vitals(public_client, agency, other_agency):
    families = _read(public_client.get("/metrics", headers=WITH_TOKEN))

    agencies = {
        (sample.labels["state"], sample.labels["tier"]): sample.value
        for sample in families["spotex_agencies"]
    }
    assert agencies == {("ACTIVE", "STANDARD"): 2.0}
    assert families["spotex_mail_waiting"][0].value == 0.0
    database = {
        sample.labels["condition"]: sample.value
        for sample in families["spotex_vital"]
        if sample.labels["part"] == "database"
    }
    assert database == {"ok": 1.0, "degraded": 0.0, "down": 0.0}


def test_metrics_never_name_an_agency(public_client, agency):
    text = public_client.get("/metrics", headers=WITH_TOKEN).content.decode()

    assert agency.slug not in text
    assert agency.name not in text


def test_metrics_cost_the_same_however_many_agencies_there_are(public_client, agency, owner):
    public_client.get("/metrics", headers=WITH_TOKEN)
    with CaptureQueriesContext(connection) as few:
        public_client.get("/metrics", headers=WITH_TOKEN)
    create_agency(name="Third", slug="third", tier=Tier.STARTER, owner=owner, via=Via.COMMAND)

    with CaptureQueriesContext(connection) as many:
        public_client.get("/metrics", headers=WITH_TOKEN)

    assert len(many) == len(few)


def test_vitals_answer_503_while_no_worker_works_and_200_when_they_do(public_client):
    assert public_client.get("/health/vitals", headers=WITH_TOKEN).status_code == 503
    record_pulse("default")
    record_pulse("operations")

    response = public_client.get("/health/vitals", headers=WITH_TOKEN)

    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert response.json()["checks"]["disk"]["said"].endswith("GB free")


_COUNT = "from spotex.kernel.metrics import *; TASKS.labels('t', 'success').inc(); STREAMS.inc()"
_SHOW = (
    "import django; django.setup()\n"
    "from portals.monitoring.counts import choose_counts\n"
    "from prometheus_client import generate_latest\n"
    "print(generate_latest(choose_counts()).decode())"
)


def _run_with(directory: Path, script: str) -> str:
    directory.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_counts_of_several_processes_are_added_and_the_dead_hold_no_streams(tmp_path):
    for _process in range(2):
        _run_with(tmp_path / "here", _COUNT)

    shown = _run_with(tmp_path / "here", _SHOW)

    assert 'spotex_tasks_total{outcome="success",task="t"} 2.0' in shown
    assert "spotex_live_streams 1" not in shown


def test_containers_are_added_too_and_hold_streams_while_they_live(tmp_path):
    _run_with(tmp_path / "here", _COUNT)
    _run_with(tmp_path / "there", _COUNT)
    (tmp_path / "a-file").touch()
    held = hold_directory(tmp_path / "there")

    living = _run_with(tmp_path / "here", _SHOW)
    os.close(held)
    gone = _run_with(tmp_path / "here", _SHOW)

    count = 'spotex_tasks_total{outcome="success",task="t"} 2.0'
    assert count in living
    assert "spotex_live_streams 1.0" in living
    assert count in gone
    assert "spotex_live_streams 1.0" not in gone
