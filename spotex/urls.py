"""Addresses that exist on every host; each portal brings its own urlconf on top."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

handler400 = "portals.shared.errors.bad_request"
handler403 = "portals.shared.errors.permission_denied"
handler404 = "portals.shared.errors.not_found"
handler500 = "portals.shared.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = []
