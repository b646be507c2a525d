"""What the customer portal's palette finds: sites, people, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Reservation, Space
from booking.selectors.places import list_spaces_for, search_spaces
from booking.selectors.reservations import list_reservations_for, search_reservations
from hosting.models import Site
from hosting.selectors import list_sites_for, search_sites
from portals.shared.palette import (
    FOUND_OF_A_KIND,
    PaletteEntry,
    PaletteSource,
    register_palette,
)
from portals.shared.palette_actions import list_common_actions
from portals.shared.requests import PortalRequest
from tenants.customers.selectors import list_all_contacts_for
from tenants.permissions import Permission
from tenants.states import PortalName


def _list_actions(request: PortalRequest) -> list[PaletteEntry]:
    common = list_common_actions()
    if not request.actor.can(Permission.CONTACT_MANAGE):
        return common
    invite = PaletteEntry(
        label=_("Invite a person"),
        icon="user-plus",
        url=reverse("customer:contact-invite"),
        note=_("Action"),
    )
    return [invite, *common]


def _search(request: PortalRequest, text: str) -> Iterator[PaletteEntry]:
    yield from _show_sites(search_sites(list_sites_for(request.actor), text=text)[:FOUND_OF_A_KIND])
    spaces = list_spaces_for(request.actor).filter(is_bookable=True)
    yield from _show_spaces(search_spaces(spaces, text=text)[:FOUND_OF_A_KIND])
    stays = _list_own_stays(request)
    yield from _show_stays(search_reservations(stays, text=text)[:FOUND_OF_A_KIND])
    named = Q(full_name__icontains=text) | Q(email__icontains=text)
    for contact in list_all_contacts_for(request.actor).filter(named)[:FOUND_OF_A_KIND]:
        yield PaletteEntry(
            label=str(contact),
            icon="user",
            url=reverse("customer:contact-list"),
            note=_("Person"),
            words=contact.email,
        )


def _list_own_stays(request: PortalRequest) -> QuerySet[Reservation]:
    """List what the company booked; who else booked its spaces is seen elsewhere."""
    company = request.actor.customer_public_id
    return list_reservations_for(request.actor).filter(customer__public_id=company)


def _show_spaces(spaces: Iterable[Space]) -> Iterator[PaletteEntry]:
    for space in spaces:
        yield PaletteEntry(
            label=space.name,
            icon="door-open",
            url=reverse("customer:space-detail", args=[space.public_id]),
            note=_("Space in %(location)s") % {"location": space.location.name},
            words=space.location.address,
        )


def _show_stays(stays: Iterable[Reservation]) -> Iterator[PaletteEntry]:
    for stay in stays:
        yield PaletteEntry(
            label=f"{stay.space.name} · {stay.code}",
            icon="calendar-check",
            url=reverse("customer:reservation-detail", args=[stay.public_id]),
            note=_("Reservation of %(name)s") % {"name": stay.name},
            words=stay.email,
        )


def _show_sites(sites: Iterable[Site]) -> Iterator[PaletteEntry]:
    for site in sites:
        yield PaletteEntry(
            label=site.name,
            icon="globe",
            url=reverse("customer:site-detail", args=[site.public_id]),
            note=_("Site"),
            words=f"{site.title} {site.host} {site.preview_host}",
        )


def _recall(request: PortalRequest, wanted: Sequence[str]) -> Iterator[PaletteEntry]:
    yield from _show_sites(list_sites_for(request.actor).filter(public_id__in=wanted))
    spaces = list_spaces_for(request.actor).filter(is_bookable=True)
    yield from _show_spaces(spaces.filter(public_id__in=wanted))
    yield from _show_stays(_list_own_stays(request).filter(public_id__in=wanted))


register_palette(
    PortalName.CUSTOMER,
    PaletteSource(actions=_list_actions, search=_search, recall=_recall),
)
