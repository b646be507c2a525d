"""What the agency portal's palette finds: customers, sites, people, domains, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Location, Reservation, Space
from booking.selectors.places import (
    list_locations_for,
    list_spaces_for,
    search_locations,
    search_spaces,
)
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
from spotex.kernel.actor import Actor
from tenants.customers.models import Customer
from tenants.customers.selectors import (
    list_all_contacts_for,
    list_customers_for,
    search_customers,
)
from tenants.permissions import Permission
from tenants.selectors import list_domains_of, list_members_of
from tenants.states import PortalName


class _Action(NamedTuple):
    label: str | Promise
    icon: str
    url_name: str
    permission: Permission


_ACTIONS: Final = (
    _Action(
        gettext_lazy("New customer"),
        "plus",
        "agency:customer-create",
        Permission.CUSTOMER_MANAGE,
    ),
    _Action(gettext_lazy("Deploy a site"), "rocket", "agency:site-create", Permission.SITE_DEPLOY),
    _Action(gettext_lazy("New space"), "plus", "agency:space-create", Permission.SPACE_MANAGE),
    _Action(
        gettext_lazy("New location"), "plus", "agency:location-create", Permission.SPACE_MANAGE
    ),
    _Action(
        gettext_lazy("Invite a colleague"),
        "user-plus",
        "agency:member-invite",
        Permission.MEMBER_MANAGE,
    ),
    _Action(
        gettext_lazy("Add a domain"), "globe", "agency:domain-create", Permission.DOMAIN_MANAGE
    ),
    _Action(
        gettext_lazy("Create an API key"),
        "key-round",
        "agency:api-key-create",
        Permission.API_KEY_MANAGE,
    ),
)


def _list_actions(request: PortalRequest) -> list[PaletteEntry]:
    own = [
        PaletteEntry(
            label=str(action.label),
            icon=action.icon,
            url=reverse(action.url_name),
            note=_("Action"),
        )
        for action in _ACTIONS
        if request.actor.can(action.permission)
    ]
    return [*own, *list_common_actions()]


def _search(request: PortalRequest, text: str) -> Iterator[PaletteEntry]:
    actor, most = request.actor, FOUND_OF_A_KIND
    yield from _show_customers(search_customers(list_customers_for(actor), text=text)[:most])
    yield from _show_sites(search_sites(list_sites_for(actor), text=text)[:most])
    yield from _find_places(actor, text=text)
    yield from _find_people(actor, text=text)
    if actor.can(Permission.DOMAIN_VIEW):
        for domain in list_domains_of(actor).filter(domain__icontains=text)[:most]:
            yield PaletteEntry(
                label=domain.domain,
                icon="globe",
                url=reverse("agency:domain-detail", args=[domain.public_id]),
                note=_("Domain"),
            )


def _find_places(actor: Actor, *, text: str) -> Iterator[PaletteEntry]:
    most = FOUND_OF_A_KIND
    yield from _show_spaces(search_spaces(list_spaces_for(actor), text=text)[:most])
    yield from _show_locations(search_locations(list_locations_for(actor), text=text)[:most])
    yield from _show_stays(search_reservations(list_reservations_for(actor), text=text)[:most])


def _show_spaces(spaces: Iterable[Space]) -> Iterator[PaletteEntry]:
    for space in spaces:
        yield PaletteEntry(
            label=space.name,
            icon="door-open",
            url=reverse("agency:space-detail", args=[space.public_id]),
            note=_("Space in %(location)s") % {"location": space.location.name},
            words=space.location.address,
        )


def _show_locations(locations: Iterable[Location]) -> Iterator[PaletteEntry]:
    for location in locations:
        yield PaletteEntry(
            label=location.name,
            icon="map-pin",
            url=reverse("agency:location-detail", args=[location.public_id]),
            note=_("Location"),
            words=location.address,
        )


def _show_stays(stays: Iterable[Reservation]) -> Iterator[PaletteEntry]:
    for stay in stays:
        yield PaletteEntry(
            label=f"{stay.name} · {stay.code}",
            icon="calendar-check",
            url=reverse("agency:reservation-detail", args=[stay.public_id]),
            note=_("Reservation of %(space)s") % {"space": stay.space.name},
            words=f"{stay.email} {stay.customer.name if stay.customer else ''}",
        )


def _show_customers(customers: Iterable[Customer]) -> Iterator[PaletteEntry]:
    for customer in customers:
        yield PaletteEntry(
            label=customer.name,
            icon="building-2",
            url=reverse("agency:customer-detail", args=[customer.public_id]),
            note=_("Customer"),
            words=f"{customer.email} {customer.vat_number}",
        )


def _show_sites(sites: Iterable[Site]) -> Iterator[PaletteEntry]:
    for site in sites:
        yield PaletteEntry(
            label=site.name,
            icon="globe",
            url=reverse("agency:site-detail", args=[site.public_id]),
            note=_("Site of %(customer)s") % {"customer": site.customer.name},
            words=f"{site.title} {site.host} {site.preview_host}",
        )


def _find_people(actor: Actor, *, text: str) -> Iterator[PaletteEntry]:
    if actor.can(Permission.MEMBER_VIEW):
        named = Q(user__full_name__icontains=text) | Q(user__email__icontains=text)
        for member in list_members_of(actor).filter(named)[:FOUND_OF_A_KIND]:
            yield PaletteEntry(
                label=str(member.user),
                icon="circle-user",
                url=reverse("agency:member-list"),
                note=member.get_role_display(),
                words=member.user.email,
            )
    named = Q(full_name__icontains=text) | Q(email__icontains=text)
    for contact in list_all_contacts_for(actor).filter(named)[:FOUND_OF_A_KIND]:
        yield PaletteEntry(
            label=str(contact),
            icon="user",
            url=reverse("agency:customer-detail", args=[contact.customer.public_id]),
            note=_("At %(customer)s") % {"customer": contact.customer.name},
            words=contact.email,
        )


def _recall(request: PortalRequest, wanted: Sequence[str]) -> Iterator[PaletteEntry]:
    yield from _show_customers(list_customers_for(request.actor).filter(public_id__in=wanted))
    yield from _show_sites(list_sites_for(request.actor).filter(public_id__in=wanted))
    yield from _show_spaces(list_spaces_for(request.actor).filter(public_id__in=wanted))
    yield from _show_locations(list_locations_for(request.actor).filter(public_id__in=wanted))
    yield from _show_stays(list_reservations_for(request.actor).filter(public_id__in=wanted))


register_palette(
    PortalName.AGENCY,
    PaletteSource(actions=_list_actions, search=_search, recall=_recall),
)
