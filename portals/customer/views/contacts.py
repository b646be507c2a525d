"""The customer's own people."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from portals.customer.looks import CONTACT_LOOKS
from portals.shared import contacts
from portals.shared.access import portal_view
from portals.shared.htmx import render_page
from portals.shared.profile import edit_profile
from portals.shared.requests import PortalRequest
from tenants.customers.access import access_customer
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")


@portal_view(Permission.CONTACT_VIEW)
def list_contacts(request: PortalRequest) -> HttpResponse:
    """Show who has access."""
    customer = access_customer(request.actor, request.actor.customer_public_id)
    context = {
        "customer": customer,
        "contacts": contacts.list_contact_rows(
            request.actor,
            customer=customer,
            looks=CONTACT_LOOKS,
        ),
        "can_invite": request.actor.can(Permission.CONTACT_MANAGE),
    }
    return render_page(request, "portals/customer/contacts/list.html", context)


@portal_view(Permission.CONTACT_MANAGE, methods=_FORM)
def invite(request: PortalRequest) -> HttpResponse:
    """Invite a colleague."""
    return contacts.show_invite_form(
        request,
        customer=access_customer(request.actor, request.actor.customer_public_id),
        template="portals/customer/contacts/invite.html",
        then=reverse("customer:contact-list"),
    )


@portal_view(Permission.CONTACT_MANAGE, methods=("POST",))
def resend(request: PortalRequest, public_id: str) -> HttpResponse:
    """Mail a new link."""
    return contacts.send_invitation_again(
        request,
        public_id,
        then=reverse("customer:contact-list"),
    )


@portal_view(Permission.CONTACT_MANAGE, methods=_FORM)
def change_role(request: PortalRequest, public_id: str) -> HttpResponse:
    """Change what a colleague may do."""
    return contacts.show_role_form(
        request,
        public_id,
        template="portals/customer/contacts/role.html",
        then=reverse("customer:contact-list"),
    )


@portal_view(Permission.CONTACT_MANAGE, methods=_FORM)
def remove(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then end a colleague's access."""
    return contacts.ask_and_remove(
        request,
        public_id,
        template="portals/customer/contacts/remove.html",
        then=reverse("customer:contact-list"),
    )


@portal_view(methods=_FORM)
def edit_own_profile(request: PortalRequest) -> HttpResponse:
    """Show and save the signed-in person's name and language."""
    return edit_profile(request, template="portals/customer/profile.html")
