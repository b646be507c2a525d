from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from conftest import PASSWORD
from spotex.kernel.actor import Actor, Via
from spotex.kernel.errors import Missing
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member, system_actor
from tenants.hosts import snapshot_of
from tenants.models import Agency, Invitation, MailMessage, Membership, User
from tenants.services.accounts import PasswordWeak
from tenants.services.invitations import InvitationClosed, resend_member_invitation
from tenants.services.members import (
    INVITATION_DAYS,
    AlreadyMember,
    InvitationInvalid,
    LastOwner,
    OwnerOnly,
    accept_member_invitation,
    change_member_role,
    find_open_invitation,
    invite_member,
    remove_member,
    revoke_invitation,
)
from tenants.states import Role
from tenants.tests.factories import NOON, InvitationFactory, MembershipFactory, UserFactory
from tenants.tests.threads import run_together

pytestmark = pytest.mark.usefixtures("in_agency")


def _actor(member: Membership, agency: Agency) -> Actor:
    return actor_of_member(member, agency=snapshot_of(agency), via=Via.BROWSER)


@pytest.fixture
def admin_actor(agency: Agency) -> Actor:
    return _actor(MembershipFactory(agency=agency, role=Role.ADMIN), agency)


def _invite(actor: Actor, **changes) -> Invitation:
    values = {"email": "Ida@People.test ", "full_name": " Ida Invitata ", "role": Role.MEMBER}
    return invite_member(actor=actor, at=NOON, **{**values, **changes})


def _token_in_mail(recipient: str) -> str:
    mail = MailMessage.objects.filter(recipient=recipient).latest("pk")
    return re.search(r"/invitations/([\w-]+)/", mail.text).group(1)


def test_invite_member_keeps_only_a_digest_and_mails_the_link(owner_actor: Actor) -> None:
    invitation = _invite(owner_actor)

    mail = MailMessage.objects.get(recipient="ida@people.test")
    token = _token_in_mail("ida@people.test")
    assert f"http://acme.agency.localhost:8000/invitations/{token}/" in mail.text
    assert "Spotex" not in mail.text + mail.html + mail.subject + mail.sender
    assert invitation.token_digest != token
    assert (invitation.email, invitation.full_name, invitation.role) == (
        "ida@people.test",
        "Ida Invitata",
        Role.MEMBER,
    )
    assert invitation.expires_at == NOON + timedelta(days=INVITATION_DAYS)


def test_invite_member_leaves_no_token_in_the_audit_trail(owner_actor: Actor) -> None:
    invitation = _invite(owner_actor)

    entry = ActivityEntry.objects.get(subject_public_id=invitation.public_id)
    assert (entry.event, entry.details) == ("tenants.member.invited", {"role": "MEMBER"})


def test_a_second_invitation_replaces_the_first(owner_actor: Actor, agency: Agency) -> None:
    first = _invite(owner_actor)
    first_token = _token_in_mail(first.email)

    second = _invite(owner_actor, role=Role.VIEWER)

    first.refresh_from_db()
    assert (first.revoked_at, second.revoked_at) == (NOON, None)
    with pytest.raises(InvitationInvalid):
        find_open_invitation(first_token, agency_id=agency.pk, at=NOON)


def test_invite_member_refuses_a_member(owner_actor: Actor, colleague: User) -> None:
    with pytest.raises(AlreadyMember) as caught:
        _invite(owner_actor, email=colleague.email.upper())

    assert (caught.value.field, caught.value.code) == ("email", "already_member")


def test_only_owners_invite_owners(owner_actor: Actor, admin_actor: Actor) -> None:
    with pytest.raises(OwnerOnly) as caught:
        _invite(admin_actor, role=Role.OWNER)

    assert caught.value.field == "role"
    assert _invite(owner_actor, role=Role.OWNER).role == Role.OWNER


def test_the_platform_may_invite_an_owner(agency: Agency) -> None:
    invitation = _invite(system_actor(agency), role=Role.OWNER)

    assert invitation.role == Role.OWNER


def test_accept_makes_an_account_that_can_sign_in(agency: Agency) -> None:
    invitation = InvitationFactory(agency=agency, token="t1", role=Role.ADMIN)

    user = accept_member_invitation(
        "t1", agency=snapshot_of(agency), at=NOON, full_name="Ida Nuova", password=PASSWORD
    )

    invitation.refresh_from_db()
    assert (user.email, user.full_name) == (invitation.email, "Ida Nuova")
    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert Membership.objects.get(user=user, agency=agency).role == Role.ADMIN
    assert invitation.accepted_at == NOON
    entry = ActivityEntry.objects.get(event="tenants.member.joined")
    assert (entry.actor_name, entry.actor_role) == ("Ida Nuova", "ADMIN")


