"""Addresses of the agency portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from portals.shared.urls import branded_urls

handler400 = "portals.shared.errors.bad_request"
handler403 = "portals.shared.errors.permission_denied"
handler404 = "portals.shared.errors.not_found"
handler500 = "portals.shared.errors.server_error"

app_patterns: list[URLPattern | URLResolver] = []
urlpatterns: list[URLPattern | URLResolver] = [*branded_urls, *app_patterns]
