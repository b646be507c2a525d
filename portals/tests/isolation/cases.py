"""One case for every address: which planted objects it names, and a body that works.

A new address without a case fails the build. ``ids`` maps the address's arguments to words of
``World``; ``bodies`` maps the methods that change something to a body that is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portals.tests.isolation.booking_cases import BOOKING_API
from portals.tests.isolation.case import Body, Case
from portals.tests.isolation.places import PHOTO
from portals.tests.isolation.world import SECRET
from tenants.permissions import Permission

P = Permission

CUSTOMER: Body = {"name": "Nuovo", "email": "nuovo@company.test"}
INVITATION: Body = {"email": "new@company.test", "full_name": "Nina Nuova", "role": "VIEWER"}
ROLE: Body = {"role": "VIEWER"}
PROFILE: Body = {"full_name": "Nuovo Nome", "language": "it"}
BRAND: Body = {"brand_name": "Acme", "brand_color": "#123456", "language": "it"}
DOMAIN: Body = {"domain": "portal.company.test", "portal": "customer"}
INCIDENT: Body = {"title": "Posta lenta", "message": "Stiamo guardando."}
API_KEY: Body = {"name": "Contabilità", "scopes": ["customers:read"]}
LOCATION: Body = {"name": "Nuova sede", "time_zone": "Etc/UTC"}
PACKAGE: Body = {"name": "Venti ore", "hours": "20", "price": "300", "valid_days": "90"}
VOUCHER: Body = {"percent": 20, "most_uses": 5, "most_per_person": 0}
EQUIPMENT: Body = {"name": "Lavagna", "pricing": "PER_BOOKING", "price": "5", "stock": "1"}
SPACE: Body = {
    "name": "Nuova sala",
    "kind": "MEETING_ROOM",
    "capacity": 4,
    "seats": 0,
    "slot_minutes": 60,
    "min_minutes": 60,
    "max_minutes": 480,
    "buffer_minutes": 0,
    "notice_minutes": 0,
    "horizon_days": 90,
    "most_per_person": 0,
    "payment": "FREE",
    "hourly_price": "0",
    "vat_percent": 22,
    "free_cancel_hours": 24,
    "late_refund_percent": 0,
    "reminder_hours": 24,
    "patience_minutes": 0,
}
PICTURE: Body = {"svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'}
"""Sent as it is, not as JSON."""
SITE: Body = {
    "customer": "{customer}",
    "name": "Nuovo sito",
    "title": "Nuovo sito",
    "admin_email": "admin@company.test",
    "language": "it_IT",
}


def _page(
    word: str = "", *, needs: Mapping[str, Permission | None] | None = None, **bodies: Body
) -> Case:
    return Case(ids={"public_id": word} if word else {}, bodies=bodies, needs=needs or {})


def _feed_pages(word: str, **body: Any) -> dict[str, Case]:
    """Return the pages about calendar feeds."""
    return {
        "feed-list": _page(POST=body),
        "feed-created": Case(ids={"public_id": word}, own=True),
        "feed-renew": Case(ids={"public_id": word}, bodies={"POST": {}}, own=True),
        "feed-revoke": Case(ids={"public_id": word}, bodies={"POST": {}}, own=True),
    }


def _view_pages(word: str) -> dict[str, Case]:
    """Return the pages about a shared view."""
    shared = {"POST": P.VIEW_SHARE}
    return {
        "view-create": _page(POST={"list": "SITES", "name": "Nuova", "search": "x"}),
        "view-detail": _page(word, needs=shared, POST={"name": "Altra", "is_shared": "on"}),
        "view-query": _page(word, needs=shared, POST={"search": "y"}),
        "view-default": _page(word, POST={"is_default": "1"}),
        "view-delete": _page(word, needs=shared, POST={}),
    }


AGENCY_PAGES: dict[str, Case] = {
    "dashboard": _page(),
    "customer-list": _page(),
    "customer-export": _page(),
    "customer-import": _page(POST={"file": b"name,email\nBar,bar@company.test\n"}),
    "customer-template-download": _page(),
    "customer-import-detail": _page(
        "upload",
        POST={"encoding": "utf-8", "delimiter": ",", "column_name": "0", "column_email": "1"},
    ),
    "customer-import-run": _page("upload", POST={"mode": "GOOD"}),
    "customer-import-download": _page("upload"),
    "customer-bulk": _page(POST={"action": "archive", "ids": "{customer}"}),
    "customer-bulk-undo": _page(POST={}),
    "customer-create": _page(POST=CUSTOMER),
    "customer-detail": _page("customer"),
    "customer-change": _page("customer", POST={**CUSTOMER, "version": 1}),
    "customer-archive": _page("customer", POST={}),
    "customer-restore": _page("archived", POST={}),
    "contact-invite": _page("customer", POST=INVITATION),
    "contact-resend": _page("invited", POST={}),
    "contact-change-role": _page("contact", POST=ROLE),
    "contact-remove": _page("contact", POST={}),
    "contact-reset-factors": _page("contact", POST={"reason": "Telefono perso"}),
    "member-list": _page(),
    "member-export": _page(),
    "member-invite": _page(POST=INVITATION),
    "member-change-role": _page("member", POST=ROLE),
    "member-remove": _page("member", POST={}),
    "member-reset-factors": _page("member", POST={"reason": "Telefono perso"}),
    "invitation-revoke": _page("invitation", POST={}),
    "site-list": _page(),
    "site-export": _page(),
    "site-create": _page(POST=SITE),
    "site-detail": _page("active"),
    "site-deploy": _page("broken", POST={}),
    "site-cancel": _page("starting", POST={}),
    "site-suspend": _page("active", POST={}),
    "site-resume": _page("paused", POST={}),
    "site-restart": _page("active", POST={}),
    "site-login": _page("active", POST={}),
    "site-delete": _page("active", POST={"name": f"{SECRET} ACTIVE"}),
    "site-clone": _page("active", POST={}),
    "site-push": _page("copy", POST={"version": 1}),
    "site-step-back": _page("original", POST={}),
    "site-discard": _page("copy", POST={}),
    "site-php": _page("active", POST={"php_version": "8.2"}),
    "site-bulk": _page(POST={"action": "restart", "ids": "{active}"}),
    "location-list": _page(),
    "location-create": _page(POST=LOCATION),
    "location-detail": _page("location"),
    "location-change": _page("location", POST={**LOCATION, "version": "{location_version}"}),
    "location-archive": _page("empty_location", POST={}),
    "location-days-off": _page("location", POST={"first_day": "2030-01-02"}),
    "days-off-remove": _page("days_off", POST={}),
    "space-list": _page(),
    "space-create": _page(POST={**SPACE, "location": "{location}"}),
    "space-detail": _page("space"),
    "space-change": _page("space", POST={**SPACE, "version": "{space_version}"}),
    "space-archive": _page("spare_space", POST={}),
    "space-hours": _page(
        "space",
        POST={
            "day_0_0_opens": "09:00",
            "day_0_0_closes": "12:00",
            "version": "{space_version}",
        },
    ),
    "space-rates": _page(
        "space",
        POST={
            "payment": "PREPAID",
            "hourly": "12.50",
            "half_day_hours": 4,
            "member_percent": 10,
            "version": "{space_version}",
        },
    ),
    "space-peak-add": _page(
        "space",
        POST={
            "weekdays": "5",
            "starts": "09:00",
            "ends": "13:00",
            "percent": 20,
            "version": "{space_version}",
        },
    ),
    "space-peak-remove": _page("space", POST={"peak": "0", "version": "{space_version}"}),
    "space-photos": _page("space", POST={"file": PHOTO, "alt": "Un tavolo"}),
    "photo-describe": _page("photo", POST={"alt": "Una finestra"}),
    "photo-first": _page("photo", POST={}),
    "photo-remove": _page("photo", POST={}),
    "space-share": _page("space", POST={"address": "www.company.test"}),
    "widget-site-remove": _page("widget_site", POST={}),
    "outside-list": _page("space", POST={"name": "Google", "url": "https://company.test/a.ics"}),
    "outside-read": _page("outside", POST={}),
    "outside-remove": _page("outside", POST={}),
    "conflict-list": _page(),
    "conflict-ignore": _page("conflict", POST={}),
    "conflict-retry": _page("conflict", POST={}),
    "package-list": _page(),
    "package-create": _page(POST=PACKAGE),
    "package-detail": _page("package"),
    "package-change": _page("package", POST={**PACKAGE, "version": "{package_version}"}),
    "package-archive": _page("package", POST={}),
    "credit-list": _page("customer"),
    "credit-grant": _page("customer", POST={"package": "{package}", "reason": "Fattura 1"}),
    "credit-correct": _page("credit", POST={"change": "take", "hours": "1", "reason": "Sbagliato"}),
    "voucher-list": _page(),
    "voucher-create": _page(POST={**VOUCHER, "code": "NUOVO2030"}),
    "voucher-detail": _page("voucher"),
    "voucher-change": _page("voucher", POST={**VOUCHER, "version": "{voucher_version}"}),
    "voucher-end": _page("voucher", POST={}),
    "equipment-create": _page("location", POST=EQUIPMENT),
    "equipment-detail": _page("equipment"),
    "equipment-change": _page("equipment", POST={**EQUIPMENT, "version": "{equipment_version}"}),
    "equipment-archive": _page("equipment", POST={}),
    "wish-list": _page("space"),
    "wish-offer": _page("wish", POST={}),
    "wish-leave": _page("wish", POST={}),
    "calendar": _page(),
    "reservation-create": _page(
        "space",
        POST={
            "day": "{tomorrow}",
            "starts": "20:00",
            "ends": "21:00",
            "name": "Nina",
            "email": "nina@company.test",
        },
    ),
    "series-create": _page(
        "space",
        POST={
            "day": "{tomorrow}",
            "starts": "20:00",
            "ends": "21:00",
            "name": "Nina",
            "email": "nina@company.test",
            "frequency": "WEEKLY",
            "every": "1",
            "count": "2",
            "step": "book",
            "days": "{tomorrow}",
        },
    ),
    "block-create": _page("space", POST={"day": "{tomorrow}", "starts": "20:00", "ends": "21:00"}),
    "block-detail": _page("block"),
    "block-lift": _page("block", POST={}),
    "report-detail": _page(),
    "report-download": _page(),
    "report-mail": _page(POST={}),
    "report-mail-stop": _page(POST={}),
    "reservation-list": _page(),
    "reservation-export": _page(),
    "reservation-detail": _page("reservation"),
    "reservation-approve": _page("asked", POST={"words": "Volentieri"}),
    "reservation-decline": _page("asked", POST={"words": "Lavori"}),
    "reservation-check-in": _page("begun", POST={}),
    "reservation-check-in-undo": _page("arrived", POST={}),
    "reservation-no-show": _page("begun", POST={}),
    "reservation-no-show-undo": _page("missed", POST={}),
    "reservation-move": _page(
        "reservation",
        POST={"space": "{space}", "day": "{tomorrow}", "starts": "20:00", "ends": "21:00"},
    ),
    "reservation-notes": _page("reservation", POST={"notes": "Due lavagne"}),
    "reservation-extend": _page("begun", POST={"ends_at": "{begun_later}"}),
    "reservation-cancel": _page("reservation", POST={"reason": "Pioggia"}),
    "live-calendar": _page(),
    "payment-list": _page(),
    "payment-export": _page(),
    "payment-detail": _page("paid"),
    "payment-refund": _page("paid", POST={"amount": "5.00", "ask": f"ask_{'0' * 26}"}),
    "payment-received": _page("transfer", POST={}),
    "refund-sent": _page("transfer_back", POST={}),
    "stripe-open": _page(),
    "stripe-connect": _page(POST={}),
    "payment-account-change": _page(
        POST={
            "provider": "BANK_TRANSFER",
            "holder": "Acme srl",
            "iban": "IT60X0542811101000000123456",
        }
    ),
    "brand-change": _page(POST=BRAND),
    "brand-preview": _page(POST=BRAND),
    "brand-preview-css": _page(),
    "domain-list": _page(),
    "domain-create": _page(POST=DOMAIN),
    "domain-detail": _page("domain"),
    "domain-check": _page("domain", POST={}),
    "domain-change": _page("domain", POST={"portal": "agency"}),
    "domain-primary": _page("domain", POST={}),
    "domain-remove": _page("domain", POST={}),
    "plan-detail": _page(),
    "plan-warnings": _page(),
    "plan-change": _page(POST={"tier": "PREMIUM"}),
    "plan-cancel": _page(POST={}),
    "plan-undo": _page(POST={}),
    "activity-list": _page(),
    "activity-export": _page(),
    "activity-detail": _page("line"),
    "security-change": _page(POST={"rule": "OFF"}),
    "api-key-list": _page(),
    "api-guide": _page(),
    "api-key-create": _page(POST=API_KEY),
    "api-key-detail": _page("api_key", POST=API_KEY),
    "api-key-created": _page("api_key"),
    "api-key-revoke": _page("api_key", POST={}),
    **_feed_pages("feed", subject="{space}", says="who"),
    **_view_pages("view"),
    "search": _page(),
    "shortcuts-change": _page(POST={"single_keys": "on"}),
    "support-end": Case(own=True),
    "support-change": _page(POST={"allowed": "0"}),
    "support-detail": _page("support"),
    "incident-list": _page(),
    "incident-create": _page(POST={**INCIDENT, "impact": "MAJOR"}),
    "incident-detail": _page(
        "incident", POST={"state": "MONITORING", "message": "Quasi a posto.", "version": 1}
    ),
    "incident-change": _page("incident", POST={**INCIDENT, "impact": "MINOR", "version": 1}),
    "data-detail": _page(),
    "export-create": _page(POST={}),
    "export-download": _page("export"),
    "closing-begin": _page(POST={"name": "Studio Acme"}),
    "closing-withdraw": _page(POST={}),
    "profile-change": _page(POST=PROFILE),
    "mfa_index": _page(),
    "device-list": _page(),
    "device-end": Case(ids={"public_id": "owner_device"}, bodies={"POST": {}}, own=True),
    "device-end-all": _page(POST={}),
    "live-dashboard": _page(),
    "live-domains": _page(),
    "live-sites": _page(),
    "live-site": _page("active"),
    "live-operation": _page("operation"),
}

CUSTOMER_PAGES: dict[str, Case] = {
    "dashboard": _page(),
    "customer-choose": _page(POST={"customer": "{customer}"}),
    "site-list": _page(),
    "site-detail": _page("active"),
    "site-restart": _page("active", POST={}),
    "site-login": _page("active", POST={}),
    "space-list": _page(),
    "space-detail": _page("space"),
    "space-hold": _page("space", POST={"slot": "{slot}"}),
    "wish-create": _page(
        "space",
        POST={"day": "{tomorrow}", "starts": "14:00", "ends": "15:00", "minutes": "60"},
    ),
    "wish-list": _page(),
    "wish-leave": _page("wish", POST={}),
    "hold-book": _page("hold", POST={"notes": "Due lavagne"}),
    "hold-equipment": _page("hold", POST={}),
    "hold-credits": _page("hold", POST={}),
    "credit-list": _page(),
    "hold-voucher": _page("hold", POST={"voucher": ""}),
    "series-create": _page(
        "hold",
        POST={
            "frequency": "WEEKLY",
            "every": "1",
            "count": "2",
            "step": "book",
            "days": "{tomorrow}",
        },
    ),
    "hold-release": _page("hold", POST={}),
    "report-detail": _page(),
    "report-download": _page(),
    "reservation-list": _page(),
    "reservation-detail": _page("reservation"),
    "reservation-pay": _page("reservation", POST={}),
    "reservation-move": _page(
        "reservation",
        POST={"space": "{space}", "day": "{tomorrow}", "starts": "20:00", "ends": "21:00"},
    ),
    "reservation-notes": _page("reservation", POST={"notes": "Due lavagne"}),
    "reservation-extend": _page("begun", POST={"ends_at": "{begun_later}"}),
    "reservation-cancel": _page("reservation", POST={"reason": "Pioggia"}),
    "reservation-download": _page("reservation"),
    "contact-list": _page(),
    "contact-invite": _page(POST=INVITATION),
    "contact-resend": _page("invited", POST={}),
    "contact-change-role": _page("invited", POST=ROLE),
    "contact-remove": _page("invited", POST={}),
    "activity-list": _page(),
    **_feed_pages("own_feed"),
    **_view_pages("own_view"),
    "search": _page(),
    "shortcuts-change": _page(POST={"single_keys": "on"}),
    "support-end": Case(own=True),
    "profile-change": _page(POST=PROFILE),
    "mfa_index": _page(),
    "device-list": _page(),
    "device-end": Case(ids={"public_id": "contact_device"}, bodies={"POST": {}}, own=True),
    "device-end-all": _page(POST={}),
    "live-sites": _page(),
    "live-site": _page("active"),
    "live-operation": _page("operation"),
    "live-space": _page("space"),
    "live-reservation": _page("reservation"),
}

_OWN = Case(own=True, needs={"GET": None}, person=True)
_WEBSITE: Body = dict(SITE)


def _site(word: str, permission: Permission) -> Case:
    return Case(ids={"site_id": word}, bodies={"POST": {}}, needs={"POST": permission})


API: dict[str, Case] = {
    "auth-me": Case(own=True, needs={"GET": None}),
    "auth-session": _OWN,
    "auth-session-list": _OWN,
    "auth-session-detail": Case(
        ids={"session_id": "session"}, own=True, needs={"DELETE": None}, person=True
    ),
    "api-key-list": Case(
        bodies={"POST": API_KEY},
        needs={"GET": P.API_KEY_MANAGE, "POST": P.API_KEY_MANAGE},
        person=True,
    ),
    "api-key-detail": Case(
        ids={"key_id": "api_key"},
        bodies={"PATCH": {"name": "Altro"}, "DELETE": {}},
        needs=dict.fromkeys(("GET", "PATCH", "DELETE"), P.API_KEY_MANAGE),
        agency_only=True,
        person=True,
    ),
    "activity-list": Case(needs={"GET": P.ACTIVITY_VIEW}),
    "activity-detail": Case(ids={"activity_id": "line"}, needs={"GET": P.ACTIVITY_VIEW}),
    "member-list": Case(needs={"GET": P.MEMBER_VIEW}),
    "member-invite": Case(bodies={"POST": INVITATION}, needs={"POST": P.MEMBER_MANAGE}),
    "member-detail": Case(
        ids={"member_id": "member"},
        bodies={"PATCH": ROLE, "DELETE": {}},
        needs={"GET": P.MEMBER_VIEW, "PATCH": P.MEMBER_MANAGE, "DELETE": P.MEMBER_MANAGE},
        agency_only=True,
    ),
    "invitation-list": Case(needs={"GET": P.MEMBER_VIEW}),
    "invitation-detail": Case(
        ids={"invitation_id": "invitation"},
        needs={"GET": P.MEMBER_VIEW, "DELETE": P.MEMBER_MANAGE},
        agency_only=True,
    ),
    "invitation-resend": Case(
        ids={"invitation_id": "invitation"},
        bodies={"POST": {}},
        needs={"POST": P.MEMBER_MANAGE},
        agency_only=True,
    ),
    "user-list": Case(needs={"GET": P.CONTACT_VIEW}),
    "user-detail": Case(ids={"user_id": "person"}, needs={"GET": P.CONTACT_VIEW}),
    "user-me": Case(
        bodies={"PATCH": {"language": "it"}}, needs={"PATCH": None}, own=True, person=True
    ),
    "tenant-list": Case(needs={"GET": P.AGENCY_VIEW}),
    "tenant-detail": Case(
        ids={"tenant_id": "agency"},
        bodies={"PATCH": {"name": "Acme"}},
        needs={"GET": P.AGENCY_VIEW, "PATCH": P.AGENCY_MANAGE},
        agency_only=True,
    ),
    "tenant-stats": Case(
        ids={"tenant_id": "agency"}, needs={"GET": P.AGENCY_VIEW}, agency_only=True
    ),
    "branding": Case(
        bodies={"PUT": {"name": "Acme", "color": "#123456", "language": "it"}},
        needs={"GET": P.AGENCY_VIEW, "PUT": P.AGENCY_MANAGE},
    ),
    "branding-logo": Case(
        bodies={"PUT": PICTURE},
        needs={"PUT": P.AGENCY_MANAGE, "DELETE": P.AGENCY_MANAGE},
    ),
    "auth-session-end-all": Case(own=True, bodies={"POST": {}}, needs={"POST": None}, person=True),
    "customer-list": Case(
        bodies={"POST": CUSTOMER},
        needs={"GET": P.CUSTOMER_VIEW, "POST": P.CUSTOMER_MANAGE},
    ),
    "customer-detail": Case(
        ids={"customer_id": "customer"},
        bodies={"PATCH": {"name": "Altro"}, "PUT": CUSTOMER, "DELETE": {}},
        needs={
            "GET": P.CUSTOMER_VIEW,
            "PATCH": P.CUSTOMER_MANAGE,
            "PUT": P.CUSTOMER_MANAGE,
            "DELETE": P.CUSTOMER_MANAGE,
        },
    ),
    "customer-restore": Case(
        ids={"customer_id": "archived"},
        bodies={"POST": {}},
        needs={"POST": P.CUSTOMER_MANAGE},
    ),
    "contact-list": Case(ids={"customer_id": "customer"}, needs={"GET": P.CONTACT_VIEW}),
    "contact-invite": Case(
        ids={"customer_id": "customer"},
        bodies={"POST": INVITATION},
        needs={"POST": P.CONTACT_MANAGE},
    ),
    "contact-detail": Case(
        ids={"customer_id": "customer", "contact_id": "invited"},
        bodies={"PATCH": ROLE, "PUT": ROLE, "DELETE": {}},
        needs={
            "GET": P.CONTACT_VIEW,
            "PATCH": P.CONTACT_MANAGE,
            "PUT": P.CONTACT_MANAGE,
            "DELETE": P.CONTACT_MANAGE,
        },
    ),
    "contact-resend": Case(
        ids={"customer_id": "customer", "contact_id": "invited"},
        bodies={"POST": {}},
        needs={"POST": P.CONTACT_MANAGE},
    ),
    "website-list": Case(
        bodies={"POST": _WEBSITE},
        needs={"GET": P.SITE_VIEW, "POST": P.SITE_DEPLOY},
    ),
    "website-detail": Case(
        ids={"site_id": "active"},
        bodies={"PATCH": {"name": "Altro"}, "DELETE": {}},
        needs={"GET": P.SITE_VIEW, "PATCH": P.SITE_OPERATE, "DELETE": P.SITE_DELETE},
    ),
    "website-deploy": _site("broken", P.SITE_DEPLOY),
    "website-suspend": _site("active", P.SITE_OPERATE),
    "website-resume": _site("paused", P.SITE_OPERATE),
    "website-restart": _site("active", P.SITE_RESTART),
    "website-login-link": _site("active", P.SITE_LOGIN),
    "website-clone": _site("active", P.SITE_DEPLOY),
    "website-push": _site("copy", P.SITE_OPERATE),
    "website-step-back": _site("original", P.SITE_OPERATE),
    "website-php": Case(
        ids={"site_id": "active"},
        bodies={"POST": {"version": "8.2"}},
        needs={"POST": P.SITE_OPERATE},
    ),
    "website-bulk": Case(
        bodies={"POST": {"action": "restart", "websites": ["{active}"]}},
        needs={"POST": P.SITE_RESTART},
    ),
    "subscription-list": Case(needs={"GET": P.AGENCY_VIEW}),
    "subscription-current": Case(needs={"GET": P.AGENCY_VIEW}),
    "subscription-change": Case(
        bodies={"POST": {"tier": "PREMIUM"}, "DELETE": {}},
        needs={"POST": P.SUBSCRIPTION_MANAGE, "DELETE": P.SUBSCRIPTION_MANAGE},
    ),
    "subscription-cancel": Case(
        bodies={"POST": {}},
        needs={"POST": P.SUBSCRIPTION_MANAGE},
    ),
    "portal-domain-list": Case(
        bodies={"POST": DOMAIN},
        needs={"GET": P.DOMAIN_VIEW, "POST": P.DOMAIN_MANAGE},
    ),
    "portal-domain-detail": Case(
        ids={"domain_id": "domain"},
        bodies={"PATCH": {"is_primary": True}, "DELETE": {}},
        needs={"GET": P.DOMAIN_VIEW, "PATCH": P.DOMAIN_MANAGE, "DELETE": P.DOMAIN_MANAGE},
        agency_only=True,
    ),
    "portal-domain-verify": Case(
        ids={"domain_id": "domain"},
        bodies={"POST": {}},
        needs={"POST": P.DOMAIN_MANAGE},
        agency_only=True,
    ),
    **BOOKING_API,
    "operation-list": Case(needs={"GET": P.OPERATION_VIEW}),
    "operation-detail": Case(ids={"operation_id": "operation"}, needs={"GET": P.OPERATION_VIEW}),
    "operation-cancel": Case(
        ids={"operation_id": "waiting"},
        bodies={"POST": {}},
        needs={"POST": P.SITE_DEPLOY},
    ),
    "operation-events": Case(ids={"operation_id": "operation"}, needs={"GET": P.OPERATION_VIEW}),
}
