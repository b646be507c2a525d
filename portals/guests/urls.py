"""Addresses of the pages for guests, on the customer portal's host."""

from __future__ import annotations

from django.urls import path

from portals.guests.views import reservations, spaces
from portals.shared import converters  # noqa: F401  makes <spc:…> and <hold:…> known

urlpatterns = [
    path("", spaces.list_spaces, name="space-list"),
    path("<spc:public_id>/", spaces.show, name="space-detail"),
    path("<spc:public_id>/hold/", spaces.choose, name="space-hold"),
    path("live/<spc:public_id>", spaces.follow_space, name="live-space"),
    path("holds/<hold:public_id>/", spaces.book, name="hold-book"),
    path("holds/<hold:public_id>/code/", spaces.verify, name="hold-verify"),
    path("holds/<hold:public_id>/release/", spaces.release, name="hold-release"),
    path("reservations/<str:token>/", reservations.show, name="reservation-detail"),
    path("reservations/<str:token>/pay/", reservations.pay, name="reservation-pay"),
    path("reservations/<str:token>/cancel/", reservations.cancel, name="reservation-cancel"),
    path(
        "reservations/<str:token>/calendar.ics", reservations.send_file, name="reservation-download"
    ),
]
