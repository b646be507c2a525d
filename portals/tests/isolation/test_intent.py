"""What people of a customer may change, written down by hand.

The walk compares addresses with the table of permissions; this compares the table with what was
meant, so that a permission given too freely does not pass as intended.
"""

from __future__ import annotations

import pytest

from portals.tests.isolation.cases import API
from tenants.permissions import CONTACT_PERMISSIONS
from tenants.states import ContactRole

_PEOPLE = {
    ("contact-invite", "POST"),
    ("contact-detail", "PATCH"),
    ("contact-detail", "PUT"),
    ("contact-detail", "DELETE"),
    ("contact-resend", "POST"),
}
_BOOKING = {
    ("slot-hold", "POST"),
    ("slot-book", "POST"),
    ("slot-release", "POST"),
    ("reservation-list", "POST"),
    ("reservation-detail", "PATCH"),
    ("reservation-detail", "DELETE"),
    ("reservation-preview", "POST"),
    ("reservation-extend", "POST"),
    ("reservation-notes", "PUT"),
    ("waitlist-list", "POST"),
    ("waitlist-detail", "DELETE"),
    ("payment-create-intent", "POST"),
    ("payment-confirm", "POST"),
}
MEANT = {
    ContactRole.ADMIN: _PEOPLE
    | _BOOKING
    | {
        ("website-restart", "POST"),
        ("website-bulk", "POST"),
        ("website-login-link", "POST"),
    },
    ContactRole.MEMBER: _BOOKING | {("website-login-link", "POST")},
    ContactRole.VIEWER: set(),
}


@pytest.mark.parametrize("role", ContactRole)
def test_people_of_a_customer_change_what_was_meant(role: ContactRole) -> None:
    allowed = {
        (name, method)
        for name, case in API.items()
        for method, needed in case.needs.items()
        if method != "GET" and needed in CONTACT_PERMISSIONS[role]
    }

    assert allowed == MEANT[role]
