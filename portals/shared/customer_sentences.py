"""What events about customers, their people and views of lists say, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy

from portals.shared.wording import Sentence

CUSTOMER_SENTENCES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "customers.customer.created": Sentence(
            "building-2",
            gettext_lazy("{actor} added the customer {subject}"),
        ),
        "customers.customer.changed": Sentence(
            "pencil",
            gettext_lazy("{actor} changed the data of {subject}"),
        ),
        "customers.customer.archived": Sentence(
            "archive",
            gettext_lazy("{actor} archived {subject}"),
        ),
        "customers.customer.restored": Sentence(
            "archive-restore",
            gettext_lazy("{actor} restored {subject}"),
        ),
        "customers.contact.invited": Sentence(
            "mail-plus",
            gettext_lazy("{actor} invited {subject} to the customer portal"),
        ),
        "customers.contact.joined": Sentence(
            "user-check",
            gettext_lazy("{subject} joined the customer portal"),
        ),
        "customers.contact.role_changed": Sentence(
            "user-cog",
            gettext_lazy("{actor} changed the role of {subject}"),
        ),
        "customers.contact.removed": Sentence(
            "user-minus",
            gettext_lazy("{actor} removed {subject} from the customer portal"),
        ),
        "customers.import.finished": Sentence(
            "upload", gettext_lazy("{actor} imported customers from the file {subject}")
        ),
        "customers.incident.opened": Sentence(
            "triangle-alert", gettext_lazy("{actor} reported “{subject}” on the status page")
        ),
        "customers.incident.updated": Sentence(
            "activity", gettext_lazy("{actor} wrote news of “{subject}” on the status page")
        ),
        "customers.incident.changed": Sentence(
            "pencil", gettext_lazy("{actor} corrected “{subject}” on the status page")
        ),
        "customers.view.shared": Sentence(
            "users", gettext_lazy("{actor} shared the view {subject}")
        ),
        "customers.view.changed": Sentence(
            "pencil", gettext_lazy("{actor} changed the shared view {subject}")
        ),
        "customers.view.withdrawn": Sentence(
            "trash-2", gettext_lazy("{actor} took back the shared view {subject}")
        ),
    },
)
