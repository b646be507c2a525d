"""The cases of the customers' portal."""

from __future__ import annotations

from portals.tests.isolation.bodies import (
    INVITATION,
    PROFILE,
    ROLE,
)
from portals.tests.isolation.case import Case, page
from portals.tests.isolation.shared_pages import feed_pages, view_pages

CUSTOMER_PAGES: dict[str, Case] = {
    "dashboard": page(),
    "customer-choose": page(POST={"customer": "{customer}"}),
    "site-list": page(),
    "site-detail": page("active"),
    "site-restart": page("active", POST={}),
    "site-login": page("active", POST={}),
    "space-list": page(),
    "space-detail": page("space"),
    "space-hold": page("space", POST={"slot": "{slot}"}),
    "wish-create": page(
        "space",
        POST={"day": "{tomorrow}", "starts": "14:00", "ends": "15:00", "minutes": "60"},
    ),
    "wish-list": page(),
    "wish-leave": page("wish", POST={}),
    "hold-book": page("hold", POST={"notes": "Due lavagne"}),
    "hold-equipment": page("hold", POST={}),
    "hold-credits": page("hold", POST={}),
    "credit-list": page(),
    "hold-voucher": page("hold", POST={"voucher": ""}),
    "series-create": page(
        "hold",
        POST={
            "frequency": "WEEKLY",
            "every": "1",
            "count": "2",
            "step": "book",
            "days": "{tomorrow}",
        },
    ),
    "hold-release": page("hold", POST={}),
    "report-detail": page(),
    "report-download": page(),
    "reservation-list": page(),
    "reservation-detail": page("reservation"),
    "reservation-pay": page("reservation", POST={}),
    "reservation-move": page(
        "reservation",
        POST={"space": "{space}", "day": "{tomorrow}", "starts": "20:00", "ends": "21:00"},
    ),
    "reservation-notes": page("reservation", POST={"notes": "Due lavagne"}),
    "reservation-extend": page("begun", POST={"ends_at": "{begun_later}"}),
    "reservation-cancel": page("reservation", POST={"reason": "Pioggia"}),
    "reservation-download": page("reservation"),
    "contact-list": page(),
    "contact-invite": page(POST=INVITATION),
    "contact-resend": page("invited", POST={}),
    "contact-change-role": page("invited", POST=ROLE),
    "contact-remove": page("invited", POST={}),
    "activity-list": page(),
    **feed_pages("own_feed"),
    **view_pages("own_view"),
    "search": page(),
    "shortcuts-change": page(POST={"single_keys": "on"}),
    "support-end": Case(own=True),
    "profile-change": page(POST=PROFILE),
    "mfa_index": page(),
    "device-list": page(),
    "device-end": Case(ids={"public_id": "contact_device"}, bodies={"POST": {}}, own=True),
    "device-end-all": page(POST={}),
    "live-sites": page(),
    "live-site": page("active"),
    "live-operation": page("operation"),
    "live-space": page("space"),
    "live-reservation": page("reservation"),
}
