"""Saved views above a list: chips that open them, and what can be done with the open one.

An address names its view besides the words, the filter and the order that it had when it was
opened: the list itself knows nothing of views, a changed list can be told from its view, and a
bookmark keeps working when the view is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from portals.shared.lists import SEARCH_MAX_LENGTH
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Missing
from tenants.customers.access import can_change_view
from tenants.customers.models import SavedView
from tenants.customers.selectors import find_default_view, list_views_for
from tenants.customers.states import ListName
from tenants.states import PortalName

KEPT: Final = ("search", "state", "ordering", "show")
"""What a view keeps of a list's address."""

PARAMETER: Final = "view"
NO_VIEW: Final = "none"
"""Value of the parameter that opens the plain list, whatever the default is."""

_LISTS: Final[Mapping[PortalName, Mapping[str, str]]] = MappingProxyType(
    {
        PortalName.AGENCY: {
            ListName.CUSTOMERS: "agency:customer-list",
            ListName.SITES: "agency:site-list",
            ListName.RESERVATIONS: "agency:reservation-list",
        },
        PortalName.CUSTOMER: {ListName.SITES: "customer:site-list"},
    },
)


@dataclass(frozen=True, kw_only=True)
class ViewChip:
    """One saved view as the list shows it."""

    label: str
    url: str
    active: bool
    is_shared: bool = False
    is_default: bool = False


@dataclass(frozen=True, kw_only=True)
class ViewBar:
    """The saved views of a list, as one person sees them on one of its addresses."""

    chips: list[ViewChip]
    open_view: SavedView | None
    is_changed: bool
    """The list shows something else than the open view keeps."""

    can_change: bool
    can_save: bool
    can_choose: bool
    save_url: str
    urls: dict[str, str]
    """Addresses of the open view by what they do."""

    now: dict[str, str]


def find_default_address(request: PortalRequest, *, list_name: str) -> str:
    """Return where a list without wishes in its address opens for this person, ``""`` if here."""
    if request.GET or request.htmx:
        return ""
    view = find_default_view(request.actor, list_name=list_name)
    return address_of_view(request, view) if view else ""


def address_of_list(request: PortalRequest, list_name: str) -> str:
    """Return the address of a list in this portal.

    Raises:
        Missing: the portal has no such list.
    """
    name = _LISTS.get(request.portal, {}).get(list_name)
    if name is None:
        raise Missing(_("There is no such list."))
    return reverse(name)


def address_of_view(request: PortalRequest, view: SavedView) -> str:
    """Return the address of a list as the view keeps it."""
    kept = {name: str(view.query[name]) for name in KEPT if view.query.get(name)}
    return f"{address_of_list(request, view.list_name)}?" + urlencode(
        {**kept, PARAMETER: view.public_id}
    )


def build_view_bar(
    request: PortalRequest, *, list_name: str, now: Mapping[str, str], usual: Mapping[str, str]
) -> ViewBar:
    """Return the chips above a list.

    Args:
        request: its address names the open view.
        list_name: one of ``ListName``.
        now: words, filter and order that the list has now.
        usual: the same when nothing is asked for.
    """
    shown = _without_blanks(now)
    wanted = request.GET.get(PARAMETER, "")
    views = list(list_views_for(request.actor).filter(list_name=list_name))
    opened = next((view for view in views if view.public_id == wanted), None)
    is_changed = shown != _without_blanks({**usual, **(opened.query if opened else {})})
    plain = ViewChip(
        label=_("No view"),
        url=f"{address_of_list(request, list_name)}?{PARAMETER}={NO_VIEW}",
        active=opened is None,
    )
    chips = [_draw(request, view, active=view is opened) for view in views]
    is_free = not request.actor.support_session
    save_url = f"{reverse(_route(request, 'create'))}?" + urlencode({"list": list_name, **shown})
    return ViewBar(
        chips=[plain, *chips] if chips else [],
        open_view=opened,
        is_changed=is_changed,
        can_change=opened is not None and is_free and can_change_view(request.actor, opened),
        can_save=is_changed and is_free,
        can_choose=opened is not None and is_free,
        save_url=save_url,
        urls=_list_addresses(request, opened) if opened else {},
        now=shown,
    )


def _without_blanks(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values[name]) for name in KEPT if values.get(name)}


def _draw(request: PortalRequest, view: SavedView, *, active: bool) -> ViewChip:
    return ViewChip(
        label=view.name,
        url=address_of_view(request, view),
        active=active,
        is_shared=view.is_shared,
        is_default=bool(getattr(view, "is_default", False)),
    )


def _route(request: PortalRequest, verb: str) -> str:
    return f"{request.portal}:view-{verb}"


def _list_addresses(request: PortalRequest, view: SavedView) -> dict[str, str]:
    verbs = ("detail", "query", "default")
    return {verb: reverse(_route(request, verb), args=[view.public_id]) for verb in verbs}


def read_kept(data: QueryDict) -> dict[str, str]:
    """Return what a view may keep of the values that a browser sent."""
    return {
        name: str(data[name]).replace("\0", "").strip()[:SEARCH_MAX_LENGTH]
        for name in KEPT
        if data.get(name)
    }
