"""Who may do what: one enum and one table.

Reading a row answers every question about a role. Access functions and views name permissions;
nothing in the project asks for a role.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from tenants.states import ContactRole, Role


class Permission(StrEnum):
    """Everything that can be allowed; the values are also the scopes of API keys."""

    AGENCY_VIEW = "agency:read"
    AGENCY_MANAGE = "agency:write"
    DOMAIN_VIEW = "portal-domains:read"
    DOMAIN_MANAGE = "portal-domains:write"
    SUBSCRIPTION_MANAGE = "subscription:write"
    MEMBER_VIEW = "members:read"
    MEMBER_MANAGE = "members:write"
    OWNER_MANAGE = "owners:write"
    CUSTOMER_VIEW = "customers:read"
    CUSTOMER_MANAGE = "customers:write"
    CONTACT_VIEW = "contacts:read"
    CONTACT_MANAGE = "contacts:write"
    SITE_VIEW = "sites:read"
    SITE_DEPLOY = "sites:write"
    SITE_OPERATE = "sites:operate"
    SITE_RESTART = "sites:restart"
    SITE_LOGIN = "sites:login"
    SITE_DELETE = "sites:delete"
    OPERATION_VIEW = "operations:read"
    ACTIVITY_VIEW = "activity:read"
    API_KEY_MANAGE = "api-keys:write"
    VIEW_SHARE = "views:write"
    DATA_MANAGE = "data:write"
    STATUS_MANAGE = "status:write"
    SPACE_VIEW = "spaces:read"
    SPACE_MANAGE = "spaces:write"
    RESERVATION_VIEW = "reservations:read"
    RESERVATION_MAKE = "reservations:book"
    RESERVATION_MANAGE = "reservations:write"
    PAYMENT_VIEW = "payments:read"
    PAYMENT_MANAGE = "payments:write"
    REPORT_VIEW = "reports:read"


P = Permission

READING: frozenset[Permission] = frozenset(
    permission for permission in Permission if permission.value.endswith(":read")
)

SUPPORT_WORK: frozenset[Permission] = frozenset(
    {
        P.CUSTOMER_MANAGE,
        P.DOMAIN_MANAGE,
        P.SITE_DEPLOY,
        P.SITE_OPERATE,
        P.SITE_RESTART,
        P.SITE_LOGIN,
        P.SPACE_MANAGE,
        P.RESERVATION_MAKE,
        P.RESERVATION_MANAGE,
    },
)
"""What the platform's support may change in somebody's place, if asked to change anything.

People, sign-in, keys, money, brand, export and deletion stay the agency's: a permission that is
not named here, such as a new one, is never support's.
"""

GRANTABLE: frozenset[Permission] = frozenset(Permission) - {
    P.API_KEY_MANAGE,
    P.DATA_MANAGE,
    P.VIEW_SHARE,
    P.STATUS_MANAGE,
}
"""What an API key may be given.

A key never makes keys, takes everything along or ends the agency; lists of pages and what the
agency says to its customers are for people.
"""

_LOOK = frozenset(
    {
        P.AGENCY_VIEW,
        P.DOMAIN_VIEW,
        P.MEMBER_VIEW,
        P.CUSTOMER_VIEW,
        P.CONTACT_VIEW,
        P.SITE_VIEW,
        P.OPERATION_VIEW,
        P.SPACE_VIEW,
        P.RESERVATION_VIEW,
        P.PAYMENT_VIEW,
        P.REPORT_VIEW,
    },
)
_WORK = _LOOK | {
    P.CUSTOMER_MANAGE,
    P.CONTACT_MANAGE,
    P.SITE_DEPLOY,
    P.SITE_OPERATE,
    P.SITE_RESTART,
    P.SITE_LOGIN,
    P.SPACE_MANAGE,
    P.RESERVATION_MAKE,
    P.RESERVATION_MANAGE,
    P.ACTIVITY_VIEW,
    P.VIEW_SHARE,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.ADMIN: frozenset(Permission) - {P.OWNER_MANAGE, P.SUBSCRIPTION_MANAGE, P.DATA_MANAGE},
        Role.MEMBER: _WORK,
        Role.VIEWER: _LOOK,
    },
)

_OWN = frozenset(
    {
        P.CUSTOMER_VIEW,
        P.CONTACT_VIEW,
        P.SITE_VIEW,
        P.OPERATION_VIEW,
        P.SPACE_VIEW,
        P.RESERVATION_VIEW,
        P.PAYMENT_VIEW,
        P.REPORT_VIEW,
    },
)

CONTACT_PERMISSIONS: Mapping[ContactRole, frozenset[Permission]] = MappingProxyType(
    {
        ContactRole.ADMIN: _OWN
        | {
            P.CONTACT_MANAGE,
            P.SITE_RESTART,
            P.SITE_LOGIN,
            P.RESERVATION_MAKE,
            P.ACTIVITY_VIEW,
            P.VIEW_SHARE,
        },
        ContactRole.MEMBER: _OWN | {P.SITE_LOGIN, P.RESERVATION_MAKE},
        ContactRole.VIEWER: _OWN,
    },
)
