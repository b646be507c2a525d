"""Remembers a browser at the moment in which somebody signs in or changes the password.

Takes the place of allauth's own receivers: at each sign-in they would look at every session of
the person one by one, and drop the rows of API sessions, which have no browser's session.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_set, user_logged_in
from allauth.usersessions import signals as allauths
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from portals.shared.devices import note_browser
from portals.shared.requests import as_portal_request

user_logged_in.disconnect(receiver=allauths.on_user_logged_in)
for signal in (password_changed, password_set):
    signal.disconnect(receiver=allauths.on_password_changed)


@receiver([user_logged_in, password_changed, password_set])
def remember_browser(request: HttpRequest, **_: Any) -> None:
    """Write the browser down under its new session key."""
    note_browser(as_portal_request(request), at=timezone.now())
