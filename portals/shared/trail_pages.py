"""Pages of the audit trail: what their address asks for and what they show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.lists import (
    begin_day,
    change_query,
    paginate_uncounted,
    read_choice,
    read_day,
    read_search,
)
from portals.shared.requests import PortalRequest
from portals.shared.trail import DOORS, KINDS, TrailFilters, filter_trail, list_kinds
from spotex.kernel.actor import Via

PERSON_MAX_LENGTH = 100


def read_trail_filters(request: PortalRequest) -> TrailFilters:
    """Return what the address asks for; nonsense in it filters nothing."""
    until = read_day(request, "until")
    return TrailFilters(
        search=read_search(request),
        person=request.GET.get("person", "").replace("\0", "").strip()[:PERSON_MAX_LENGTH],
        kind=read_choice(request, "kind", among=list(KINDS)),
        via=read_choice(request, "via", among=list(Via)),
        subject=request.GET.get("subject", "").replace("\0", "").strip()[:PERSON_MAX_LENGTH],
        since=begin_day(read_day(request, "since")),
        until=begin_day(until + timedelta(days=1)) if until else None,
    )


def build_trail_list(request: PortalRequest, *, pages: dict[str, str]) -> dict[str, Any]:
    """Return what a page of lines shows.

    Args:
        request: whose address holds the filters.
        pages: prefix of a public id → name of the page that shows such an object.
    """
    actor = request.actor
    filters = read_trail_filters(request)
    page = paginate_uncounted(request, filter_trail(list_activity_for(actor), filters))
    lines = describe_activity(page.object_list, actor=actor, pages=pages)
    given = {name: request.GET.get(name, "") for name in ("since", "until")}
    return {
        "page": page,
        "rows": list(zip(page.object_list, lines, strict=True)),
        "filters": filters,
        "since": given["since"] if filters.since else "",
        "until": given["until"] if filters.until else "",
        "is_filtered": filters != TrailFilters(),
        "has_more": replace(filters, search="") != TrailFilters(),
        "kinds": [("", _("Everything")), *list_kinds(actor)],
        "doors": [("", _("Every way")), *((via, str(word)) for via, word in DOORS.items())],
        "query": change_query(request),
    }
