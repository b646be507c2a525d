from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.hosts import forget_hosts, resolve_host
from tenants.models import Agency
from tenants.states import PortalName


@pytest.mark.parametrize(
    ("host", "portal"),
    [
        ("localhost", PortalName.PUBLIC),
        ("www.localhost", PortalName.PUBLIC),
        ("WWW.Localhost.:8000", PortalName.PUBLIC),
        ("admin.localhost", PortalName.ADMIN),
        ("api.localhost", PortalName.API),
        ("agency.localhost", PortalName.AGENCY_DOOR),
        ("customers.localhost", PortalName.CUSTOMER_DOOR),
        ("acme.agency.localhost", PortalName.AGENCY),
        ("acme.customers.localhost:8000", PortalName.CUSTOMER),
    ],
)
def test_resolve_host_knows_the_platform_hosts(agency: Agency, host: str, portal: str) -> None:
    route = resolve_host(host)

    assert route is not None
    assert route.portal == portal
    assert (route.agency is not None) == (portal in {PortalName.AGENCY, PortalName.CUSTOMER})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "nobody.agency.localhost",
        "acme.localhost",
        "acme.api.localhost",
        "a.acme.agency.localhost",
        "acme.agency.localhost.evil.test",
        "évil.agency.localhost",
        "127.0.0.1",
        "x" * 300,
        "'; drop--.agency.localhost",
    ],
)
def test_resolve_host_refuses_everybody_else(agency: Agency, host: str) -> None:
    assert resolve_host(host) is None


def test_resolve_host_asks_the_database_once(agency: Agency) -> None:
    resolve_host("acme.agency.localhost")
    resolve_host("unknown.agency.localhost")

    with CaptureQueriesContext(connection) as queries:
        known = resolve_host("acme.agency.localhost")
        unknown = resolve_host("unknown.agency.localhost")

    assert (len(queries), known is not None, unknown) == (0, True, None)


def test_forget_hosts_shows_a_change_at_once(agency: Agency) -> None:
    resolve_host("acme.agency.localhost")
    Agency.objects.filter(pk=agency.pk).update(brand_name="Acme Nuova")

    forget_hosts()

    route = resolve_host("acme.agency.localhost")
    assert route is not None
    assert route.agency is not None
    assert route.agency.brand_name == "Acme Nuova"
