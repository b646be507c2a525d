from __future__ import annotations

from itertools import pairwise

import pytest

from spotex.kernel.actor import ANONYMOUS, Actor, Via
from spotex.kernel.errors import Missing, NotAllowed
from tenants.access import (
    access_agency,
    access_invitation,
    access_member,
    actor_of_member,
    require,
    system_actor,
)
from tenants.hosts import snapshot_of
from tenants.models import Agency, Membership, User
from tenants.permissions import CONTACT_PERMISSIONS, ROLE_PERMISSIONS, Permission
from tenants.states import ContactRole, Role
from tenants.tests.factories import InvitationFactory, MembershipFactory


def test_require_names_a_way_out(viewer_actor: Actor) -> None:
    with pytest.raises(NotAllowed, match="administrator") as caught:
        require(viewer_actor, Permission.CUSTOMER_MANAGE)

    assert caught.value.code == "not_allowed"


def test_access_agency_returns_the_actors_own(owner_actor: Actor, agency: Agency) -> None:
    assert access_agency(owner_actor, permission=Permission.AGENCY_MANAGE) == agency


def test_access_agency_asks_for_the_permission(viewer_actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        access_agency(viewer_actor, permission=Permission.AGENCY_MANAGE)


def test_access_agency_is_missing_for_contacts_and_strangers(contact_actor: Actor) -> None:
    for actor in (contact_actor, ANONYMOUS):
        with pytest.raises(Missing):
            access_agency(actor, permission=Permission.AGENCY_VIEW)


def test_access_member_returns_a_colleague(owner_actor: Actor, colleague: User) -> None:
    member = Membership.objects.get(user=colleague)

    found = access_member(owner_actor, member.public_id, permission=Permission.MEMBER_MANAGE)

    assert found == member


def test_access_member_asks_for_the_permission(viewer_actor: Actor, colleague: User) -> None:
    member = Membership.objects.get(user=colleague)

    with pytest.raises(NotAllowed):
        access_member(viewer_actor, member.public_id, permission=Permission.MEMBER_MANAGE)


def test_access_member_is_missing_for_everybody_else(
    agency: Agency, other_actor: Actor, contact_actor: Actor
) -> None:
    member = MembershipFactory(agency=agency)

    for actor in (other_actor, contact_actor, ANONYMOUS):
        with pytest.raises(Missing):
            access_member(actor, member.public_id, permission=Permission.MEMBER_VIEW)


def test_access_member_is_missing_without_the_right_to_look(agency: Agency) -> None:
    blind = Actor(user_id=1, agency_id=agency.pk)
    member = MembershipFactory(agency=agency)
    invitation = InvitationFactory(agency=agency)

    with pytest.raises(Missing):
        access_member(blind, member.public_id, permission=Permission.MEMBER_VIEW)
    with pytest.raises(Missing):
        access_invitation(blind, invitation.public_id, permission=Permission.MEMBER_VIEW)


def test_access_invitation_returns_an_open_one(owner_actor: Actor, agency: Agency) -> None:
    invitation = InvitationFactory(agency=agency)

    found = access_invitation(
        owner_actor, invitation.public_id, permission=Permission.MEMBER_MANAGE
    )

    assert found == invitation


def test_access_invitation_asks_for_the_permission(viewer_actor: Actor, agency: Agency) -> None:
    invitation = InvitationFactory(agency=agency)

    with pytest.raises(NotAllowed):
        access_invitation(viewer_actor, invitation.public_id, permission=Permission.MEMBER_MANAGE)


def test_access_invitation_is_missing_for_everybody_else(
    agency: Agency, other_actor: Actor, contact_actor: Actor
) -> None:
    invitation = InvitationFactory(agency=agency)

    for actor in (other_actor, contact_actor, ANONYMOUS):
        with pytest.raises(Missing):
            access_invitation(actor, invitation.public_id, permission=Permission.MEMBER_VIEW)


@pytest.mark.parametrize("role", Role)
def test_a_member_has_the_permissions_of_the_role(agency: Agency, role: Role) -> None:
    membership = MembershipFactory(agency=agency, role=role)

    actor = actor_of_member(
        membership, agency=snapshot_of(agency), via=Via.API, address="192.0.2.7"
    )

    assert actor.permissions == ROLE_PERMISSIONS[role]
    assert (actor.agency_id, actor.schema, actor.customer_id, actor.via, actor.address) == (
        agency.pk,
        agency.schema_name,
        None,
        Via.API,
        "192.0.2.7",
    )


def test_the_platform_may_do_everything_in_one_agency(agency: Agency) -> None:
    from_row, from_snapshot = system_actor(agency), system_actor(snapshot_of(agency))

    assert from_row == from_snapshot
    assert (from_row.user_id, from_row.permissions) == (None, frozenset(Permission))
    assert from_row.is_authenticated


def test_roles_are_a_ladder() -> None:
    ladder = [ROLE_PERMISSIONS[role] for role in (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)]
    contact_ladder = [
        CONTACT_PERMISSIONS[role]
        for role in (ContactRole.VIEWER, ContactRole.MEMBER, ContactRole.ADMIN)
    ]

    for rungs in (ladder, contact_ladder):
        assert all(low <= high for low, high in pairwise(rungs))
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set(CONTACT_PERMISSIONS) == set(ContactRole)


def test_viewers_only_look() -> None:
    looks = {permission for permission in Permission if permission.value.endswith(":read")}

    assert ROLE_PERMISSIONS[Role.VIEWER] <= looks
    assert CONTACT_PERMISSIONS[ContactRole.VIEWER] <= looks


def test_contacts_never_see_the_agencys_side() -> None:
    allowed = frozenset().union(*CONTACT_PERMISSIONS.values())

    assert allowed.isdisjoint(
        {
            Permission.AGENCY_VIEW,
            Permission.AGENCY_MANAGE,
            Permission.MEMBER_VIEW,
            Permission.MEMBER_MANAGE,
            Permission.CUSTOMER_MANAGE,
            Permission.SITE_DEPLOY,
            Permission.SITE_DELETE,
        },
    )
