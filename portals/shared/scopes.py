"""What API keys may be allowed, in words and in groups, for whoever chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.permissions import Permission

P = Permission


class ScopeWords(NamedTuple):
    """How one scope reads."""

    group: str | Promise
    text: str | Promise


_AGENCY, _PEOPLE = _("Agency"), _("People")
_CUSTOMERS, _SITES = _("Customers"), _("Sites")
_MONEY: Final = _("Payments")
_SPACES = _("Spaces and reservations")
_OTHER: Final = _("Other")

WORDS: Final[Mapping[Permission, ScopeWords]] = MappingProxyType(
    {
        P.CUSTOMER_VIEW: ScopeWords(_CUSTOMERS, _("See customers")),
        P.CUSTOMER_MANAGE: ScopeWords(_CUSTOMERS, _("Add, change and archive customers")),
        P.CONTACT_VIEW: ScopeWords(_CUSTOMERS, _("See the people of customers")),
        P.CONTACT_MANAGE: ScopeWords(_CUSTOMERS, _("Invite and remove the people of customers")),
        P.SITE_VIEW: ScopeWords(_SITES, _("See sites")),
        P.SITE_DEPLOY: ScopeWords(_SITES, _("Create and set up sites")),
        P.SITE_OPERATE: ScopeWords(_SITES, _("Rename, suspend and resume sites")),
        P.SITE_RESTART: ScopeWords(_SITES, _("Restart sites")),
        P.SITE_LOGIN: ScopeWords(_SITES, _("Log in to the WordPress of sites")),
        P.SITE_DELETE: ScopeWords(_SITES, _("Delete sites")),
        P.OPERATION_VIEW: ScopeWords(_SITES, _("Follow the work on sites")),
        P.PAYMENT_VIEW: ScopeWords(_MONEY, _("See payments")),
        P.PAYMENT_MANAGE: ScopeWords(_MONEY, _("Give payments back")),
        P.SPACE_VIEW: ScopeWords(_SPACES, _("See locations, spaces and free times")),
        P.SPACE_MANAGE: ScopeWords(_SPACES, _("Add, change and archive locations and spaces")),
        P.RESERVATION_VIEW: ScopeWords(_SPACES, _("See reservations")),
        P.RESERVATION_MAKE: ScopeWords(_SPACES, _("Hold, book and cancel")),
        P.RESERVATION_MANAGE: ScopeWords(
            _SPACES, _("Check people in, and book without notice or limits")
        ),
        P.REPORT_VIEW: ScopeWords(_SPACES, _("Read reports")),
        P.MEMBER_VIEW: ScopeWords(_PEOPLE, _("See colleagues")),
        P.MEMBER_MANAGE: ScopeWords(_PEOPLE, _("Invite and remove colleagues, change roles")),
        P.OWNER_MANAGE: ScopeWords(_PEOPLE, _("Make, change and remove owners")),
        P.AGENCY_VIEW: ScopeWords(_AGENCY, _("See brand and plan")),
        P.AGENCY_MANAGE: ScopeWords(_AGENCY, _("Change the brand")),
        P.SUBSCRIPTION_MANAGE: ScopeWords(_AGENCY, _("Change or cancel the plan")),
        P.DOMAIN_VIEW: ScopeWords(_AGENCY, _("See own domains")),
        P.DOMAIN_MANAGE: ScopeWords(_AGENCY, _("Add and remove own domains")),
        P.ACTIVITY_VIEW: ScopeWords(_AGENCY, _("Read the activity")),
    },
)


@dataclass(frozen=True, kw_only=True)
class ScopeOption:
    """One box to tick."""

    value: str
    text: str
    checked: bool


@dataclass(frozen=True, kw_only=True)
class ScopeGroup:
    """Boxes that belong together."""

    name: str
    options: list[ScopeOption]


def list_scope_groups(
    offered: Collection[str],
    *,
    chosen: Collection[str],
) -> list[ScopeGroup]:
    """Return the scopes on offer, grouped, in the order of the table above."""
    groups: dict[str, list[ScopeOption]] = {}
    order = [*WORDS, *(scope for scope in Permission if scope not in WORDS)]
    for scope in order:
        if scope in offered:
            words = WORDS.get(scope, ScopeWords(_OTHER, scope.value))
            option = ScopeOption(
                value=scope.value,
                text=str(words.text),
                checked=scope in chosen,
            )
            groups.setdefault(str(words.group), []).append(option)
    return [ScopeGroup(name=name, options=options) for name, options in groups.items()]
