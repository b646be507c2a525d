from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from conftest import PASSWORD
from spotex.kernel.actor import Actor
from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Contact, Customer
from tenants.customers.services.contacts import (
    ContactExists,
    ContactInvitationInvalid,
    CustomerIsArchived,
    accept_contact_invitation,
    change_contact_role,
    find_invited_contact,
    invite_contact,
    remove_contact,
    resend_contact_invitation,
)
from tenants.customers.services.customers import archive_customer
from tenants.customers.tests.factories import ContactFactory
from tenants.hosts import snapshot_of
from tenants.models import Agency, MailMessage, User
from tenants.services.accounts import PasswordWeak
from tenants.states import ContactRole
from tenants.tests.factories import NOON, UserFactory
from tenants.tests.threads import run_together

pytestmark = pytest.mark.usefixtures("in_agency")

WEEK = timedelta(days=7)


def _invite(customer: Customer, actor: Actor, **changes) -> Contact:
    values = {"email": " Mara@Company.test", "full_name": " Mara Rossi ", "role": "MEMBER"}
    return invite_contact(customer, actor=actor, at=NOON, **{**values, **changes})


def _token_in_mail(recipient: str) -> str:
    mail = MailMessage.objects.filter(recipient=recipient).latest("pk")
    return re.search(r"/invitations/([\w-]+)/", mail.text).group(1)


def _accept(token: str, agency: Agency, **changes) -> User:
    values = {"at": NOON, "password": PASSWORD}
    return accept_contact_invitation(token, agency=snapshot_of(agency), **{**values, **changes})


def test_invite_contact_mails_a_link_to_the_customers_host(
    customer: Customer, owner_actor: Actor
) -> None:
    contact = _invite(customer, owner_actor)

    mail = MailMessage.objects.get(recipient="mara@company.test")
    token = _token_in_mail("mara@company.test")
    assert f"http://acme.customers.localhost:8000/invitations/{token}/" in mail.text
    assert "Spotex" not in mail.text + mail.html + mail.subject + mail.sender
    assert token not in contact.token_digest
    assert (contact.email, contact.full_name, contact.role, contact.state) == (
        "mara@company.test",
        "Mara Rossi",
        "MEMBER",
        "INVITED",
    )
    assert contact.expires_at == NOON + WEEK


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_mail_speaks_the_customers_language(
    customer: Customer, owner_actor: Actor, language: str
) -> None:
    Customer.objects.filter(pk=customer.pk).update(language=language)

    _invite(customer, owner_actor)

    mail = MailMessage.objects.get(recipient="mara@company.test")
    assert f'lang="{language}"' in mail.html


def test_invite_contact_leaves_no_token_in_the_audit_trail(
    customer: Customer, owner_actor: Actor
) -> None:
    contact = _invite(customer, owner_actor)

    entry = ActivityEntry.objects.get(subject_public_id=contact.public_id)
    assert (entry.event, entry.details, entry.customer_public_id) == (
        "customers.contact.invited",
        {"role": "MEMBER"},
        customer.public_id,
    )


def test_nobody_is_invited_to_an_archived_customer(customer: Customer, owner_actor: Actor) -> None:
    archive_customer(customer, actor=owner_actor)

    with pytest.raises(CustomerIsArchived) as caught:
        _invite(customer, owner_actor)

    assert caught.value.code == "customer_archived"
    assert not Contact.objects.exists()


@pytest.mark.parametrize("traits", [{}, {"active": True}])
def test_an_address_is_invited_once(customer: Customer, owner_actor: Actor, traits) -> None:
    contact = ContactFactory(customer=customer, **traits)

    with pytest.raises(ContactExists) as caught:
        _invite(customer, owner_actor, email=contact.email.upper())

    assert caught.value.field == "email"


def test_the_same_person_may_belong_to_two_customers(
    customer: Customer, other_customer: Customer, owner_actor: Actor
) -> None:
    _invite(customer, owner_actor)

    _invite(other_customer, owner_actor)

    assert Contact.objects.filter(email="mara@company.test").count() == 2


def test_a_removed_person_is_invited_again_with_the_same_row(
    customer: Customer, owner_actor: Actor
) -> None:
    contact = ContactFactory(customer=customer, active=True)
    remove_contact(contact, actor=owner_actor)

    again = _invite(customer, owner_actor, email=contact.email, role="VIEWER")

    assert (again.pk, again.public_id) == (contact.pk, contact.public_id)
    assert (again.state, again.role, again.user) == ("INVITED", "VIEWER", None)


def test_accept_makes_an_account_in_the_customers_language(
    customer: Customer, agency: Agency
) -> None:
    Customer.objects.filter(pk=customer.pk).update(language="en")
    contact = ContactFactory(customer=customer, token="t1")

    user = _accept("t1", agency, full_name="Mara Nuova")

    contact.refresh_from_db()
    assert (user.email, user.full_name, user.language) == (contact.email, "Mara Nuova", "en")
    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert (contact.user, contact.state, contact.full_name) == (user, "ACTIVE", "Mara Nuova")
    entry = ActivityEntry.objects.get(event="customers.contact.joined")
    assert (entry.actor_name, entry.customer_public_id) == ("Mara Nuova", customer.public_id)


