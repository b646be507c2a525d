"""The proxy's question at the first handshake for a name: may this host have a certificate?

It comes through a listener of the proxy that only this machine reaches, with a token that the
proxy takes off every request from outside. Anybody else finds no such page.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from hosting.operations.models import SiteRoute
from spotex.kernel.limits import count_within
from tenants.hosts import resolve_host

PERMISSION_PATH: Final = "/_proxy/certificate"


def is_question_of_proxy(request: HttpRequest) -> bool:
    """Tell whether the proxy itself asks."""
    if request.path != PERMISSION_PATH:
        return False
    known, given = settings.SPOTEX_PROXY_TOKEN, request.headers.get("X-Proxy-Token", "")
    return bool(known) and constant_time_compare(given, known)


def answer_proxy(request: HttpRequest) -> HttpResponse:
    """Answer 200 for a host of ours, 404 for any other, 429 when too many questions come."""
    count, _left = count_within("tls-permission", seconds=60)
    if count > settings.SPOTEX_TLS_ASKS_PER_MINUTE:
        return HttpResponse(status=429)
    return HttpResponse(status=200 if may_be_certified(request.GET.get("domain", "")) else 404)


def may_be_certified(host: str) -> bool:
    """Tell whether a host leads to a portal, a page of ours, or a site that runs here."""
    if host != host.lower().strip(".") or ":" in host or "\0" in host:
        return False  # handshakes name hosts in one form only
    return resolve_host(host) is not None or SiteRoute.objects.filter(host=host).exists()
