"""What costs a schema or a stranger's patience is done so often and no more."""

from __future__ import annotations

import pytest

from conftest import PASSWORD
from spotex.kernel.limits import LimitExceeded
from tenants.customers.services.contacts import invite_contact, resend_contact_invitation
from tenants.models import Agency, MailMessage
from tenants.services.accounts import NameIsAddress, change_profile
from tenants.services.agencies import SlugTaken, register_agency
from tenants.services.members import invite_member
from tenants.tests.factories import NOON

pytestmark = pytest.mark.django_db

LINKS = ["Win at http://evil.test now", "www.evil.test", "Go evil.test/win", "HTTPS://EVIL.TEST"]


def _register(slug: str, *, address: str = "192.0.2.7") -> Agency:
    agency, _user = register_agency(
        email=f"nora@{slug}.test",
        password=PASSWORD,
        full_name="Nora Nuova",
        agency_name="Agenzia Nuova",
        agency_slug=slug,
        address=address,
    )
    return agency


def _invite_member(actor, *, email: str = "ada@people.test", full_name: str = "Ada"):
    return invite_member(actor=actor, email=email, full_name=full_name, role="MEMBER", at=NOON)


def test_an_address_opens_so_many_agencies(settings) -> None:
    settings.SPOTEX_SIGNUPS_PER_HOUR = 1
    _register("nuova-1")

    with pytest.raises(LimitExceeded):
        _register("nuova-2")

    assert not Agency.objects.filter(slug="nuova-2").exists()
    assert _register("nuova-3", address="192.0.2.8").slug == "nuova-3"


def test_a_mistake_in_the_form_costs_no_attempt(settings, agency) -> None:
    settings.SPOTEX_SIGNUPS_PER_HOUR = 1

    with pytest.raises(SlugTaken):
        _register("acme")

    assert _register("nuova-1").slug == "nuova-1"


def test_an_agency_mails_so_many_invitations(settings, owner_actor) -> None:
    settings.SPOTEX_INVITATIONS_PER_HOUR = 2
    for number in range(2):
        _invite_member(owner_actor, email=f"ada-{number}@people.test")

    with pytest.raises(LimitExceeded):
        _invite_member(owner_actor, email="ada-3@people.test")

    assert MailMessage.objects.filter(recipient="ada-3@people.test").count() == 0


def test_a_mailbox_gets_so_few_from_everybody_together(
    settings, owner_actor, other_actor, in_agency, customer
) -> None:
    settings.SPOTEX_INVITATIONS_PER_RECIPIENT = 2
    contact = invite_contact(
        customer, actor=owner_actor, email="ADA@people.test", full_name="Ada", role="ADMIN", at=NOON
    )
    _invite_member(owner_actor)

    with pytest.raises(LimitExceeded):
        _invite_member(other_actor)
    with pytest.raises(LimitExceeded):
        resend_contact_invitation(contact, actor=owner_actor, at=NOON)


@pytest.mark.parametrize("name", LINKS)
def test_a_name_in_a_mail_leads_nowhere(name: str, owner, owner_actor, in_agency, customer) -> None:
    with pytest.raises(NameIsAddress):
        _invite_member(owner_actor, full_name=name)
    with pytest.raises(NameIsAddress):
        invite_contact(
            customer, actor=owner_actor, email="a@b.test", full_name=name, role="ADMIN", at=NOON
        )
    with pytest.raises(NameIsAddress):
        change_profile(owner, full_name=name, language="it", actor=owner_actor)


@pytest.mark.parametrize("name", ["Dr. Rossi", "J.R.R. Tolkien", "D’Angelo & C. S.r.l.", "Wwwilma"])
def test_an_odd_name_is_a_name(name: str, owner_actor) -> None:
    assert _invite_member(owner_actor, full_name=name).full_name == name