def test_accept_takes_the_invited_name_when_none_is_given(agency: Agency) -> None:
    InvitationFactory(agency=agency, token="t1", full_name="Ida Invitata")

    user = accept_member_invitation("t1", agency=snapshot_of(agency), at=NOON, password=PASSWORD)

    assert user.full_name == "Ida Invitata"


def test_accept_with_a_weak_password_changes_nothing(agency: Agency) -> None:
    invitation = InvitationFactory(agency=agency, token="t1")

    with pytest.raises(PasswordWeak):
        accept_member_invitation("t1", agency=snapshot_of(agency), at=NOON, password="short")

    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email=invitation.email).exists()


def test_accept_lets_a_known_person_in_with_the_old_password(agency: Agency) -> None:
    known = UserFactory()
    InvitationFactory(agency=agency, token="t1", email=known.email)

    user = accept_member_invitation("t1", agency=snapshot_of(agency), at=NOON, password="ignored")

    assert (user, user.password) == (known, "!")
    assert Membership.objects.filter(user=known, agency=agency).exists()


def test_accept_never_changes_the_role_of_a_member(agency: Agency, colleague: User) -> None:
    InvitationFactory(agency=agency, token="t1", email=colleague.email, role=Role.OWNER)

    accept_member_invitation("t1", agency=snapshot_of(agency), at=NOON)

    assert Membership.objects.get(user=colleague, agency=agency).role == Role.MEMBER


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("accepted_at", NOON, "already used"),
        ("revoked_at", NOON, "taken back"),
        ("expires_at", NOON, "expired"),
        ("expires_at", NOON - timedelta(days=1), "expired"),
    ],
)
def test_a_spent_invitation_says_why(agency: Agency, field: str, value, words: str) -> None:
    InvitationFactory(agency=agency, token="t1", **{field: value})

    with pytest.raises(InvitationInvalid, match=words) as caught:
        accept_member_invitation("t1", agency=snapshot_of(agency), at=NOON, password=PASSWORD)

    assert caught.value.code == "invitation_invalid"


def test_an_invitation_works_until_the_last_moment(agency: Agency) -> None:
    invitation = InvitationFactory(agency=agency, token="t1")
    last = invitation.expires_at - timedelta(microseconds=1)

    assert find_open_invitation("t1", agency_id=agency.pk, at=last) == invitation


@pytest.mark.parametrize("token", ["", "unknown", "t1 ", "x" * 5_000, "\x00", "é"])
def test_an_unknown_token_opens_nothing(agency: Agency, token: str) -> None:
    InvitationFactory(agency=agency, token="t1")

    with pytest.raises(InvitationInvalid):
        find_open_invitation(token, agency_id=agency.pk, at=NOON)


def test_another_agencys_invitation_opens_nothing(agency: Agency, other_agency: Agency) -> None:
    InvitationFactory(agency=other_agency, token="t1")

    with pytest.raises(InvitationInvalid):
        accept_member_invitation("t1", agency=snapshot_of(agency), at=NOON, password=PASSWORD)

    assert not Membership.objects.filter(agency=agency, user__email__contains="invited").exists()


def test_revoke_invitation_stops_its_link(owner_actor: Actor, agency: Agency) -> None:
    invitation = InvitationFactory(agency=agency, token="t1")

    revoke_invitation(invitation, actor=owner_actor, at=NOON)

    with pytest.raises(InvitationInvalid):
        find_open_invitation("t1", agency_id=agency.pk, at=NOON)
    entry = ActivityEntry.objects.get(event="tenants.member.invitation_revoked")
    assert entry.subject_name == invitation.email


def test_an_invitation_that_was_accepted_cannot_be_taken_back(
    owner_actor: Actor, agency: Agency
) -> None:
    seen = InvitationFactory(agency=agency, token="t1")
    accept_member_invitation("t1", agency=snapshot_of(agency), at=NOON, password=PASSWORD)

    with pytest.raises(InvitationInvalid):
        revoke_invitation(seen, actor=owner_actor, at=NOON)

    seen.refresh_from_db()
    assert seen.revoked_at is None


def test_change_member_role_tells_before_and_after(owner_actor: Actor, colleague: User) -> None:
    member = Membership.objects.get(user=colleague)

    change_member_role(member, actor=owner_actor, role=Role.ADMIN)

    member.refresh_from_db()
    entry = ActivityEntry.objects.get(event="tenants.member.role_changed")
    assert (member.role, entry.details) == ("ADMIN", {"role": ["MEMBER", "ADMIN"]})


def test_the_last_owner_stays_owner(owner_actor: Actor, owner: User) -> None:
    member = Membership.objects.get(user=owner)

    with pytest.raises(LastOwner) as caught:
        change_member_role(member, actor=owner_actor, role=Role.ADMIN)

    member.refresh_from_db()
    assert (caught.value.code, member.role) == ("last_owner", Role.OWNER)


