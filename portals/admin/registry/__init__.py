"""What staff sees, one module for each subject; importing them registers them."""

from portals.admin.registry import (
    activity,
    agencies,
    due,
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
    "agencies",
    "due",
    "mails",
    "operations",
    "people",
    "plans",
    "schemas",
    "subscriptions",
    "support",
]
