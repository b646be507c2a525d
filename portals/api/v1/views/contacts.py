"""``customers/{id}/contacts``: the people of a customer."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate
from portals.api.parsing import etag_of, read_version
from portals.api.v1.serializers.customers import (
    ContactOut,
    ContactQuery,
    ContactRoleIn,
    InviteIn,
    show_contact,
)
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from tenants.customers.access import access_contact, access_customer
from tenants.customers.models import Contact
from tenants.customers.selectors import list_contacts_for
from tenants.customers.services.contacts import (
    change_contact_role,
    invite_contact,
    remove_contact,
    resend_contact_invitation,
)
from tenants.permissions import Permission

TAG: Final = "contacts"
MANAGE: Final = Permission.CONTACT_MANAGE
EXAMPLE: Final = {"email": "anna@trattoria.example", "full_name": "Anna Verdi", "role": "ADMIN"}


class ContactList(Endpoint):
    """All people of a customer."""

    @operation(
        "List people",
        tag=TAG,
        scope=Permission.CONTACT_VIEW,
        query=ContactQuery,
        answer=ContactOut,
        many=True,
    )
    def get(self, request: Request, *, customer_id: str, filters: dict[str, Any]) -> Response:
        """People of a customer who are active or invited, by name."""
        actor = actor_of(request)
        customer = access_customer(actor, customer_id)
        rows = list_contacts_for(actor, customer=customer)
        if "state" in filters:
            rows = rows.filter(state=filters["state"])
        return paginate(rows, filters=filters, show=partial(show_contact, customer=customer))


class ContactInvite(Endpoint):
    """The way in for a new person."""

    @operation(
        "Invite a person",
        tag=TAG,
        scope=MANAGE,
        body=InviteIn,
        answer=ContactOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, customer_id: str, data: dict[str, Any]) -> Response:
        """Mail an invitation to the customer's portal; its link works for seven days."""
        actor = actor_of(request)
        customer = access_customer(actor, customer_id, permission=MANAGE)
        contact = invite_contact(customer, actor=actor, at=timezone.now(), **data)
        return answer(show_contact(contact, customer=customer), status=201)


class ContactDetail(Endpoint):
    """One person of a customer."""

    @operation("Show a person", tag=TAG, scope=Permission.CONTACT_VIEW, answer=ContactOut)
    def get(self, request: Request, *, customer_id: str, contact_id: str) -> Response:
        """One person of a customer."""
        return _answer(_access(actor_of(request), customer_id, contact_id))

    @operation(
        "Change a role",
        tag=TAG,
        scope=MANAGE,
        body=ContactRoleIn,
        answer=ContactOut,
        example={"role": "VIEWER"},
        versioned=True,
    )
    def patch(
        self,
        request: Request,
        *,
        customer_id: str,
        contact_id: str,
        data: dict[str, Any],
    ) -> Response:
        """Give a person another role in the customer's portal."""
        return _change_role(request, customer_id, contact_id, role=data["role"])

    @operation(
        "Replace a role",
        tag=TAG,
        scope=MANAGE,
        body=ContactRoleIn,
        answer=ContactOut,
        example={"role": "VIEWER"},
        versioned=True,
    )
    def put(
        self,
        request: Request,
        *,
        customer_id: str,
        contact_id: str,
        data: dict[str, Any],
    ) -> Response:
        """The same as ``PATCH``: the role is all that can be changed about a person."""
        return _change_role(request, customer_id, contact_id, role=data["role"])

    @operation("Remove a person", tag=TAG, scope=MANAGE, answer=ContactOut)
    def delete(self, request: Request, *, customer_id: str, contact_id: str) -> Response:
        """End a person's access at once; an open invitation stops working."""
        actor = actor_of(request)
        contact = _access(actor, customer_id, contact_id, permission=MANAGE)
        return _answer(remove_contact(contact, actor=actor))


class ContactResend(Endpoint):
    """A new link for an invited person."""

    @operation("Resend an invitation", tag=TAG, scope=MANAGE, answer=ContactOut)
    def post(self, request: Request, *, customer_id: str, contact_id: str) -> Response:
        """Mail a new link; the former one stops working."""
        actor = actor_of(request)
        contact = _access(actor, customer_id, contact_id, permission=MANAGE)
        return _answer(resend_contact_invitation(contact, actor=actor, at=timezone.now()))


def _access(
    actor: Actor,
    customer_id: str,
    contact_id: str,
    *,
    permission: Permission = Permission.CONTACT_VIEW,
) -> Contact:
    contact = access_contact(actor, contact_id, permission=permission)
    if contact.customer.public_id != customer_id:
        raise Missing(_("There is no such person."))
    return contact


def _change_role(request: Request, customer_id: str, contact_id: str, *, role: str) -> Response:
    actor = actor_of(request)
    contact = _access(actor, customer_id, contact_id, permission=MANAGE)
    version = read_version(request)
    return _answer(change_contact_role(contact, actor=actor, role=role, version=version))


def _answer(contact: Contact) -> Response:
    shown = show_contact(contact, customer=contact.customer)
    return answer(shown, headers={"ETag": etag_of(contact)})
