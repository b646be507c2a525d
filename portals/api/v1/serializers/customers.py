"""Inputs and outputs of ``customers/*``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, Email, Flag, Input, ListQuery, PageQuery, Text
from spotex.kernel.actor import Actor
from tenants.customers.models import Contact, Customer
from tenants.customers.states import ContactState, CustomerState
from tenants.lengths import (
    EMAIL_MAX_LENGTH,
    NAME_MAX_LENGTH,
    NOTES_MAX_LENGTH,
    SDI_CODE_MAX_LENGTH,
    VAT_NUMBER_MAX_LENGTH,
)
from tenants.states import ContactRole, Language


class CustomerIn(Input):
    """A company that the agency serves."""

    name = Text(max_length=NAME_MAX_LENGTH)
    email = Email()
    vat_number = Text(required=False, allow_blank=True, max_length=VAT_NUMBER_MAX_LENGTH)
    sdi_code = Text(required=False, allow_blank=True, max_length=SDI_CODE_MAX_LENGTH)
    pec = Email(required=False, allow_blank=True)
    language = Choice(choices=["", *Language.values], required=False)
    notes = Text(required=False, allow_blank=True, max_length=NOTES_MAX_LENGTH)
    is_member = Flag(required=False)


class CustomerChangesIn(CustomerIn):
    """What is to change; what is left out stays."""

    name = Text(required=False, max_length=NAME_MAX_LENGTH)
    email = Email(required=False)


class CustomerQuery(ListQuery):
    """Which customers."""

    state = Choice(choices=CustomerState.values, required=False)
    ordering = Choice(
        choices=["name", "-name", "created_at", "-created_at"],
        required=False,
        default="name",
    )


class CustomerOut(serializers.Serializer[Any]):
    """A customer. ``notes`` are the agency's own: null for the customer's people.

    Who ``is_member`` books spaces at the prices for members.
    """

    id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    vat_number = serializers.CharField()
    sdi_code = serializers.CharField()
    pec = serializers.CharField()
    language = serializers.CharField()
    notes = serializers.CharField(allow_null=True)
    is_member = serializers.BooleanField()
    state = serializers.ChoiceField(choices=CustomerState.values)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class InviteIn(Input):
    """Whom to invite."""

    email = Email()
    full_name = Text(max_length=NAME_MAX_LENGTH)
    role = Choice(choices=ContactRole.values)


class ContactRoleIn(Input):
    """What the person may do from now on."""

    role = Choice(choices=ContactRole.values)


class ContactQuery(PageQuery):
    """Which people."""

    state = Choice(
        choices=[ContactState.INVITED.value, ContactState.ACTIVE.value],
        required=False,
    )


class ContactOut(serializers.Serializer[Any]):
    """A person of a customer."""

    id = serializers.CharField()
    customer = serializers.CharField()
    email = serializers.CharField(max_length=EMAIL_MAX_LENGTH)
    full_name = serializers.CharField()
    role = serializers.ChoiceField(choices=ContactRole.values)
    state = serializers.ChoiceField(choices=ContactState.values)
    invitation_expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


def show_customer(customer: Customer, *, actor: Actor) -> dict[str, Any]:
    """Return a ``CustomerOut``."""
    return {
        "id": customer.public_id,
        "name": customer.name,
        "email": customer.email,
        "vat_number": customer.vat_number,
        "sdi_code": customer.sdi_code,
        "pec": customer.pec,
        "language": customer.language,
        "notes": customer.notes if actor.customer_id is None else None,
        "is_member": customer.is_member,
        "state": customer.state,
        "version": customer.version,
        "created_at": as_time(customer.created_at),
        "updated_at": as_time(customer.updated_at),
    }


def show_contact(contact: Contact, *, customer: Customer) -> dict[str, Any]:
    """Return a ``ContactOut``."""
    invited = contact.state == ContactState.INVITED
    return {
        "id": contact.public_id,
        "customer": customer.public_id,
        "email": contact.email,
        "full_name": contact.full_name,
        "role": contact.role,
        "state": contact.state,
        "invitation_expires_at": as_time(contact.expires_at) if invited else None,
        "created_at": as_time(contact.created_at),
    }
