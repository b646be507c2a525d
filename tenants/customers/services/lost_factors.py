"""An agency resets the second factors of its people who lost them.

Only of people who belong to it alone: somebody of two agencies has one account, and neither may
weaken the door of the other. Those, and owners who lock themselves out, turn to Spotex's staff.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from tenants.customers.models import Contact
from tenants.customers.selectors import is_contact_elsewhere
from tenants.models import Membership, User
from tenants.permissions import Permission
from tenants.services.factors import NoFactor, NotYours, reset_factors
from tenants.states import Role


@transaction.atomic
def reset_member_factors(member: Membership, *, actor: Actor, reason: str) -> User:
    """Take the second factors from a member.

    Raises:
        NotYours: oneself, an owner for somebody who is none, or a person of others too.
        NoFactor: there is none.
    """
    if member.role == Role.OWNER and not actor.can(Permission.OWNER_MANAGE):
        raise NotYours(_("Only an owner can do this for an owner."))
    _require_only_ours(member.user, actor=actor)
    return reset_factors(member.user, actor=actor, reason=reason)


@transaction.atomic
def reset_contact_factors(contact: Contact, *, actor: Actor, reason: str) -> User:
    """Take the second factors from a customer's person.

    Raises:
        NotYours: oneself, a person of others too, or a colleague whom the actor may not manage.
        NoFactor: there is none, or the person has not joined yet.
    """
    if contact.user is None:
        raise NoFactor(_("This person has no second factor."))
    member = Membership.objects.filter(user=contact.user, agency_id=actor.agency_id or 0).first()
    if member is not None:  # the account opens the agency's portal too
        if not actor.can(Permission.MEMBER_MANAGE):
            raise NotYours(_("This person is a colleague. Ask an administrator or an owner."))
        return reset_member_factors(member, actor=actor, reason=reason)
    _require_only_ours(contact.user, actor=actor)
    return reset_factors(contact.user, actor=actor, reason=reason)


def _require_only_ours(user: User, *, actor: Actor) -> None:
    agency_id = actor.agency_id or 0
    elsewhere = Membership.objects.filter(user=user).exclude(agency_id=agency_id).exists()
    if user.is_staff or elsewhere or is_contact_elsewhere(user.pk, agency_id=agency_id):
        raise NotYours(
            _("This person works with others on this platform too. Ask the platform's support."),
        )
