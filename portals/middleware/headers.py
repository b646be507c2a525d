"""Security headers that Django has no setting for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tenants.hosts import is_platform_host

PERMISSIONS_POLICY: Final = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "payment=(), usb=(), browsing-topics=()"
)


class HeadersMiddleware:
    """Adds Permissions-Policy and keeps private pages out of shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what the view left out."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "private, no-store")
        seconds = settings.SECURE_HSTS_SECONDS
        if (
            seconds
            and request.is_secure()
            and not is_platform_host(request.META.get("HTTP_HOST", ""))
        ):
            # Other hosts below somebody's own domain are not ours to promise anything about.
            response["Strict-Transport-Security"] = f"max-age={seconds}"
        return response
