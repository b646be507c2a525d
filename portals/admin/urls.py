"""Addresses of the staff admin."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from portals.shared.urls import language_urls, person_urls

handler400 = "portals.shared.errors.bad_request"
handler403 = "portals.shared.errors.permission_denied"
handler404 = "portals.shared.errors.not_found"
handler500 = "portals.shared.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    *person_urls,
    *language_urls,
    path("", admin.site.urls),
]
