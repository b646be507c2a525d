"""The audit trail searched, in detail and as a file: the same for portals, API and admin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import get_language, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _

from portals.shared.activity import describe_activity
from portals.shared.sentences import SENTENCES
from portals.shared.spreadsheets import ROWS_MAX
from spotex.kernel.actor import ANONYMOUS, Actor, Via
from spotex.kernel.errors import Missing, RuleViolation
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope, current_schema

_CHUNK: Final = 1_000

KINDS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "customers.customer": gettext_lazy("Customers"),
        "customers.contact": gettext_lazy("People of customers"),
        "hosting.site": gettext_lazy("Sites"),
        "tenants.member": gettext_lazy("Colleagues"),
        "tenants.profile": gettext_lazy("Profiles"),
        "tenants.branding": gettext_lazy("Brand"),
        "tenants.domain": gettext_lazy("Own domains"),
        "tenants.api_key": gettext_lazy("API keys"),
        "tenants.agency": gettext_lazy("Agency"),
        "tenants.subscription": gettext_lazy("Plan"),
        "tenants.activity": gettext_lazy("Activity"),
        "tenants.support": gettext_lazy("Support"),
        "tenants.export": gettext_lazy("Exports"),
        "customers.incident": gettext_lazy("Status page"),
        "booking.location": gettext_lazy("Locations"),
        "booking.space": gettext_lazy("Spaces"),
        "booking.reservation": gettext_lazy("Reservations"),
        "billing.payment": gettext_lazy("Payments"),
        "billing.refund": gettext_lazy("Refunds"),
        "billing.account": gettext_lazy("Payment settings"),
        "booking.voucher": gettext_lazy("Vouchers"),
        "booking.equipment": gettext_lazy("Equipment"),
        "booking.package": gettext_lazy("Packages"),
        "booking.credit": gettext_lazy("Credits"),
    },
)
"""What an event is about, the first two parts of its name, as a filter offers it."""

DOORS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        Via.BROWSER: gettext_lazy("In the browser"),
        Via.API: gettext_lazy("Through the API"),
        Via.TASK: gettext_lazy("By itself"),
        Via.COMMAND: gettext_lazy("On the server"),
    },
)

FIELDS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "name": gettext_lazy("Name"),
        "full_name": gettext_lazy("Full name"),
        "email": gettext_lazy("E-mail"),
        "role": gettext_lazy("Role"),
        "state": gettext_lazy("State"),
        "language": gettext_lazy("Language"),
        "notes": gettext_lazy("Notes"),
        "phone": gettext_lazy("Phone"),
        "vat_number": gettext_lazy("VAT number"),
        "portal": gettext_lazy("Portal"),
        "scopes": gettext_lazy("Scopes"),
        "expires_at": gettext_lazy("Expires"),
        "revoked_at": gettext_lazy("Revoked"),
        "reason": gettext_lazy("Reason"),
        "slug": gettext_lazy("Address"),
        "tier": gettext_lazy("Plan"),
        "brand_name": gettext_lazy("Brand name"),
        "brand_color": gettext_lazy("Brand colour"),
        "brand_footer": gettext_lazy("Footer"),
        "support_email": gettext_lazy("Support address"),
        "php_version": pgettext_lazy("title", "PHP version"),
        "is_primary": gettext_lazy("Primary"),
        "prefix": gettext_lazy("Beginning"),
        "until": gettext_lazy("Until"),
        "writes": gettext_lazy("May change things"),
        "support_access": gettext_lazy("Access of support"),
        "support_session": gettext_lazy("Support session"),
        "added": gettext_lazy("Added"),
        "left_out": gettext_lazy("Left out"),
        "search": gettext_lazy("Words searched for"),
        "ordering": gettext_lazy("Order"),
        "show": gettext_lazy("Columns"),
        "title": gettext_lazy("Title"),
        "impact": gettext_lazy("Impact"),
    },
)


class ActivityMissing(Missing):
    """There is no such line, or it is not this person's to see."""

    code = "activity_missing"


class TooManyLines(RuleViolation):
    """More lines than one file takes."""

    code = "too_many_lines"


