"""The audit trail as sentences: who did what to whom, in the reader's language.

Rows keep the dotted name of the event; the words are looked up when somebody reads them. A guard
test asks a sentence of every event that an agency can see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hosting.selectors import list_sites_for
from portals.shared.sentences import SENTENCES, find_sentence
from spotex.kernel.actor import Actor
from spotex.kernel.models import ActivityEntry
from tenants.access import SYSTEM_ROLE
from tenants.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class ActivityLine:
    """One line of the trail as pages show it."""

    icon: str
    text: SafeString
    at: datetime


def list_activity_for(actor: Actor, *, customer_public_id: str = "") -> QuerySet[ActivityEntry]:
    """List what happened in the agency, or to one customer, newest first.

    People of a customer see their customer's lines only; the line's words, nothing of what lies
    behind it (``sees_behind``).
    """
    if not actor.can(Permission.ACTIVITY_VIEW):
        return ActivityEntry.objects.none()
    entries = ActivityEntry.objects.order_by("-pk")
    if actor.customer_id is not None:
        customer_public_id = actor.customer_public_id or "-"
        entries = entries.filter(event__in=SENTENCES)
    if customer_public_id:
        entries = entries.filter(customer_public_id=customer_public_id)
    return entries


def sees_behind(actor: Actor) -> bool:
    """Tell whether somebody sees values, addresses and programs: people of a customer do not.

    What an agency changes of a customer includes notes of its own.
    """
    return actor.can(Permission.ACTIVITY_VIEW) and actor.customer_id is None


def describe_activity(
    entries: Iterable[ActivityEntry],
    *,
    actor: Actor,
    pages: Mapping[str, str],
) -> list[ActivityLine]:
    """Return the entries as sentences.

    Args:
        entries: rows of the trail.
        actor: who reads them; a site that is gone by now gets no link.
        pages: prefix of a public id → name of the page that shows such an object.
    """
    rows = list(entries)
    sites = {row.subject_public_id for row in rows if row.subject_public_id.startswith("site_")}
    gone = sites - _list_existing_sites(actor, sites=sites) if sites else set()
    return [
        ActivityLine(
            icon=find_sentence(row.event).icon,
            text=format_html(
                str(find_sentence(row.event).text),
                actor=_name_actor(row),
                subject=_name_subject(row, pages={} if row.subject_public_id in gone else pages),
            ),
            at=row.created_at,
        )
        for row in rows
    ]


def _list_existing_sites(actor: Actor, *, sites: set[str]) -> set[str]:
    found = list_sites_for(actor).filter(public_id__in=sites)
    return set(found.values_list("public_id", flat=True))


def _name_actor(entry: ActivityEntry) -> SafeString:
    """Return who did it; the platform has no name of its own in an agency's portal."""
    known = _("The platform") if entry.actor_role == SYSTEM_ROLE else entry.actor_name
    name = format_html("<strong>{}</strong>", known or _("Somebody"))
    if not entry.impersonator_name:
        return name
    helper = _("support: %(name)s") % {"name": entry.impersonator_name}
    return format_html("{} ({})", name, helper)


def _name_subject(entry: ActivityEntry, *, pages: Mapping[str, str]) -> SafeString:
    name = entry.subject_name or _("something")
    page = pages.get(entry.subject_public_id.split("_", 1)[0])
    if page is None:
        return format_html("<strong>{}</strong>", name)
    url = reverse(page, args=[entry.subject_public_id])
    return format_html('<a class="link" href="{}">{}</a>', url, name)
