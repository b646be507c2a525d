from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.italian import SdiCodeInvalid, VatNumberInvalid
from tenants.customers.models import Customer
from tenants.customers.services.customers import (
    CustomerNameMissing,
    StaleCustomer,
    VatNumberTaken,
    archive_customer,
    change_customer,
    create_customer,
    restore_customer,
)
from tenants.customers.tests.factories import CustomerFactory
from tenants.models import Agency, Plan
from tenants.services.plans import LimitReached
from tenants.tests.threads import run_together

pytestmark = pytest.mark.usefixtures("in_agency")

VAT = "00743110157"
DETAILS = {
    "vat_number": "IT 0074311 0157",
    "sdi_code": "m5uxcr1",
    "pec": "gino@pec.test",
    "language": "it",
    "notes": "Chiama il martedì",
}


def _create(actor: Actor, **changes) -> Customer:
    values = {"name": " Trattoria da Gino ", "email": " Gino@Trattoria.test "}
    return create_customer(actor=actor, **{**values, **changes})


def _set_limit(agency: Agency, count: int) -> None:
    Plan.objects.filter(pk=agency.plan_id).update(customers=count)


def test_create_customer_stores_clean_values(owner_actor: Actor) -> None:
    customer = _create(owner_actor, **DETAILS)

    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("Trattoria da Gino", "gino@trattoria.test")
    assert (customer.vat_number, customer.sdi_code) == (VAT, "M5UXCR1")
    assert (customer.pec, customer.language, customer.notes) == (
        "gino@pec.test",
        "it",
        "Chiama il martedì",
    )
    assert (customer.state, customer.version) == ("ACTIVE", 1)


def test_create_customer_is_in_the_audit_trail(owner_actor: Actor) -> None:
    customer = _create(owner_actor)

    entry = ActivityEntry.objects.get(subject_public_id=customer.public_id)
    assert (entry.event, entry.customer_public_id) == (
        "customers.customer.created",
        customer.public_id,
    )


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"name": "  "}, CustomerNameMissing, "name"),
        ({"vat_number": "12345678901"}, VatNumberInvalid, "vat_number"),
        ({"sdi_code": "ABC"}, SdiCodeInvalid, "sdi_code"),
    ],
)
def test_create_customer_explains_bad_data(
    owner_actor: Actor, changes: dict, error: type, field: str
) -> None:
    with pytest.raises(error) as caught:
        _create(owner_actor, **changes)

    assert caught.value.field == field
    assert not Customer.objects.exists()


def test_create_customer_needs_an_agency() -> None:
    with pytest.raises(Missing):
        _create(Actor(user_id=1))


def test_none_counts_as_no_number(owner_actor: Actor) -> None:
    customer = _create(owner_actor, vat_number=None, sdi_code=None)

    assert (customer.vat_number, customer.sdi_code) == ("", "")


def test_a_vat_number_belongs_to_one_active_customer(owner_actor: Actor) -> None:
    first = _create(owner_actor, vat_number=VAT)

    with pytest.raises(VatNumberTaken) as caught:
        _create(owner_actor, vat_number=f"IT{VAT}")

    archive_customer(first, actor=owner_actor)
    assert caught.value.field == "vat_number"
    assert _create(owner_actor, vat_number=VAT).vat_number == VAT


def test_two_active_customers_with_one_vat_number_cannot_be_stored() -> None:
    CustomerFactory(vat_number=VAT)

    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerFactory(vat_number=VAT)


def test_change_customer_tells_what_changed(owner_actor: Actor) -> None:
    customer = _create(owner_actor, vat_number=VAT)

    changed = change_customer(
        customer, actor=owner_actor, version=1, name="Osteria Gino", vat_number=VAT
    )

    entry = ActivityEntry.objects.get(event="customers.customer.changed")
    assert (changed.name, changed.version) == ("Osteria Gino", 2)
    assert entry.details == {"name": ["Trattoria da Gino", "Osteria Gino"]}


def test_a_change_that_changes_nothing_leaves_no_trace(owner_actor: Actor) -> None:
    customer = CustomerFactory(name="Bar")

    same = change_customer(customer, actor=owner_actor, version=customer.version, name=" Bar ")

    assert same.version == customer.version
    assert not ActivityEntry.objects.filter(event="customers.customer.changed").exists()


def test_change_customer_stores_clean_values(owner_actor: Actor) -> None:
    changed = change_customer(
        _create(owner_actor), actor=owner_actor, name="  Gino  ", email=" Nuovo@Gino.TEST "
    )

    assert (changed.name, changed.email) == ("Gino", "nuovo@gino.test")


def test_change_customer_refuses_an_old_form(owner_actor: Actor) -> None:
    customer = _create(owner_actor)
    change_customer(customer, actor=owner_actor, version=1, notes="first")

    with pytest.raises(StaleCustomer):
        change_customer(customer, actor=owner_actor, version=1, notes="second")

    assert Customer.objects.get().notes == "first"


