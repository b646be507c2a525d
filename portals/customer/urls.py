"""Addresses of the customer portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from portals.customer.views import (
    activity,
    contacts,
    dashboard,
    live,
    own_credits,
    reports,
    reservations,
    series,
    sites,
    spaces,
    waiting,
)
from portals.guests.urls import urlpatterns as guest_urls
from portals.shared import converters  # noqa: F401  makes <cus:…>, <site:…> … known
from portals.shared.urls import branded_urls, feed_urls, view_urls
from portals.shared.views import palette, payments

handler400 = "portals.shared.errors.bad_request"
handler403 = "portals.shared.errors.permission_denied"
handler404 = "portals.shared.errors.not_found"
handler500 = "portals.shared.errors.server_error"

site_urls = [
    path("", sites.list_sites, name="site-list"),
    path("<site:public_id>/", sites.show_site, name="site-detail"),
    path("<site:public_id>/restart/", sites.restart, name="site-restart"),
    path("<site:public_id>/login/", sites.login, name="site-login"),
]
contact_urls = [
    path("", contacts.list_contacts, name="contact-list"),
    path("invite/", contacts.invite, name="contact-invite"),
    path("<con:public_id>/resend/", contacts.resend, name="contact-resend"),
    path("<con:public_id>/role/", contacts.change_role, name="contact-change-role"),
    path("<con:public_id>/remove/", contacts.remove, name="contact-remove"),
]
space_urls = [
    path("", spaces.list_spaces, name="space-list"),
    path("<spc:public_id>/", spaces.show, name="space-detail"),
    path("<spc:public_id>/hold/", spaces.choose, name="space-hold"),
    path("<spc:public_id>/wait/", waiting.join, name="wish-create"),
]
waiting_urls = [
    path("", waiting.list_wishes, name="wish-list"),
    path("<wish:public_id>/leave/", waiting.leave, name="wish-leave"),
]
credit_urls = [
    path("", own_credits.list_credits, name="credit-list"),
]
hold_urls = [
    path("<hold:public_id>/", spaces.book, name="hold-book"),
    path("<hold:public_id>/repeat/", series.book_again, name="series-create"),
    path("<hold:public_id>/release/", spaces.release, name="hold-release"),
    path("<hold:public_id>/equipment/", spaces.put_equipment, name="hold-equipment"),
    path("<hold:public_id>/voucher/", spaces.put_voucher, name="hold-voucher"),
    path("<hold:public_id>/credits/", own_credits.put, name="hold-credits"),
]
reservation_urls = [
    path("", reservations.list_reservations, name="reservation-list"),
    path("<res:public_id>/", reservations.show, name="reservation-detail"),
    path("<res:public_id>/pay/", reservations.pay, name="reservation-pay"),
    path("<res:public_id>/move/", reservations.move, name="reservation-move"),
    path("<res:public_id>/equipment/", reservations.equip, name="reservation-equipment"),
    path("<res:public_id>/notes/", reservations.note, name="reservation-notes"),
    path("<res:public_id>/extend/", reservations.extend, name="reservation-extend"),
    path("<res:public_id>/cancel/", reservations.cancel, name="reservation-cancel"),
    path("<res:public_id>/calendar.ics", reservations.send_file, name="reservation-download"),
]
report_urls = [
    path("", reports.show, name="report-detail"),
    path("download/", reports.download, name="report-download"),
]
live_urls = [
    path("sites", live.follow_sites, name="live-sites"),
    path("sites/<site:public_id>", live.follow_site, name="live-site"),
    path("operations/<op:public_id>", live.follow_operation, name="live-operation"),
    path("spaces/<spc:public_id>", live.follow_space, name="live-space"),
    path("reservations/<res:public_id>", live.follow_reservation, name="live-reservation"),
]
app_patterns: list[URLPattern | URLResolver] = [
    path("", dashboard.show_dashboard, name="dashboard"),
    path("choose/", dashboard.choose_customer, name="customer-choose"),
    path("sites/", include(site_urls)),
    path("spaces/", include(space_urls)),
    path("holds/", include(hold_urls)),
    path("credits/", include(credit_urls)),
    path("waiting/", include(waiting_urls)),
    path("reservations/", include(reservation_urls)),
    path("reports/", include(report_urls)),
    path("people/", include(contact_urls)),
    path("views/", include(view_urls)),
    path("feeds/", include(feed_urls)),
    path("search/", palette.search, name="search"),
    path("shortcuts/", palette.change_shortcuts, name="shortcuts-change"),
    path("profile/", contacts.edit_own_profile, name="profile-change"),
    path("activity/", activity.list_activity, name="activity-list"),
    path("live/", include(live_urls)),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *branded_urls,
    path("pay/<str:token>/", payments.show_payment, name="payment-page"),
    path("api/v1/", include("portals.api.v1.urls")),
    path("book/", include(guest_urls)),
    path("", include((app_patterns, "customer"))),
]
