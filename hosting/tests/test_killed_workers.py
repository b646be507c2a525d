"""``kill -9`` of real workers at every step of a deployment and a deletion on the real engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection

from hosting.drivers.base import Observation
from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.drivers.embedded.processes import list_strays
from hosting.models import Site
from hosting.operations import receivers
from hosting.operations.models import Operation, SiteRoute
from hosting.services import create_site, delete_site
from hosting.tests.drivers.conftest import (  # noqa: F401  fixtures
    config,
    embedded_layout,
    runner,
    wordpress_dir,
)
from hosting.workflows import describe_site
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.models import Customer

pytestmark = [
    pytest.mark.real_php,
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]

DEPLOY_DEATHS = [
    (verb, moment)
    for verb in (
        "check_parts",
        "place_files",
        "write_config",
        "install",
        "start",
        "publish_route",
        "probe",
    )
    for moment in ("before", "after")
]
DEPLOY_DEATHS.insert(7, ("install", "during"))
DELETE_DEATHS = [
    (verb, moment)
    for verb in ("withdraw_route", "stop", "remove")
    for moment in ("before", "after")
]


def let_workers_die(operation: str, deaths, *, config) -> list[int]:  # noqa: F811
    """Let workers die and the last one live; return their exit codes."""
    given = settings.DATABASES["default"]
    port = f":{given['PORT']}" if given["PORT"] else ""
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "spotex.settings_test",
        "SPOTEX_SITES_DIR": str(config.layout.sites_dir),
        "SPOTEX_RUN_DIR": str(config.layout.run_dir),
        "SPOTEX_WORDPRESS_DIR": str(config.wordpress_dir),
        "DATABASE_URL": (
            f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}{port}"
            f"/{connection.settings_dict['NAME']}"
        ),
    }
    done = subprocess.run(
        [sys.executable, "-m", "hosting.tests.dying_worker"],
        input=json.dumps({"operation": operation, "deaths": deaths}),
        env=environ,
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return json.loads(done.stdout)


def test_workers_killed_at_every_step(
    agency,
    runner,  # noqa: F811
    config,  # noqa: F811
    settings,
) -> None:
    layout = config.layout
    settings.SPOTEX_SITE_ENGINE = "embedded"
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
        ends = let_workers_die(site.operation, DEPLOY_DEATHS, config=config)

        assert ends == [-9] * len(DEPLOY_DEATHS) + [0]
        operation = Operation.objects.get(public_id=site.operation)
        assert (operation.state, operation.progress) == ("DONE", 100)
        with agency_scope(agency):
            site = Site.objects.select_related("customer").get()
        assert site.state == "ACTIVE"
        assert SiteRoute.objects.filter(agency=agency).count() == 1
        engine = EmbeddedEngine(config)
        engine.probe(describe_site(site), log=len)
        assert [s.site_id for s in list_strays(layout)].count(site.public_id) == 1
        assert [path.name for path in layout.site(site.public_id).data.glob("*.sqlite")] == [
            "site.sqlite"
        ]

        with agency_scope(agency):
            site = delete_site(site, actor=actor)
        ends = let_workers_die(site.operation, DELETE_DEATHS, config=config)

    assert ends == [-9] * len(DELETE_DEATHS) + [0]
    assert Operation.objects.get(public_id=site.operation).state == "DONE"
    with agency_scope(agency):
        assert Site.objects.get().state == "DELETED"
    assert not SiteRoute.objects.filter(agency=agency).exists()
    assert engine.observe(describe_site(site)) == Observation.nothing()
    assert site.public_id not in [s.site_id for s in list_strays(layout)]
    assert not list(layout.sites_dir.rglob(f"*{site.public_id}*"))
