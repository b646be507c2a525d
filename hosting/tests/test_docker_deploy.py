"""A site's life in a container: ``kill -9`` of real workers while it is made and taken away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings as given_settings
from django.db import connection

from hosting.conftest import reload_site, run
from hosting.drivers.base import Observation, RouteState
from hosting.drivers.choice import find_engine
from hosting.drivers.docker.daemon import connect
from hosting.drivers.docker.engine import DockerEngine
from hosting.operations import receivers
from hosting.operations.models import Operation, SiteRoute
from hosting.services import create_site, delete_site, restart_site, resume_site, suspend_site
from hosting.tests.drivers.conftest import (  # noqa: F401  fixtures
    DOCKER,
    docker_config,
    docker_host,
)
from hosting.workflows import describe_site
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.models import Customer

pytestmark = [*DOCKER, pytest.mark.services, pytest.mark.django_db(transaction=True)]

DEPLOY_DEATHS = [
    ("place_files", "before"),
    ("place_files", "after"),
    ("write_config", "after"),
    ("install", "during"),
    ("install", "after"),
    ("start", "after"),
    ("publish_route", "after"),
]
DELETE_DEATHS = [("stop", "after"), ("remove", "before"), ("remove", "after")]


def _work(operation: str, deaths, *, config) -> list[int]:
    """Let workers die and the last one live; return their exit codes."""
    given = given_settings.DATABASES["default"]
    port = f":{given['PORT']}" if given["PORT"] else ""
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "spotex.settings_test",
        "SPOTEX_SITES_DIR": str(config.layout.sites_dir),
        "SPOTEX_RUN_DIR": str(config.layout.run_dir),
        "SPOTEX_DOCKER_HOST": config.host,
        "SPOTEX_DOCKER_PREFIX": config.prefix,
        "SPOTEX_SITE_DATABASE_MEMORY_MB": str(config.database_memory_mb),
        "DATABASE_URL": (
            f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}{port}"
            f"/{connection.settings_dict['NAME']}"
        ),
    }
    done = subprocess.run(
        [sys.executable, "-m", "hosting.tests.dying_worker"],
        input=json.dumps({"operation": operation, "deaths": deaths, "engine": "docker"}),
        env=environ,
        cwd=Path(given_settings.BASE_DIR),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return json.loads(done.stdout)


@pytest.fixture
def engine_of_project(docker_config, settings) -> DockerEngine:  # noqa: F811
    """The engine as the project's settings describe it, on this session's names and folders."""
    settings.SPOTEX_SITE_ENGINE = "docker"
    settings.SPOTEX_DOCKER_HOST = docker_config.host
    settings.SPOTEX_DOCKER_PREFIX = docker_config.prefix
    settings.SPOTEX_SITE_DATABASE_MEMORY_MB = docker_config.database_memory_mb
    settings.SPOTEX_SITES_DIR = docker_config.layout.sites_dir
    settings.SPOTEX_RUN_DIR = docker_config.layout.run_dir
    settings.SPOTEX_PORT = 0
    engine = find_engine("docker")
    assert isinstance(engine, DockerEngine)
    return engine


def test_site_lives_in_a_container_whatever_happens_to_workers(
    agency,
    docker_config,  # noqa: F811
    engine_of_project,
) -> None:
    actor = system_actor(agency)
    with mock.patch.object(receivers.work_off_operation, "delay"):
        with agency_scope(agency):
            customer = Customer.objects.create(name="Gino", email="gino@trattoria.test")
            site = create_site(
                actor=actor,
                customer=customer,
                name="Trattoria",
                title="Trattoria da Gino",
                admin_email="gino@trattoria.test",
            )
        ends = _work(site.operation, DEPLOY_DEATHS, config=docker_config)
        site = reload_site(site, agency)
        seen = [(site.state, engine_of_project.observe(describe_site(site)).route)]
        for service in (suspend_site, resume_site, restart_site):
            site = run(service, site, agency=agency, actor=actor)
            seen.append((site.state, engine_of_project.observe(describe_site(site)).route))
        with agency_scope(agency):
            site = delete_site(site, actor=actor)
        gone = _work(site.operation, DELETE_DEATHS, config=docker_config)
        site = reload_site(site, agency)

    assert (ends, gone) == ([-9] * len(DEPLOY_DEATHS) + [0], [-9] * len(DELETE_DEATHS) + [0])
    assert seen == [
        ("ACTIVE", RouteState.LIVE),
        ("SUSPENDED", RouteState.PAUSED),
        ("ACTIVE", RouteState.LIVE),
        ("ACTIVE", RouteState.LIVE),
    ]
    assert (site.state, site.engine) == ("DELETED", "docker")
    assert Operation.objects.get(public_id=site.operation).state == "DONE"
    assert not SiteRoute.objects.filter(agency=agency).exists()
    assert engine_of_project.observe(describe_site(site)) == Observation.nothing()
    label = {"label": f"spotex.site={site.public_id}"}
    client = connect(docker_config.host, docker_config.call_seconds)
    assert client.containers.list(all=True, filters=label) == []
