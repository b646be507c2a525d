"""Which DNS this installation asks."""

from __future__ import annotations

from django.conf import settings

from tenants.drivers.dns import Dns
from tenants.drivers.dns_double import WORLD
from tenants.drivers.dns_wire import WireDns


def choose_dns() -> Dns:
    """Return who is asked, with a fresh budget of time; ``double`` is for tests."""
    if settings.SPOTEX_DNS_DRIVER == "double":
        return WORLD
    return WireDns(settings.SPOTEX_DNS_RESOLVERS)
