"""With whom this installation shakes hands."""

from __future__ import annotations

from django.conf import settings

from tenants.drivers.tls import Tls, WireTls
from tenants.drivers.tls_double import HANDS


def choose_tls() -> Tls:
    """Return who fetches certificates; ``double`` is for tests."""
    if settings.SPOTEX_DNS_DRIVER == "double":
        return HANDS
    return WireTls(
        server=settings.SPOTEX_TLS_PROBE,
        roots=settings.SPOTEX_TLS_ROOTS,
        log=settings.SPOTEX_TLS_LOG,
    )
