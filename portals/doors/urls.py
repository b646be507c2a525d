"""Addresses of this host."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portals.doors import views
from portals.shared.urls import language_urls

handler400 = "portals.shared.errors.bad_request"
handler403 = "portals.shared.errors.permission_denied"
handler404 = "portals.shared.errors.not_found"
handler500 = "portals.shared.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    *language_urls,
    path("", views.find_workspace, name="find-workspace"),
]
