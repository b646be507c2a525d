from __future__ import annotations

import pytest

from spotex.kernel.actor import ANONYMOUS, Actor, Via
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.tenancy import agency_scope
from tenants.customers.access import access_contact, access_customer, actor_of_contact
from tenants.customers.models import Contact, Customer
from tenants.customers.selectors import (
    count_customers,
    list_all_contacts_for,
    list_contacts_for,
    list_contacts_of_user,
    list_customers_for,
    search_customers,
    with_contact_count,
)
from tenants.customers.tests.factories import ContactFactory, CustomerFactory
from tenants.hosts import snapshot_of
from tenants.models import Agency, User
from tenants.permissions import CONTACT_PERMISSIONS, Permission
from tenants.states import ContactRole

pytestmark = pytest.mark.usefixtures("in_agency")


def test_members_see_every_customer_of_their_agency(
    viewer_actor: Actor, customer: Customer, other_customer: Customer
) -> None:
    assert list(list_customers_for(viewer_actor)) == [other_customer, customer]
    assert access_customer(viewer_actor, customer.public_id) == customer


def test_a_contact_sees_one_customer(
    contact_actor: Actor, customer: Customer, other_customer: Customer
) -> None:
    assert list(list_customers_for(contact_actor)) == [customer]
    with pytest.raises(Missing):
        access_customer(contact_actor, other_customer.public_id)


def test_access_customer_asks_for_the_permission(
    viewer_actor: Actor, contact_actor: Actor, customer: Customer
) -> None:
    for actor in (viewer_actor, contact_actor):
        with pytest.raises(NotAllowed):
            access_customer(actor, customer.public_id, permission=Permission.CUSTOMER_MANAGE)


def test_nobody_sees_nothing(customer: Customer, contact: Contact, agency: Agency) -> None:
    blind = Actor(user_id=1, agency_id=agency.pk)

    for actor in (ANONYMOUS, blind):
        assert list(list_customers_for(actor)) == []
        assert list(list_contacts_for(actor, customer=customer)) == []
        assert list(list_all_contacts_for(actor)) == []
        with pytest.raises(Missing):
            access_customer(actor, customer.public_id)
        with pytest.raises(Missing):
            access_contact(actor, contact.public_id)


def test_another_agencys_ids_are_missing(
    other_actor: Actor, other_agency: Agency, customer: Customer, contact: Contact
) -> None:
    with agency_scope(other_agency):
        assert list(list_customers_for(other_actor)) == []
        with pytest.raises(Missing):
            access_customer(other_actor, customer.public_id)
        with pytest.raises(Missing):
            access_contact(other_actor, contact.public_id)


def test_people_of_a_customer(owner_actor: Actor, customer: Customer) -> None:
    second = ContactFactory(customer=customer, full_name="Bea")
    first = ContactFactory(customer=customer, full_name="Ada")
    ContactFactory(customer=customer, state="REMOVED")
    elsewhere = ContactFactory(full_name="Zoe")

    assert list(list_contacts_for(owner_actor, customer=customer)) == [first, second]
    assert list(list_all_contacts_for(owner_actor)) == [first, second, elsewhere]


def test_a_contact_sees_the_people_of_the_own_customer(
    contact_actor: Actor, contact: Contact, other_customer: Customer
) -> None:
    elsewhere = ContactFactory(customer=other_customer)

    assert list(list_all_contacts_for(contact_actor)) == [contact]
    assert list(list_contacts_for(contact_actor, customer=other_customer)) == []
    with pytest.raises(Missing):
        access_contact(contact_actor, elsewhere.public_id)


def test_access_contact_asks_for_the_permission(viewer_actor: Actor, contact: Contact) -> None:
    assert access_contact(viewer_actor, contact.public_id) == contact
    with pytest.raises(NotAllowed):
        access_contact(viewer_actor, contact.public_id, permission=Permission.CONTACT_MANAGE)


def test_a_removed_contact_is_missing(owner_actor: Actor) -> None:
    removed = ContactFactory(state="REMOVED")

    with pytest.raises(Missing):
        access_contact(owner_actor, removed.public_id)


@pytest.mark.parametrize("role", ContactRole)
def test_a_contact_has_the_permissions_of_the_role(agency: Agency, role: ContactRole) -> None:
    contact = ContactFactory(active=True, role=role)

    actor = actor_of_contact(contact, agency=snapshot_of(agency), via=Via.API)

    assert actor.permissions == CONTACT_PERMISSIONS[role]
    assert (actor.customer_id, actor.customer_public_id, actor.user_id) == (
        contact.customer_id,
        contact.customer.public_id,
        contact.user_id,
    )


def test_an_invited_contact_has_no_account_yet(agency: Agency) -> None:
    contact = ContactFactory(full_name="Ida")

    actor = actor_of_contact(contact, agency=snapshot_of(agency), via=Via.BROWSER)

    assert (actor.user_id, actor.user_public_id, actor.name) == (None, "", "Ida")


def test_list_contacts_of_user_leaves_out_closed_doors() -> None:
    contact = ContactFactory(active=True)
    user = contact.user
    ContactFactory(active=True, user=user, state="REMOVED")
    ContactFactory(active=True, user=user, customer=CustomerFactory(state="ARCHIVED"))

    assert list(list_contacts_of_user(user.pk)) == [contact]
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert list(list_contacts_of_user(user.pk)) == []


@pytest.mark.parametrize("text", ["gino", "GINO@", "0074311"])
def test_search_customers_looks_at_names_addresses_and_numbers(text: str) -> None:
    gino = CustomerFactory(name="Da Gino", email="gino@x.test", vat_number="00743110157")
    CustomerFactory()

    assert list(search_customers(Customer.objects.all(), text=text)) == [gino]


def test_search_customers_takes_signs_as_they_are() -> None:
    percent = CustomerFactory(name="100% Bio")
    CustomerFactory(name="100 Bio")

    assert list(search_customers(Customer.objects.all(), text="%")) == [percent]
    assert search_customers(Customer.objects.all(), text="").count() == 2


def test_counts() -> None:
    customer = CustomerFactory()
    CustomerFactory(state="ARCHIVED")
    ContactFactory(customer=customer)
    ContactFactory(customer=customer, state="REMOVED")

    counted = with_contact_count(Customer.objects.filter(pk=customer.pk)).get()

    assert (count_customers(), counted.contact_count) == (1, 1)


def test_names_of_rows() -> None:
    assert str(CustomerFactory.build(name="Da Gino")) == "Da Gino"
    assert str(ContactFactory.build(full_name="", email="x@y.test")) == "x@y.test"