def test_accept_takes_the_invited_name_when_none_is_given(agency: Agency) -> None:
    ContactFactory(token="t1", full_name="Mara Rossi")

    assert _accept("t1", agency).full_name == "Mara Rossi"


def test_accept_with_a_weak_password_changes_nothing(agency: Agency) -> None:
    contact = ContactFactory(token="t1")

    with pytest.raises(PasswordWeak):
        _accept("t1", agency, password="1234")

    contact.refresh_from_db()
    assert contact.state == "INVITED"
    assert not User.objects.filter(email=contact.email).exists()


def test_accept_lets_a_known_person_in_with_the_old_password(agency: Agency) -> None:
    known = UserFactory(full_name="Mara Nota")
    contact = ContactFactory(token="t1", email=known.email)

    user = _accept("t1", agency, password="ignored")

    contact.refresh_from_db()
    assert (user, user.password) == (known, "!")
    assert (contact.user, contact.full_name) == (known, "Mara Nota")


def test_a_used_invitation_says_so(agency: Agency) -> None:
    ContactFactory(token="t1")
    _accept("t1", agency)

    with pytest.raises(ContactInvitationInvalid, match="already used"):
        _accept("t1", agency)


def test_a_removed_contacts_link_is_dead(agency: Agency, owner_actor: Actor) -> None:
    remove_contact(ContactFactory(token="t1"), actor=owner_actor)

    with pytest.raises(ContactInvitationInvalid, match="taken back"):
        _accept("t1", agency)


def test_a_digest_that_stayed_behind_opens_nothing(agency: Agency) -> None:
    ContactFactory(token="t1", state="REMOVED")

    with pytest.raises(ContactInvitationInvalid, match="taken back"):
        _accept("t1", agency)


def test_an_invitation_works_until_the_last_moment() -> None:
    contact = ContactFactory(token="t1")
    last = contact.expires_at - timedelta(microseconds=1)

    assert find_invited_contact("t1", at=last) == contact
    with pytest.raises(ContactInvitationInvalid, match="expired"):
        find_invited_contact("t1", at=contact.expires_at)


@pytest.mark.parametrize("token", ["", "unknown", "t1 ", "x" * 5_000, "\x00", "é"])
def test_an_unknown_token_opens_nothing(token: str) -> None:
    ContactFactory(token="t1")
    ContactFactory(token_digest="", state="REMOVED")

    with pytest.raises(ContactInvitationInvalid):
        find_invited_contact(token, at=NOON)


def test_another_agencys_invitation_opens_nothing(other_agency: Agency) -> None:
    ContactFactory(token="t1")

    with agency_scope(other_agency), pytest.raises(ContactInvitationInvalid):
        _accept("t1", other_agency)


def test_resend_mails_a_new_link_and_kills_the_old(owner_actor: Actor) -> None:
    contact = ContactFactory(token="t1")

    resend_contact_invitation(contact, actor=owner_actor, at=NOON + WEEK)

    with pytest.raises(ContactInvitationInvalid):
        find_invited_contact("t1", at=NOON)
    fresh = find_invited_contact(_token_in_mail(contact.email), at=NOON + WEEK)
    assert (fresh, fresh.expires_at) == (contact, NOON + 2 * WEEK)


def test_resend_refuses_a_person_who_accepted(owner_actor: Actor) -> None:
    contact = ContactFactory(active=True)

    with pytest.raises(IllegalMove):
        resend_contact_invitation(contact, actor=owner_actor, at=NOON)

    contact.refresh_from_db()
    assert contact.user is not None


def test_change_contact_role_tells_before_and_after(owner_actor: Actor) -> None:
    contact = ContactFactory(active=True, role=ContactRole.VIEWER)

    change_contact_role(contact, actor=owner_actor, role="ADMIN")

    contact.refresh_from_db()
    entry = ActivityEntry.objects.get(event="customers.contact.role_changed")
    assert (contact.role, entry.details) == ("ADMIN", {"role": ["VIEWER", "ADMIN"]})


def test_remove_contact_twice_is_refused(owner_actor: Actor) -> None:
    contact = remove_contact(ContactFactory(active=True), actor=owner_actor)

    with pytest.raises(IllegalMove):
        remove_contact(contact, actor=owner_actor)

    assert ActivityEntry.objects.filter(event="customers.contact.removed").count() == 1


def test_an_active_contact_has_an_account() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory(state="ACTIVE", user=None)


@pytest.mark.django_db(transaction=True)
def test_an_invitation_accepted_twice_at_once_counts_once() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    with agency_scope(agency):
        contact = ContactFactory(token="t1")

    def accept(_number: int) -> User:
        with agency_scope(agency):
            return _accept("t1", agency)

    results = run_together(4, accept)

    names = sorted(type(result).__name__ for result in results)
    assert names == [*["ContactInvitationInvalid"] * 3, "User"]
    assert User.objects.filter(email=contact.email).count() == 1
