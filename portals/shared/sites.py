"""Sites in both portals: lists, the live part of a site's page, and what can be done.

The portals differ in templates, addresses and buttons; what may be done is decided by the
permission table and the state machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hosting.models import Site
from hosting.operations.models import Operation
from hosting.selectors import list_operations_for, list_sites_for, search_sites
from hosting.services import create_login_link
from hosting.states import SITE_MACHINE, SiteAction, SiteState
from portals.shared.actions import ActionButton, ActionLook, list_action_buttons
from portals.shared.columns import read_columns
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import (
    ViewTab,
    change_query,
    list_sort_heads,
    list_view_tabs,
    order_rows,
    paginate,
    read_choice,
    read_ordering,
    read_search,
)
from portals.shared.operations import (
    OperationView,
    can_cancel,
    describe_error,
    describe_operation,
    find_setback,
)
from portals.shared.requests import PortalRequest
from portals.shared.saved_views import build_view_bar
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation, UpstreamFailure
from tenants.customers.models import Customer
from tenants.customers.states import ListName
from tenants.hosts import url_for
from tenants.permissions import Permission
from tenants.states import PortalName

COLUMNS: Final = {"name": "name", "customer": "customer__name", "created": "created_at"}
HISTORY_LENGTH: Final = 6
_HEADS: Final = {
    "name": gettext_lazy("Site"),
    "customer": gettext_lazy("Customer"),
    "created": gettext_lazy("Added"),
}
_HIDEABLE: Final = {
    "customer": gettext_lazy("Customer"),
    "state": gettext_lazy("State"),
    "created": gettext_lazy("Added"),
}
_VIEWS: Final[Mapping[str, str | Promise]] = {
    "": gettext_lazy("All"),
    SiteState.ACTIVE.value: gettext_lazy("Online"),
    SiteState.DEPLOYING.value: gettext_lazy("Being set up"),
    SiteState.ERROR.value: gettext_lazy("With errors"),
    SiteState.SUSPENDED.value: pgettext_lazy("sites", "Suspended"),
}


@dataclass(frozen=True, kw_only=True)
class SiteView:
    """A site with everything that its live part shows."""

    site: Site
    url: str
    operation: OperationView | None
    error: dict[str, Any] | None
    buttons: list[ActionButton]
    history: list[OperationView]
    can_cancel: bool
    setback: OperationView | None
    """A push or a change of PHP that did not work; the site is as it was before."""

    @property
    def is_busy(self) -> bool:
        """Tell whether work on the site is going on."""
        return self.operation is not None and self.operation.is_open

    @property
    def menu(self) -> list[ActionButton]:
        """The moves that are not a button of their own."""
        return [button for button in self.buttons if button.tone != "primary"]


def build_site_list(request: PortalRequest) -> dict[str, Any]:
    """Return what a page with the actor's sites shows, as its address asks."""
    search = read_search(request)
    found = search_sites(list_sites_for(request.actor), text=search)
    state, ordering = _read_view(request)
    rows = find_sites_asked(request)
    counts = _count_by_state(found)
    columns = read_columns(request, labels=_HIDEABLE)
    return {
        "page": paginate(request, rows),
        "search": search,
        "state": state,
        "ordering": ordering,
        "tabs": _list_tabs(request, counts=counts, state=state),
        "heads": list_sort_heads(request, labels=_HEADS, ordering=ordering),
        "has_any": bool(counts) or bool(search),
        "export_query": change_query(request),
        "columns": columns if request.portal == PortalName.AGENCY else None,
        "address": request.path,
        "bar": build_view_bar(
            request,
            list_name=ListName.SITES,
            now={
                "search": search,
                "state": state,
                "ordering": ordering,
                "show": columns.as_text,
            },
            usual={"ordering": "name"},
        ),
    }


def find_sites_asked(request: PortalRequest) -> QuerySet[Site]:
    """Return the actor's sites that the list's address asks for, in its order."""
    found = search_sites(list_sites_for(request.actor), text=read_search(request))
    state, ordering = _read_view(request)
    rows = found.filter(state=state) if state else found
    return order_rows(rows, ordering=ordering, columns=COLUMNS)


def _read_view(request: PortalRequest) -> tuple[str, str]:
    state = read_choice(request, "state", among=tuple(_VIEWS))
    return state, read_ordering(request, among=COLUMNS, default="name")


def _count_by_state(sites: QuerySet[Site]) -> dict[str, int]:
    counted = sites.order_by().values_list("state").annotate(rows=Count("pk"))
    counts = dict(counted)
    return {"": sum(counts.values()), **counts} if counts else {}


def _list_tabs(request: PortalRequest, *, counts: dict[str, int], state: str) -> list[ViewTab]:
    """Return the views that hold something, and the present one."""
    labels = {
        name: label for name, label in _VIEWS.items() if not name or name in counts or name == state
    }
    return list_view_tabs(request, name="state", labels=labels, counts=counts, active=state)


def with_site_count(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Add ``site_count``, the sites of each customer that are not deleted."""
    sites = Site.objects.filter(customer=OuterRef("pk")).exclude(state=SiteState.DELETED)
    counted = sites.order_by().values("customer").annotate(rows=Count("pk")).values("rows")
    return customers.annotate(site_count=Coalesce(Subquery(counted), 0))


def view_site(
    site: Site,
    *,
    actor: Actor,
    looks: Mapping[SiteAction, ActionLook],
) -> SiteView:
    """Return a site with its operations and the buttons that are open to the actor now."""
    rows = list(_list_history(site, actor=actor))
    operations = [describe_operation(operation, actor=actor) for operation in rows]
    last = operations[0] if operations else None
    is_busy = last is not None and last.is_open
    buttons = list_action_buttons(SITE_MACHINE, site, actor=actor, looks=looks)
    return SiteView(
        site=site,
        url=url_for(site.host),
        operation=last,
        error=describe_error(site.error, actor=actor),
        buttons=[] if is_busy else buttons,
        history=operations,
        setback=find_setback(operations),
        can_cancel=bool(rows) and can_cancel(rows[0]) and actor.can(Permission.SITE_DEPLOY),
    )


def _list_history(site: Site, *, actor: Actor) -> QuerySet[Operation]:
    return list_operations_for(actor).filter(subject=site.public_id)[:HISTORY_LENGTH]


def request_move(
    request: PortalRequest,
    call: Callable[..., Site],
    site: Site,
    *,
    then: str,
) -> HttpResponse:
    """Ask for work on a site; its page shows how it goes, so success needs no words."""
    try:
        call(site, actor=request.actor)
    except (RuleViolation, Conflict) as error:
        toast(request, error.message, tone="error")
    return go(request, then)


def open_dashboard(request: PortalRequest, site: Site, *, then: str) -> HttpResponse:
    """Send the browser into the site's WordPress, logged in; the link works once."""
    try:
        link = create_login_link(site, actor=request.actor)
    except (RuleViolation, Conflict, UpstreamFailure) as error:
        toast(
            request, _("WordPress cannot be opened: %(why)s") % {"why": error.message}, tone="error"
        )
        return go(request, then)
    # A redirect would end at the form-action rule of our content policy; a page may lead on.
    response = render_page(request, "portals/shared/opening.html", {"link": link, "site": site})
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