def test_change_customer_without_a_version_skips_the_check(owner_actor: Actor) -> None:
    customer = _create(owner_actor)
    change_customer(customer, actor=owner_actor, notes="first")

    changed = change_customer(customer, actor=owner_actor, notes="second")

    assert (changed.notes, changed.version) == ("second", 3)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": " "}, CustomerNameMissing),
        ({"vat_number": "1"}, VatNumberInvalid),
        ({"sdi_code": "12345678"}, SdiCodeInvalid),
    ],
)
def test_change_customer_explains_bad_data(owner_actor: Actor, changes: dict, error: type) -> None:
    customer = _create(owner_actor)

    with pytest.raises(error):
        change_customer(customer, actor=owner_actor, **changes)

    assert Customer.objects.get().version == 1


def test_change_customer_refuses_the_vat_number_of_another(owner_actor: Actor) -> None:
    _create(owner_actor, vat_number=VAT)
    second = _create(owner_actor)

    with pytest.raises(VatNumberTaken):
        change_customer(second, actor=owner_actor, vat_number=VAT)


def test_an_archived_customer_may_keep_a_number_that_is_taken(owner_actor: Actor) -> None:
    archived = archive_customer(_create(owner_actor, vat_number=VAT), actor=owner_actor)
    _create(owner_actor, vat_number=VAT)

    changed = change_customer(archived, actor=owner_actor, vat_number=VAT, notes="old")

    assert changed.notes == "old"


def test_archive_and_restore(owner_actor: Actor) -> None:
    customer = archive_customer(_create(owner_actor), actor=owner_actor)
    archived = (customer.state, customer.version)

    customer = restore_customer(customer, actor=owner_actor)

    entries = ActivityEntry.objects.filter(subject_public_id=customer.public_id).order_by("pk")
    assert (archived, customer.state, customer.version) == (("ARCHIVED", 2), "ACTIVE", 3)
    assert [entry.event for entry in entries] == [
        "customers.customer.created",
        "customers.customer.archived",
        "customers.customer.restored",
    ]


def test_archive_twice_is_refused(owner_actor: Actor) -> None:
    customer = archive_customer(_create(owner_actor), actor=owner_actor)

    with pytest.raises(IllegalMove):
        archive_customer(customer, actor=owner_actor)


def test_restore_refuses_an_active_customer(owner_actor: Actor) -> None:
    with pytest.raises(IllegalMove):
        restore_customer(_create(owner_actor), actor=owner_actor)


def test_restore_refuses_when_the_number_is_taken_by_now(owner_actor: Actor) -> None:
    archived = archive_customer(_create(owner_actor, vat_number=VAT), actor=owner_actor)
    _create(owner_actor, vat_number=VAT)

    with pytest.raises(VatNumberTaken):
        restore_customer(archived, actor=owner_actor)


def test_restore_refuses_when_the_plan_is_full(owner_actor: Actor, agency: Agency) -> None:
    archived = archive_customer(_create(owner_actor), actor=owner_actor)
    _create(owner_actor)
    _set_limit(agency, 1)

    with pytest.raises(LimitReached):
        restore_customer(archived, actor=owner_actor)


def test_the_limit_counts_active_customers(owner_actor: Actor, agency: Agency) -> None:
    _set_limit(agency, 1)
    first = _create(owner_actor)

    with pytest.raises(LimitReached) as caught:
        _create(owner_actor)

    archive_customer(first, actor=owner_actor)
    assert caught.value.code == "limit_reached"
    assert _create(owner_actor).state == "ACTIVE"


def test_no_limit_is_no_limit(owner_actor: Actor, agency: Agency) -> None:
    _set_limit(agency, -1)

    assert [_create(owner_actor).state for _ in range(3)] == ["ACTIVE"] * 3


def test_a_limit_of_nothing_allows_nothing(owner_actor: Actor, agency: Agency) -> None:
    _set_limit(agency, 0)

    with pytest.raises(LimitReached):
        _create(owner_actor)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_the_limit_exactly_the_allowed_number_succeed() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    actor = system_actor(agency)
    allowed = agency.plan.customers
    _set_limit(agency, 7)

    def create(_number: int) -> Customer:
        with agency_scope(agency):
            return _create(actor)

    results = run_together(20, create)

    _set_limit(agency, allowed)
    names = [type(result).__name__ for result in results]
    assert (names.count("Customer"), names.count("LimitReached")) == (7, 13)
    with agency_scope(agency):
        assert Customer.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_vat_number_at_once_one_gets_it() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    actor = system_actor(agency)
    with agency_scope(agency):
        customers = CustomerFactory.create_batch(4)

    def change(number: int) -> Customer:
        with agency_scope(agency):
            return change_customer(customers[number], actor=actor, vat_number=VAT)

    results = run_together(4, change)

    names = sorted(type(result).__name__ for result in results)
    assert names == ["Customer", *["VatNumberTaken"] * 3]


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_from_one_form_the_second_is_told() -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    actor = system_actor(agency)
    with agency_scope(agency):
        customer = CustomerFactory()

    def change(number: int) -> Customer:
        with agency_scope(agency):
            return change_customer(customer, actor=actor, version=1, notes=str(number))

    results = run_together(2, change)

    assert sorted(type(result).__name__ for result in results) == ["Customer", "StaleCustomer"]


def test_restoring_looks_at_the_number_as_it_is_now(owner_actor) -> None:
    customer = CustomerFactory(state="ARCHIVED")
    CustomerFactory(vat_number=VAT)
    Customer.objects.filter(pk=customer.pk).update(vat_number=VAT)  # after the page was opened

    with pytest.raises(VatNumberTaken):
        restore_customer(customer, actor=owner_actor)
