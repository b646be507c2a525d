"""Saving what is saved already: nothing is written, no line says that somebody changed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spotex.kernel.actor import Actor
from spotex.kernel.models import ActivityEntry
from tenants.customers.models import Contact
from tenants.customers.services.contacts import change_contact_role
from tenants.models import Agency, Domain, Membership, User
from tenants.services.accounts import change_profile
from tenants.services.branding import change_branding
from tenants.services.domains import change_domain
from tenants.services.members import change_member_role
from tenants.states import PortalName


def _branding(agency: Agency, actor: Actor, _contact: Contact) -> object:
    return change_branding(
        agency,
        actor=actor,
        changes={"brand_footer": agency.brand_footer},
        remove_logo=True,
    )


def _domain(agency: Agency, actor: Actor, _contact: Contact) -> object:
    domain = Domain.objects.create(
        domain="clienti.acme.it", tenant=agency, portal=PortalName.CUSTOMER
    )
    return change_domain(domain, actor=actor, portal=PortalName.CUSTOMER, is_primary=False)


def _member(agency: Agency, actor: Actor, _contact: Contact) -> object:
    member = Membership.objects.get(agency=agency, user_id=actor.user_id)
    return change_member_role(member, actor=actor, role=member.role)


def _contact(_agency: Agency, actor: Actor, contact: Contact) -> object:
    return change_contact_role(contact, actor=actor, role=contact.role)


def _profile(_agency: Agency, actor: Actor, _contact: Contact) -> object:
    user = User.objects.get(pk=actor.user_id)
    return change_profile(user, full_name=user.full_name, language=user.language, actor=actor)


@pytest.mark.parametrize("save", [_branding, _domain, _member, _contact, _profile])
def test_saving_what_is_saved_leaves_no_line(
    in_agency: Agency,
    owner_actor: Actor,
    contact: Contact,
    save: Callable[[Agency, Actor, Contact], Any],
) -> None:
    before = ActivityEntry.objects.count()

    row = save(in_agency, owner_actor, contact)

    assert ActivityEntry.objects.count() == before
    saved_at = row.updated_at
    row.refresh_from_db()
    assert row.updated_at == saved_at
