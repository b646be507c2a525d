"""What rows keep as short names, in words for staff."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portals.shared.operations import KINDS
from portals.shared.sentences import SENTENCES
from spotex.kernel.actor import API_KEY_ROLE
from spotex.kernel.models import ActivityEntry
from tenants.access import SYSTEM_ROLE
from tenants.services.staff import STAFF_ROLE
from tenants.states import Role

VITALS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "database": _("Database"),
        "redis": _("Redis"),
        "background": _("Background work"),
        "site_work": _("Work on sites"),
        "mail": _("Mail delivery"),
        "due_work": _("Due work"),
        "operations": _("Queue of operations"),
        "live": _("Live updates"),
        "disk": _("Disk"),
    },
)

WHO: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "platform": _("Spotex"),
        "agency": _("the agency"),
        "customer": _("the customer"),
    },
)


def name_kind(kind: str) -> str:
    """Return what a kind of operation is called; one that nobody knows keeps its name."""
    words = KINDS.get(kind)
    return str(words.title) if words else kind


ROLES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {**dict(Role.choices), STAFF_ROLE: _("Spotex staff"), SYSTEM_ROLE: "", API_KEY_ROLE: ""}
)
"""Roles with their names; a key and the platform are named by what they are."""

_PLATFORM: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "tenants.plan.changed": _("{actor} changed the plan {subject}"),
        "tenants.staff.changed": _("{actor} changed what {subject} may do in the administration"),
        "tenants.staff.exported": _("{actor} took a list as a file: {subject}"),
        "tenants.staff.mail_resent": _("{actor} sent a mail again: {subject}"),
        "tenants.staff.work_hastened": _("{actor} let due work begin now: {subject}"),
        "tenants.user.deactivated": _("{actor} closed the account of {subject}"),
        "tenants.user.reactivated": _("{actor} opened the account of {subject} again"),
    },
)
"""What happens to the platform itself; agencies never see it."""


def tell_entry(entry: ActivityEntry) -> str:
    """Return a line of a trail as a sentence; an event that has none keeps its name."""
    known = _PLATFORM.get(entry.event) or getattr(SENTENCES.get(entry.event), "text", None)
    subject = entry.subject_name or gettext("something")
    if known is None:
        return f"{entry.event} · {entry.subject_name}" if entry.subject_name else entry.event
    return str(known).format(actor=name_actor(entry), subject=subject)


def name_actor(entry: ActivityEntry) -> str:
    """Return who did it, with the role and with the member of the staff in that person's place."""
    if entry.actor_role == SYSTEM_ROLE:
        return gettext("The platform")
    role = str(ROLES.get(entry.actor_role, entry.actor_role))
    name = entry.actor_name or gettext("Somebody")
    if entry.impersonator_name:
        role = gettext("support: %(name)s") % {"name": entry.impersonator_name}
    return f"{name} ({role})" if role else name
