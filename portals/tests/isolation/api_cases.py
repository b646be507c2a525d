"""The cases of the API."""

from __future__ import annotations

from portals.tests.isolation.bodies import (
    API_KEY,
    CUSTOMER,
    DOMAIN,
    INVITATION,
    PICTURE,
    ROLE,
    SITE,
)
from portals.tests.isolation.booking_cases import BOOKING_API
from portals.tests.isolation.case import Case
from tenants.permissions import Permission

P = Permission

_OWN = Case(own=True, needs={"GET": None}, person=True)


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
        bodies={"POST": SITE},
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
