"""Contacts: the people of a customer, invited by mail, given a role, removed.

An invitation's link carries a random token; the database keeps only its digest.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor, Via
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version
from tenants.customers.access import actor_of_contact
from tenants.customers.events import (
    ContactInvited,
    ContactJoined,
    ContactRemoved,
    ContactRoleChanged,
)
from tenants.customers.models import Contact, Customer
from tenants.customers.states import (
    CONTACT_MACHINE,
    ContactAction,
    ContactState,
    CustomerState,
)
from tenants.hosts import AgencySnapshot
from tenants.models import User
from tenants.selectors import find_user
from tenants.services.accounts import mark_email_verified, register_user
from tenants.services.invitations import require_invitable
from tenants.tokens import INVITATION_DAYS, digest_of, new_token


class CustomerIsArchived(RuleViolation):
    """An archived customer gets no new people or sites."""

    code = "customer_archived"


def require_active(customer: Customer | None) -> None:
    """Pass for a customer that is not archived, and where there is none.

    Raises:
        CustomerIsArchived: it is.
    """
    if customer is not None and customer.state != CustomerState.ACTIVE:
        raise CustomerIsArchived(_("This customer is archived. Restore it first."))


class ContactExists(RuleViolation):
    """The address belongs to a contact of this customer."""

    code = "contact_exists"


class ContactInvitationInvalid(RuleViolation):
    """The link is unknown, used, or too old."""

    code = "invitation_invalid"


@transaction.atomic
def invite_contact(
    customer: Customer,
    *,
    actor: Actor,
    email: str,
    full_name: str,
    role: str,
    at: datetime,
) -> Contact:
    """Offer somebody a place in a customer's portal; a mail follows.

    A person who was removed before is invited again with the same row.

    Raises:
        CustomerIsArchived: nobody is invited to an archived customer.
        ContactExists: the address belongs to a contact already.
        NameIsAddress, LimitExceeded: see ``require_invitable``.
    """
    customer = lock_row(customer)
    require_active(customer)
    address = email.strip().lower()
    contact = Contact.objects.filter(customer=customer, email=address).first()
    if contact is None:
        contact = Contact(customer=customer, email=address, state=ContactState.REMOVED)
    elif contact.state != ContactState.REMOVED:
        raise ContactExists(_("This person is invited or active already."), field="email")
    contact.full_name = full_name.strip()
    contact.role = role
    return _send_invitation(contact, actor=actor, at=at)


@transaction.atomic
def resend_contact_invitation(contact: Contact, *, actor: Actor, at: datetime) -> Contact:
    """Mail a new link; the former one stops working.

    Raises:
        IllegalMove: the person accepted already.
        LimitExceeded: too many invitations were mailed.
    """
    return _send_invitation(lock_row(contact), actor=actor, at=at)


def _send_invitation(contact: Contact, *, actor: Actor, at: datetime) -> Contact:
    CONTACT_MACHINE.apply(contact, ContactAction.INVITE_AGAIN)
    require_invitable(
        agency_id=actor.agency_id or 0,
        email=contact.email,
        full_name=contact.full_name,
    )
    token = new_token()
    contact.user = None
    contact.token_digest = digest_of(token)
    contact.expires_at = at + timedelta(days=INVITATION_DAYS)
    contact.save()
    publish(
        ContactInvited(
            actor=actor,
            agency_id=actor.agency_id or 0,
            email=contact.email,
            full_name=contact.full_name,
            token=token,
            language=contact.customer.language,
            subject_public_id=contact.public_id,
            subject_name=contact.full_name or contact.email,
            customer_public_id=contact.customer.public_id,
            details={"role": contact.role},
        ),
    )
    return contact


def find_invited_contact(token: str, *, at: datetime) -> Contact:
    """Return the contact that an invitation's link belongs to.

    Raises:
        ContactInvitationInvalid: unknown in this agency, used, or too old.
    """
    contact = (
        Contact.objects.select_related("customer").filter(token_digest=digest_of(token)).first()
    )
    if contact is None:
        raise ContactInvitationInvalid(_("This invitation does not exist or was taken back."))
    return _require_open(contact, at=at)


def _require_open(contact: Contact, *, at: datetime) -> Contact:
    if contact.state == ContactState.ACTIVE:
        raise ContactInvitationInvalid(_("This invitation was already used. Sign in instead."))
    if contact.state != ContactState.INVITED or contact.expires_at is None:
        raise ContactInvitationInvalid(_("This invitation does not exist or was taken back."))
    if contact.expires_at <= at:
        raise ContactInvitationInvalid(_("This invitation has expired. Ask for a new one."))
    return contact


@transaction.atomic
def accept_contact_invitation(
    token: str,
    *,
    agency: AgencySnapshot,
    at: datetime,
    full_name: str = "",
    password: str = "",
    via: Via = Via.BROWSER,
) -> User:
    """Let the invited person in; create the account if there is none.

    A known person needs no password here: the caller made sure that they are signed in.

    Raises:
        ContactInvitationInvalid: the link cannot be used.
        PasswordWeak: a new person chose a password that a validator refuses.
    """
    contact = _require_open(lock_row(find_invited_contact(token, at=at)), at=at)
    user = find_user(contact.email) or register_user(
        email=contact.email,
        password=password,
        full_name=full_name or contact.full_name,
        language=contact.customer.language,
        verified=True,
    )
    mark_email_verified(user)
    CONTACT_MACHINE.apply(contact, ContactAction.ACCEPT)
    contact.user = user
    contact.full_name = user.full_name
    contact.save()
    publish(
        ContactJoined(
            actor=actor_of_contact(contact, agency=agency, via=via),
            subject_public_id=contact.public_id,
            subject_name=user.full_name,
            customer_public_id=contact.customer.public_id,
            details={"role": contact.role},
        ),
    )
    return user


@transaction.atomic
def change_contact_role(
    contact: Contact,
    *,
    actor: Actor,
    role: str,
    version: int | None = None,
) -> Contact:
    """Give a contact another role, unless it changed since somebody saw this version.

    Raises:
        Stale: it did.
    """
    contact = lock_row(contact)
    require_version(contact, seen=version)
    before, contact.role = contact.role, role
    if before == role:
        return contact
    contact.save()
    publish(
        ContactRoleChanged(
            actor=actor,
            subject_public_id=contact.public_id,
            subject_name=str(contact),
            customer_public_id=contact.customer.public_id,
            details={"role": [before, role]},
        ),
    )
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, actor: Actor) -> Contact:
    """End a contact's access at once; an open invitation stops working.

    Raises:
        IllegalMove: it is removed already.
    """
    contact = lock_row(contact)
    CONTACT_MACHINE.apply(contact, ContactAction.REMOVE)
    contact.token_digest = ""
    contact.save()
    publish(
        ContactRemoved(
            actor=actor,
            subject_public_id=contact.public_id,
            subject_name=str(contact),
            customer_public_id=contact.customer.public_id,
        ),
    )
    return contact
