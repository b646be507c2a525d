"""Addresses of the public site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from portals.public.views import pages, signup
from portals.shared import converters  # noqa: F401  makes <mail:…> known
from portals.shared.urls import language_urls
from portals.shared.views import mailbox

handler400 = "portals.shared.errors.bad_request"
handler403 = "portals.shared.errors.permission_denied"
handler404 = "portals.shared.errors.not_found"
handler500 = "portals.shared.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    *language_urls,
    path("api/v1/", include("portals.api.v1.urls")),
    path("", pages.show_home, name="home"),
    path("features/", pages.show_features, name="features"),
    path("pricing/", pages.show_pricing, name="pricing"),
    path("status/", pages.show_status, name="status"),
    path("api/", pages.show_api_docs, name="api-docs"),
    path("sign-up/", signup.sign_up, name="sign-up"),
    path("sign-up/check-mail/", signup.check_mail, name="check-mail"),
    path("_mail/", mailbox.mailbox_list, name="mailbox"),
    path("_mail/messages.json", mailbox.mailbox_json, name="mailbox-json"),
    path("_mail/<mail:public_id>/", mailbox.mailbox_detail, name="mailbox-mail"),
]