def test_the_last_owner_may_be_made_owner_again(owner_actor: Actor, owner: User) -> None:
    member = change_member_role(
        Membership.objects.get(user=owner), actor=owner_actor, role=Role.OWNER
    )

    assert member.role == Role.OWNER


def test_one_of_two_owners_may_step_down(owner_actor: Actor, owner: User, agency: Agency) -> None:
    MembershipFactory(agency=agency, role=Role.OWNER)

    member = change_member_role(
        Membership.objects.get(user=owner), actor=owner_actor, role=Role.VIEWER
    )

    assert member.role == Role.VIEWER


def test_an_admin_neither_makes_nor_changes_owners(
    admin_actor: Actor, owner: User, colleague: User
) -> None:
    with pytest.raises(OwnerOnly):
        change_member_role(
            Membership.objects.get(user=colleague), actor=admin_actor, role=Role.OWNER
        )
    with pytest.raises(OwnerOnly):
        change_member_role(Membership.objects.get(user=owner), actor=admin_actor, role=Role.ADMIN)
    with pytest.raises(OwnerOnly):
        remove_member(Membership.objects.get(user=owner), actor=admin_actor)


def test_remove_member_keeps_the_person(owner_actor: Actor, colleague: User) -> None:
    remove_member(Membership.objects.get(user=colleague), actor=owner_actor)

    assert not Membership.objects.filter(user=colleague).exists()
    assert User.objects.get(pk=colleague.pk).is_active
    entry = ActivityEntry.objects.get(event="tenants.member.removed")
    assert (entry.subject_name, entry.details) == ("Carlo Collega", {"role": ["MEMBER", None]})


def test_the_last_owner_cannot_be_removed(owner_actor: Actor, owner: User) -> None:
    with pytest.raises(LastOwner):
        remove_member(Membership.objects.get(user=owner), actor=owner_actor)

    assert Membership.objects.filter(user=owner).exists()


def test_remove_member_asks_for_the_role_of_now(owner_actor: Actor, owner: User) -> None:
    """A page loaded before the person became the only owner must not remove an owner."""
    seen_before = Membership.objects.get(user=owner)
    seen_before.role = Role.ADMIN

    with pytest.raises(LastOwner):
        remove_member(seen_before, actor=owner_actor)


def test_an_owner_removes_another_owner(owner_actor: Actor, agency: Agency) -> None:
    second = MembershipFactory(agency=agency, role=Role.OWNER)

    remove_member(second, actor=owner_actor)

    assert list(Membership.objects.filter(agency=agency, role=Role.OWNER)) != [second]


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    MembershipFactory(agency=agency, role=Role.OWNER)
    members = list(Membership.objects.filter(agency=agency, role=Role.OWNER))
    actors = [_actor(member, agency) for member in members]

    def leave(number: int) -> None:
        with agency_scope(agency):
            remove_member(members[number], actor=actors[number])

    results = run_together(2, leave)

    assert sorted(type(result).__name__ for result in results) == ["LastOwner", "NoneType"]
    assert Membership.objects.filter(agency=agency, role=Role.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_invitation_accepted_twice_at_once_counts_once() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    invitation = InvitationFactory(agency=agency, token="t1")
    snapshot = snapshot_of(agency)

    def accept(_number: int) -> User:
        return accept_member_invitation("t1", agency=snapshot, at=NOON, password=PASSWORD)

    results = run_together(4, accept)

    assert sorted(type(result).__name__ for result in results) == [
        *["InvitationInvalid"] * 3,
        "User",
    ]
    assert Membership.objects.filter(user__email=invitation.email).count() == 1


def test_only_members_of_an_agency_invite() -> None:
    with pytest.raises(Missing):
        _invite(Actor(user_id=1, role=Role.OWNER))


def test_an_invitation_is_mailed_again_with_a_new_link(agency, owner_actor) -> None:
    invitation = InvitationFactory(agency=agency, token="old", expires_at=NOON)

    sent = resend_member_invitation(invitation, actor=owner_actor, at=NOON)

    assert sent.expires_at == NOON + timedelta(days=7)
    with pytest.raises(InvitationInvalid):
        find_open_invitation("old", agency_id=agency.pk, at=NOON)


@pytest.mark.parametrize("ended", ["accepted_at", "revoked_at"])
def test_nothing_is_mailed_for_a_closed_invitation(agency, owner_actor, ended) -> None:
    invitation = InvitationFactory(agency=agency, **{ended: NOON})

    with pytest.raises(InvitationClosed):
        resend_member_invitation(invitation, actor=owner_actor, at=NOON)
