"""A site's life on the Docker engine, through services, operations and the real proxy's table."""

from __future__ import annotations

import pytest

from hosting.conftest import run
from hosting.drivers.base import Observation, RouteState
from hosting.drivers.choice import find_engine
from hosting.drivers.docker.engine import DockerEngine
from hosting.services import (
    create_site,
    delete_site,
    deploy_site,
    restart_site,
    resume_site,
    suspend_site,
)
from hosting.tests.drivers.conftest import (  # noqa: F401  fixtures
    DOCKER,
    docker_config,
    docker_host,
)
from hosting.workflows import describe_site
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor

pytestmark = [*DOCKER, pytest.mark.django_db]


def test_site_lives_and_dies_in_a_container(
    agency,
    customer,
    docker_config,  # noqa: F811
    settings,
) -> None:
    settings.SPOTEX_SITE_ENGINE = "docker"
    settings.SPOTEX_DOCKER_HOST = docker_config.host
    settings.SPOTEX_DOCKER_PREFIX = docker_config.prefix
    settings.SPOTEX_SITE_DATABASE_MEMORY_MB = docker_config.database_memory_mb
    settings.SPOTEX_SITES_DIR = docker_config.layout.sites_dir
    settings.SPOTEX_RUN_DIR = docker_config.layout.run_dir
    settings.SPOTEX_PORT = 0
    actor = system_actor(agency)
    with agency_scope(agency):
        site = create_site(
            actor=actor,
            customer=customer,
            name="Trattoria",
            title="Trattoria da Gino",
            admin_email="gino@trattoria.test",
            deploy=False,
        )
    engine = find_engine("docker")
    assert isinstance(engine, DockerEngine)
    seen = []

    for service in (deploy_site, suspend_site, resume_site, restart_site, delete_site):
        site = run(service, site, agency=agency, actor=actor)
        seen.append((site.state, site.engine, engine.observe(describe_site(site)).route))

    assert seen == [
        ("ACTIVE", "docker", RouteState.LIVE),
        ("SUSPENDED", "docker", RouteState.PAUSED),
        ("ACTIVE", "docker", RouteState.LIVE),
        ("ACTIVE", "docker", RouteState.LIVE),
        ("DELETED", "docker", RouteState.ABSENT),
    ]
    assert engine.observe(describe_site(site)) == Observation.nothing()
