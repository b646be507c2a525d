"""Which DNS this installation asks."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from tenants.drivers.dns import Dns
from tenants.drivers.dns_double import WORLD

_WIRE: Final = "tenants.drivers.dns_wire.WireDns"
"""Loaded only where it is used: web processes never ask, and its library is large."""


def choose_dns() -> Dns:
    """Return who is asked, with a fresh budget of time; ``double`` is for tests."""
    if settings.SPOTEX_DNS_DRIVER == "double":
        return WORLD
    wire: Dns = import_string(_WIRE)(settings.SPOTEX_DNS_RESOLVERS)
    return wire
