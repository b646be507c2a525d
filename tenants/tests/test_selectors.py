from __future__ import annotations

from spotex.kernel.actor import ANONYMOUS, Actor
from tenants.models import Agency, Invitation, Plan, Subscription, User
from tenants.selectors import (
    find_agency_by_slug,
    find_agency_snapshot,
    find_membership,
    find_open_subscription,
    find_user,
    list_agencies_of,
    list_members_of,
    list_open_invitations_of,
    list_plans,
)
from tenants.tests.factories import NOON, InvitationFactory, MembershipFactory, UserFactory


def test_list_members_of_is_ordered_by_name(
    owner_actor: Actor, owner: User, colleague: User, viewer: User, other_agency: Agency
) -> None:
    MembershipFactory(agency=other_agency)

    members = [member.user for member in list_members_of(owner_actor)]

    assert members == [colleague, owner, viewer]


def test_contacts_and_strangers_see_no_members(contact_actor: Actor, colleague: User) -> None:
    assert list(list_members_of(contact_actor)) == []
    assert list(list_members_of(ANONYMOUS)) == []


def test_list_open_invitations_of_leaves_out_what_is_over(
    owner_actor: Actor, agency: Agency, other_agency: Agency
) -> None:
    first, second = InvitationFactory(agency=agency), InvitationFactory(agency=agency)
    InvitationFactory(agency=agency, accepted_at=NOON)
    InvitationFactory(agency=agency, revoked_at=NOON)
    InvitationFactory(agency=other_agency)
    Invitation.objects.filter(pk=first.pk).update(created_at=NOON)

    assert list(list_open_invitations_of(owner_actor)) == [second, first]


def test_contacts_and_strangers_see_no_invitations(contact_actor: Actor, agency: Agency) -> None:
    InvitationFactory(agency=agency)

    assert list(list_open_invitations_of(contact_actor)) == []
    assert list(list_open_invitations_of(ANONYMOUS)) == []


def test_list_agencies_of_a_person(agency: Agency, other_agency: Agency) -> None:
    user = UserFactory()
    MembershipFactory(user=user, agency=agency)
    MembershipFactory(user=user, agency=other_agency)

    assert list(list_agencies_of(user)) == [other_agency, agency]
    assert list(list_agencies_of(UserFactory())) == []


def test_list_plans_begins_with_the_cheapest(db: None) -> None:
    assert [plan.tier for plan in list_plans()] == [
        "STARTER",
        "STANDARD",
        "PREMIUM",
        "BUSINESS",
        "ENTERPRISE",
    ]


def test_find_membership_forgets_inactive_people(agency: Agency, other_agency: Agency) -> None:
    member = MembershipFactory(agency=agency)

    assert find_membership(user_id=member.user_id, agency_id=agency.pk) == member
    assert find_membership(user_id=member.user_id, agency_id=other_agency.pk) is None

    User.objects.filter(pk=member.user_id).update(is_active=False)
    assert find_membership(user_id=member.user_id, agency_id=agency.pk) is None


def test_find_user_takes_any_spelling(db: None) -> None:
    user = UserFactory(email="ada@people.test")

    assert find_user(" ADA@People.Test ") == user
    assert find_user("nobody@people.test") is None


def test_find_open_subscription(agency: Agency) -> None:
    found = find_open_subscription(agency.pk)

    assert found == Subscription.objects.get(agency=agency)
    Subscription.objects.filter(agency=agency).update(ended_at=NOON)
    assert find_open_subscription(agency.pk) is None


def test_find_agency_by_key_and_address(agency: Agency) -> None:
    snapshot = find_agency_snapshot(agency.pk)

    assert snapshot is not None
    assert snapshot.public_id == agency.public_id
    assert find_agency_by_slug(" ACME ") == snapshot
    assert find_agency_snapshot(0) is None
    assert find_agency_by_slug("nobody") is None


def test_names_of_rows(agency: Agency, owner: User) -> None:
    plan = Plan.objects.get(tier="STANDARD")
    member = owner.memberships.get()

    assert (str(agency), str(plan), plan.name, str(owner)) == (
        "Studio Acme",
        "Standard",
        "Standard",
        "Olga Studio Acme",
    )
    assert str(member).startswith("Olga Studio Acme · ")
    assert str(agency.subscriptions.get()) == "Studio Acme · STANDARD"
    assert str(InvitationFactory.build(email="ida@people.test")) == "ida@people.test"


def test_a_person_without_a_name_is_called_by_address(db: None) -> None:
    nameless = UserFactory(full_name="", email="x@people.test")

    assert (str(nameless), nameless.short_name) == ("x@people.test", "x@people.test")
    assert UserFactory(full_name="Ada Lovelace").short_name == "Ada"
