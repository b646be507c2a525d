"""The people of the agency's customers."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from portals.shared import contacts
from portals.shared.access import portal_view
from portals.shared.requests import PortalRequest
from tenants.customers.access import access_customer
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")


def _back() -> str:
    return reverse("agency:customer-list") + "{customer}/"


@portal_view(Permission.CONTACT_MANAGE, methods=_FORM)
def invite(request: PortalRequest, public_id: str) -> HttpResponse:
    """Invite a person to a customer's portal."""
    customer = access_customer(request.actor, public_id, permission=Permission.CONTACT_MANAGE)
    return contacts.show_invite_form(
        request,
        customer=customer,
        template="portals/agency/contacts/invite.html",
        then=_back().format(customer=customer.public_id),
    )


@portal_view(Permission.CONTACT_MANAGE, methods=("POST",))
def resend(request: PortalRequest, public_id: str) -> HttpResponse:
    """Mail a new link."""
    return contacts.send_invitation_again(request, public_id, then=_back())


@portal_view(Permission.CONTACT_MANAGE, methods=_FORM)
def change_role(request: PortalRequest, public_id: str) -> HttpResponse:
    """Change what a person may do."""
    return contacts.show_role_form(
        request,
        public_id,
        template="portals/agency/contacts/role.html",
        then=_back(),
    )


@portal_view(Permission.CONTACT_MANAGE, methods=_FORM)
def remove(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then end a person's access."""
    return contacts.ask_and_remove(
        request,
        public_id,
        template="portals/agency/contacts/remove.html",
        then=_back(),
    )
