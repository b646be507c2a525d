"""Where a log-in leads: the host says it, or the caller, or there is only one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from portals.api.auth import find_role
from portals.api.errors import Refusal
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import PUBLIC_SCHEMA, enter_schema
from tenants.customers.selectors import list_agencies_of_contact
from tenants.hosts import AgencySnapshot, snapshot_of
from tenants.models import Agency, User
from tenants.selectors import find_agency_by_slug, list_agencies_of
from tenants.states import PortalName

Place = tuple[AgencySnapshot, Actor]


def choose_role(user: User, *, request: PortalRequest, data: dict[str, Any]) -> Place:
    """Return the agency that somebody who proved the password logs in to, and what they are there.

    Raises:
        Refusal: they have no role there (403), or there are several places (422, with the list).
    """
    customer = data.get("customer", "")
    agency = request.agency
    if agency is None and not data.get("agency"):
        place = _only_place(user, request=request, customer=customer)
    else:
        agency = agency or find_agency_by_slug(data["agency"])
        places = _find_places(user, agency=agency, request=request, customer=customer)
        place = next(places, None)
    if place is None:
        raise no_role()
    return place


def acts_for(actor: Actor, customer: str) -> bool:
    """Tell whether the actor stands for the customer that was asked for, if one was."""
    return customer in {"", actor.customer_public_id}


def no_role() -> Refusal:
    """Return the refusal for somebody who is nothing in the agency."""
    return Refusal(
        _("Your account has no access to this portal. Ask for an invitation."),
        code="no_role",
        status=403,
    )


def _only_place(user: User, *, request: PortalRequest, customer: str) -> Place | None:
    """Return the one place that is meant without a name; whoever is a member means that."""
    enter_schema(PUBLIC_SCHEMA)
    memberships = [] if customer else list(list_agencies_of(user))
    if len(memberships) == 1:
        return next(_find_in(memberships, user=user, request=request, customer=""), None)
    contacts = [one for one in list_agencies_of_contact(user.pk) if one not in memberships]
    agencies = sorted([*memberships, *contacts], key=lambda one: (one.display_name, one.pk))
    places = list(_find_in(agencies, user=user, request=request, customer=customer))
    if len(places) > 1:
        raise _name_one(places)
    return places[0] if places else None


def _find_in(
    agencies: list[Agency],
    *,
    user: User,
    request: PortalRequest,
    customer: str,
) -> Iterator[Place]:
    for agency in map(snapshot_of, agencies):
        places = _find_places(user, agency=agency, request=request, customer=customer)
        yield from list(places)[:1]


def _find_places(
    user: User,
    *,
    agency: AgencySnapshot | None,
    request: PortalRequest,
    customer: str,
) -> Iterator[Place]:
    """Yield what somebody is in the agency: a member first, then a person of a customer."""
    if agency is None:
        return
    for as_contact in _list_kinds(request, customer=customer):
        actor = find_role(
            user,
            agency=agency,
            request=request,
            customer=customer,
            as_contact=as_contact,
        )
        if actor is not None and acts_for(actor, customer):
            yield agency, actor


def _list_kinds(request: PortalRequest, *, customer: str) -> tuple[bool, ...]:
    """Return what to look for: a member (False), a contact (True), or both in this order."""
    if request.agency is not None:
        return (request.portal == PortalName.CUSTOMER,)
    return (True,) if customer else (False, True)


def _name_one(places: list[Place]) -> Refusal:
    message = _("You belong to several agencies. Name the one to log in to, by its slug.")
    agencies = [
        {
            "id": agency.public_id,
            "slug": agency.slug,
            "name": agency.brand_name,
            "role": actor.role,
            "customer": actor.customer_public_id or None,
        }
        for agency, actor in places
    ]
    return Refusal(
        message,
        code="agency_required",
        status=422,
        errors={"agency": [message]},
        data={"agencies": agencies},
    )
