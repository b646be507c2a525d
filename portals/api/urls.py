"""Addresses of api.<base>."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from portals.api.v1.views.docs import show_root
from portals.api.webhooks import receive_stripe

handler400 = "portals.shared.errors.bad_request"
handler403 = "portals.shared.errors.permission_denied"
handler404 = "portals.shared.errors.not_found"
handler500 = "portals.shared.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", show_root, name="root"),
    path("webhooks/stripe", receive_stripe, name="webhook-stripe"),
    path("api/v1/", include("portals.api.v1.urls")),
]