@dataclass(frozen=True, kw_only=True)
class TrailFilters:
    """What somebody looks for; an empty value filters nothing.

    ``since`` is the first moment, ``until`` the first one that no longer counts.
    """

    search: str = ""
    person: str = ""
    kind: str = ""
    via: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value of a line: before and after, or only what was noted."""

    name: str
    before: str
    after: str
    is_change: bool


def filter_trail(
    entries: QuerySet[ActivityEntry], filters: TrailFilters
) -> QuerySet[ActivityEntry]:
    """Return the lines that somebody looks for, in the order they had."""
    conditions = Q()
    if filters.search:
        conditions &= _search(filters.search)
    if filters.person:
        conditions &= Q(actor_public_id=filters.person) | Q(actor_name__icontains=filters.person)
    if filters.kind:
        conditions &= Q(event__startswith=f"{filters.kind}.")
    if filters.via:
        conditions &= Q(via=filters.via)
    if filters.subject:
        conditions &= Q(subject_public_id=filters.subject)
    if filters.since:
        conditions &= Q(created_at__gte=filters.since)
    if filters.until:
        conditions &= Q(created_at__lt=filters.until)
    return entries.filter(conditions)


def _search(text: str) -> Q:
    """Match what the line is about; not the address, which some readers must not guess."""
    words = Q(subject_name__icontains=text) | Q(subject_public_id=text)
    return words | Q(actor_name__icontains=text) | Q(event__icontains=text)


def access_activity(entries: QuerySet[ActivityEntry], public_id: str) -> ActivityEntry:
    """Return one line of those that somebody sees.

    Raises:
        ActivityMissing: it is none of them.
    """
    found = entries.filter(public_id=public_id).first()
    if found is None:
        raise ActivityMissing(_("There is no such line."))
    return found


def list_changes(details: Mapping[str, Any]) -> list[Change]:
    """Return the values of a line, those that changed first."""
    changes = [_read_change(name, value) for name, value in details.items()]
    return sorted(changes, key=lambda change: not change.is_change)


def _read_change(name: str, value: Any) -> Change:
    label = str(FIELDS.get(name, name.replace("_", " ").capitalize()))
    if isinstance(value, list) and len(value) == 2:
        before, after = (_show(one) for one in value)
        return Change(name=label, before=before, after=after, is_change=True)
    return Change(name=label, before="", after=_show(value), is_change=False)


def _show(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(one, (str, int)) for one in value):
        return ", ".join(str(one) for one in value) or "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


HEADS: Final = (
    *("time", "event", "text", "person", "person_id", "role", "support_person", "via", "portal"),
    *("address", "program", "subject", "subject_id", "customer_id", "changes", "request_id", "id"),
)
"""Columns of the file; programs read them, so they are the same in every language."""


def require_exportable(entries: QuerySet[ActivityEntry]) -> None:
    """Pass if one file takes the lines.

    Raises:
        TooManyLines: it does not.
    """
    if entries.order_by("-pk").values("pk")[ROWS_MAX : ROWS_MAX + 1].exists():
        raise TooManyLines(
            _("These are more than %(rows)s lines: choose a shorter period.")
            % {"rows": f"{ROWS_MAX:,}"}
        )


def stream_trail(entries: QuerySet[ActivityEntry]) -> Iterator[list[str]]:
    """Yield the lines for a file, newest first, in chunks that each enter the schema anew.

    The answer is written when the request is over, and with it the scope of its agency. What
    happens meanwhile is left out: it is newer than the first line.
    """
    schema, language = current_schema(), get_language() or settings.LANGUAGE_CODE
    rows = entries.order_by("-pk")

    def read() -> Iterator[list[str]]:
        below: int | None = None
        while True:
            with agency_scope(schema), override(language):
                chunk = list((rows if below is None else rows.filter(pk__lt=below))[:_CHUNK])
                lines = _describe(chunk)
            yield from lines
            if len(chunk) < _CHUNK:
                return
            below = chunk[-1].pk

    return read()


def _describe(chunk: list[ActivityEntry]) -> list[list[str]]:
    sentences = describe_activity(chunk, actor=ANONYMOUS, pages={})
    return [
        [
            entry.created_at.astimezone(UTC).isoformat(timespec="seconds"),
            entry.event,
            unescape(strip_tags(line.text)) if entry.event in SENTENCES else entry.event,
            entry.actor_name,
            entry.actor_public_id,
            entry.actor_role,
            entry.impersonator_name,
            entry.via,
            entry.portal,
            entry.address,
            entry.user_agent,
            entry.subject_name,
            entry.subject_public_id,
            entry.customer_public_id,
            json.dumps(entry.details, ensure_ascii=False) if entry.details else "",
            entry.request_id,
            entry.public_id,
        ]
        for entry, line in zip(chunk, sentences, strict=True)
    ]


def list_kinds(actor: Actor) -> list[tuple[str, str]]:
    """Return what a filter offers: people of a customer see no events of the agency itself."""
    offered = [
        (kind, str(word))
        for kind, word in KINDS.items()
        if actor.customer_id is None or not kind.startswith("tenants.")
    ]
    return sorted(offered, key=lambda kind: kind[1])
