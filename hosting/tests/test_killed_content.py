"""``kill -9`` of real workers while content goes from site to site, and while PHP changes."""

from __future__ import annotations

from unittest import mock

import pytest

from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.drivers.embedded.processes import list_strays
from hosting.drivers.embedded.users import claim_user
from hosting.events import SitePhpChangeStarted
from hosting.models import Site
from hosting.operations import receivers
from hosting.operations.models import Operation
from hosting.services import create_site
from hosting.services.staging import clone_site, push_site, step_site_back
from hosting.services.work import open_work, save_work
from hosting.tests.drivers.conftest import (  # noqa: F401  fixtures
    config,
    embedded_layout,
    runner,
    wordpress_dir,
)
from hosting.tests.test_killed_workers import let_workers_die
from hosting.workflows import describe_site
from hosting.workflows.content import CHANGE_PHP
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.models import Customer

pytestmark = [
    pytest.mark.real_php,
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]


def _deaths(*verbs: str) -> list[tuple[str, str]]:
    return [(verb, moment) for verb in verbs for moment in ("before", "after")]


CLONE_DEATHS = _deaths("prepare_copy", "place_copy", "publish_route", "drop_copies")
PUSH_DEATHS = _deaths("prepare_copy", "pause_route", "stop", "place_copy", "start", "drop_copies")
BACK_DEATHS = _deaths("pause_route", "stop", "step_back", "publish_route", "drop_copies")
PHP_DEATHS = _deaths("check_parts", "restart", "probe")


def test_workers_killed_while_content_moves(
    agency,
    runner,  # noqa: F811
    config,  # noqa: F811
    settings,
) -> None:
    settings.SPOTEX_SITE_ENGINE = "embedded"
    layout, actor, engine = config.layout, system_actor(agency), EmbeddedEngine(config)

    def work_off(site: Site, deaths: list[tuple[str, str]]) -> Site:
        ends = let_workers_die(site.operation, deaths, config=config)
        assert ends == [-9] * len(deaths) + [0]
        operation = Operation.objects.get(public_id=site.operation)
        assert (operation.state, operation.error) == ("DONE", None)
        site = Site.objects.select_related("customer").get(pk=site.pk)
        assert site.state == "ACTIVE"
        engine.probe(describe_site(site), log=len)
        assert [stray.site_id for stray in list_strays(layout)].count(site.public_id) == 1
        return site

    def menu_of(site: Site) -> str:
        return (layout.site(site.public_id).content / "uploads" / "menu.txt").read_text("utf-8")

    def write_menu(site: Site, text: str) -> None:
        with claim_user(config, site.public_id).acting():
            path = layout.site(site.public_id).content / "uploads" / "menu.txt"
            path.write_text(text, encoding="utf-8")

    with mock.patch.object(receivers.work_off_operation, "delay"), agency_scope(agency):
        customer = Customer.objects.create(name="Gino", email="gino@trattoria.test")
        live = create_site(
            actor=actor,
            customer=customer,
            name="Trattoria",
            title="Trattoria da Gino",
            admin_email="gino@trattoria.test",
        )
        live = work_off(live, [])
        write_menu(live, "as it was")

        copy = work_off(clone_site(live, actor=actor), CLONE_DEATHS)
        assert menu_of(copy) == "as it was"

        write_menu(copy, "as it shall be")
        live = work_off(push_site(copy, actor=actor), PUSH_DEATHS)
        assert menu_of(live) == "as it shall be"

        live = work_off(step_site_back(live, actor=actor), BACK_DEATHS)
        assert (menu_of(live), live.pushed_copy) == ("as it was", "")

        version = engine.php_versions()[0]
        change = open_work(
            live, CHANGE_PHP, actor=actor, arguments={"from": version, "to": version}
        )
        live = work_off(
            save_work(
                live, change, SitePhpChangeStarted, actor=actor, php_version=[version, version]
            ),
            PHP_DEATHS,
        )

    assert (live.php_version, menu_of(live)) == (version, "as it was")
    sites = [live, copy]
    strays = [stray.site_id for stray in list_strays(layout)]
    assert [strays.count(site.public_id) for site in sites] == [1, 1]
