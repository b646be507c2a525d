"""What staff sees, one module for each subject; importing them registers them."""

from portals.admin.registry import (
    activity,
    addresses,
    agencies,
    domains,
    due,
    exports,
    hosts,
    invitations,
    keys,
    mails,
    operations,
    people,
    plans,
    schemas,
    subscriptions,
    support,
)

__all__ = [
    "activity",
    "addresses",
    "agencies",
    "domains",
    "due",
    "exports",
    "hosts",
    "invitations",
    "keys",
    "mails",
    "operations",
    "people",
    "plans",
    "schemas",
    "subscriptions",
    "support",
]
