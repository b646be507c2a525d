"""Addresses of the pages for guests, on the customer portal's host."""

from __future__ import annotations

from django.urls import path

from portals.guests.views import reservations, spaces, waiting, widget
from portals.shared import converters  # noqa: F401  makes <spc:…> and <hold:…> known

urlpatterns = [
    path("", spaces.list_spaces, name="guest-space-list"),
    path("<spc:public_id>/", spaces.show, name="guest-space-detail"),
    path("<spc:public_id>/hold/", spaces.choose, name="guest-space-hold"),
    path("frame/<spc:public_id>/", widget.show_frame, name="guest-frame"),
    path("widget.js", widget.send_script, name="guest-widget"),
    path("<spc:public_id>/wait/", waiting.join, name="guest-wish-create"),
    path("waiting/confirm/<str:token>/", waiting.confirm, name="guest-wish-confirm"),
    path("waiting/<str:token>/", waiting.show, name="guest-wish-detail"),
    path("waiting/<str:token>/leave/", waiting.leave, name="guest-wish-leave"),
    path("live/<spc:public_id>", spaces.follow_space, name="guest-live-space"),
    path("holds/<hold:public_id>/", spaces.book, name="guest-hold-book"),
    path("holds/<hold:public_id>/code/", spaces.verify, name="guest-hold-verify"),
    path("holds/<hold:public_id>/equipment/", spaces.put_equipment, name="guest-hold-equipment"),
    path("holds/<hold:public_id>/voucher/", spaces.put_voucher, name="guest-hold-voucher"),
    path("holds/<hold:public_id>/release/", spaces.release, name="guest-hold-release"),
    path("reservations/<str:token>/", reservations.show, name="guest-reservation-detail"),
    path("reservations/<str:token>/pay/", reservations.pay, name="guest-reservation-pay"),
    path("reservations/<str:token>/notes/", reservations.note, name="guest-reservation-notes"),
    path(
        "reservations/<str:token>/equipment/",
        reservations.equip,
        name="guest-reservation-equipment",
    ),
    path("reservations/<str:token>/extend/", reservations.extend, name="guest-reservation-extend"),
    path("reservations/<str:token>/cancel/", reservations.cancel, name="guest-reservation-cancel"),
    path(
        "reservations/<str:token>/calendar.ics",
        reservations.send_file,
        name="guest-reservation-download",
    ),
]
