from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.customers.services.lost_factors import reset_contact_factors, reset_member_factors
from tenants.customers.tests.factories import ContactFactory
from tenants.models import Agency, MailMessage, Membership, User
from tenants.services.factors import NoFactor, NotYours, reset_factors
from tenants.services.staff import actor_of_staff, register_staff
from tenants.states import Role

pytestmark = pytest.mark.usefixtures("in_agency")


def _protect(user: User) -> User:
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


def _member(user: User, agency: Agency) -> Membership:
    return Membership.objects.get(user=user, agency=agency)


def test_a_members_factors_are_reset_with_trail_mail_and_end_of_sessions(
    colleague: User, agency: Agency, owner_actor
) -> None:
    _protect(colleague)
    before = colleague.get_session_auth_hash()

    user = reset_member_factors(_member(colleague, agency), actor=owner_actor, reason=" Perso ")

    assert not Authenticator.objects.filter(user=colleague).exists()
    assert user.get_session_auth_hash() != before
    entry = ActivityEntry.objects.get(event="tenants.factor.reset")
    assert entry.details == {"factors": [["totp"], []], "reason": [None, "Perso"]}
    assert MailMessage.objects.get(recipient=colleague.email).agency_id == agency.pk


def test_nobody_resets_their_own(owner: User, agency: Agency, owner_actor) -> None:
    _protect(owner)

    with pytest.raises(NotYours):
        reset_member_factors(_member(owner, agency), actor=owner_actor, reason="x")
    with pytest.raises(NotYours):
        reset_factors(owner, actor=owner_actor, reason="x")


def test_only_an_owner_does_it_for_an_owner(owner: User, agency: Agency, colleague_actor) -> None:
    _protect(owner)

    with pytest.raises(NotYours):
        reset_member_factors(_member(owner, agency), actor=colleague_actor, reason="x")


def test_a_person_without_factors_has_none_to_reset(
    colleague: User, agency: Agency, owner_actor
) -> None:
    with pytest.raises(NoFactor):
        reset_member_factors(_member(colleague, agency), actor=owner_actor, reason="x")


def test_a_member_of_another_agency_too_is_for_staff(
    colleague: User, agency: Agency, other_agency: Agency, owner_actor
) -> None:
    _protect(colleague)
    Membership.objects.create(user=colleague, agency=other_agency, role=Role.VIEWER)

    with pytest.raises(NotYours):
        reset_member_factors(_member(colleague, agency), actor=owner_actor, reason="x")

    assert Authenticator.objects.filter(user=colleague).exists()


def test_a_contact_of_another_agency_too_is_for_staff(
    colleague: User, agency: Agency, other_agency: Agency, owner_actor
) -> None:
    _protect(colleague)
    with agency_scope(other_agency):
        ContactFactory(active=True, user=colleague)

    with pytest.raises(NotYours):
        reset_member_factors(_member(colleague, agency), actor=owner_actor, reason="x")


def test_staff_is_for_staff(agency: Agency, owner_actor) -> None:
    staff = register_staff(email="s@spotex.test", password="a-good-phrase-77", full_name="Sara")
    member = Membership.objects.create(user=_protect(staff), agency=agency, role=Role.MEMBER)

    with pytest.raises(NotYours):
        reset_member_factors(member, actor=owner_actor, reason="x")


def test_a_contacts_factors_are_reset_by_the_agency(contact, owner_actor) -> None:
    _protect(contact.user)

    reset_contact_factors(contact, actor=owner_actor, reason="x")

    assert not Authenticator.objects.filter(user=contact.user).exists()


def test_a_contact_who_is_a_colleague_is_protected_as_one(
    owner: User, customer, colleague_actor, viewer_actor
) -> None:
    contact = ContactFactory(customer=customer, user=_protect(owner), active=True)

    for actor in (colleague_actor, viewer_actor):
        with pytest.raises(NotYours):
            reset_contact_factors(contact, actor=actor, reason="x")

    assert Authenticator.objects.filter(user=owner).exists()


def test_an_owner_resets_a_contact_who_is_a_colleague(
    colleague: User, customer, owner_actor
) -> None:
    contact = ContactFactory(customer=customer, user=_protect(colleague), active=True)

    reset_contact_factors(contact, actor=owner_actor, reason="x")

    assert not Authenticator.objects.filter(user=colleague).exists()


def test_who_has_not_joined_has_nothing_to_reset(customer, owner_actor) -> None:
    invited = ContactFactory(customer=customer)

    with pytest.raises(NoFactor):
        reset_contact_factors(invited, actor=owner_actor, reason="x")


def test_staff_resets_a_person_of_two_agencies(
    colleague: User, agency: Agency, other_agency: Agency
) -> None:
    staff = register_staff(email="s@spotex.test", password="a-good-phrase-77", full_name="Sara")
    Membership.objects.create(user=_protect(colleague), agency=other_agency, role=Role.VIEWER)

    reset_factors(colleague, actor=actor_of_staff(staff), reason="x")

    assert not Authenticator.objects.filter(user=colleague).exists()
    assert MailMessage.objects.get(recipient=colleague.email).agency_id is None
