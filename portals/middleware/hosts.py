"""The host decides: portal, agency, urlconf and schema of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import set_urlconf
from django.utils import translation
from django.utils.cache import patch_vary_headers

from portals.addresses import URLCONFS
from portals.middleware.language import choose_language
from portals.monitoring.views import MONITORING_VIEWS, has_monitoring_token
from portals.shared import errors
from portals.shared.certificates import answer_proxy, is_question_of_proxy
from portals.shared.closing import is_shut
from portals.shared.health import HEALTH_VIEWS
from portals.shared.requests import PortalRequest, as_portal_request
from spotex.kernel.tenancy import PUBLIC_SCHEMA, enter_schema
from spotex.kernel.trace import agency_slug
from tenants.hosts import HostRoute, resolve_host


class HostMiddleware:
    """Sets ``request.portal``, ``request.agency`` and the schema; answers unknown hosts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Route the request and leave the connection on the public schema afterwards."""
        health = HEALTH_VIEWS.get(request.path)
        if health is not None:  # a probe may come by address, without a known host
            return health(request)
        watch = MONITORING_VIEWS.get(request.path)
        if watch is not None and has_monitoring_token(request):
            return watch(request)
        enter_schema(PUBLIC_SCHEMA)
        if is_question_of_proxy(request):
            return answer_proxy(request)
        try:
            return self._answer(as_portal_request(request))
        finally:
            enter_schema(PUBLIC_SCHEMA)
            set_urlconf(None)

    def _answer(self, request: PortalRequest) -> HttpResponse:
        route = resolve_host(request.META.get("HTTP_HOST", ""))
        if route is None:
            with translation.override(choose_language(request)):
                return errors.unknown_host(request)
        self._prepare(request, route=route)
        if _is_closed(request):
            with translation.override(choose_language(request)):
                response = errors.suspended(request)
        else:
            response = self.get_response(request)
        patch_vary_headers(response, ["Host"])
        return response

    def _prepare(self, request: PortalRequest, *, route: HostRoute) -> None:
        request.portal = route.portal
        request.agency = route.agency
        request.urlconf = URLCONFS[route.portal]
        set_urlconf(request.urlconf)
        if route.agency is not None:
            agency_slug.set(route.agency.slug)
            enter_schema(route.agency.schema_name)


def _is_closed(request: PortalRequest) -> bool:
    return request.agency is not None and is_shut(
        request.agency, portal=request.portal, path=request.path
    )
