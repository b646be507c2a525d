"""Many customers at once: each has its own outcome."""

from __future__ import annotations

import pytest

from spotex.kernel.errors import NotAllowed
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.customers.services.bulk import (
    CUSTOMERS_AT_ONCE,
    TooManyCustomers,
    act_on_customers,
)
from tenants.customers.states import CustomerAction
from tenants.customers.tests.factories import CustomerFactory
from tenants.models import Plan

ARCHIVE, RESTORE = CustomerAction.ARCHIVE, CustomerAction.RESTORE


def _states() -> dict[str, str]:
    return dict(Customer.objects.values_list("name", "state"))


def test_one_that_refuses_does_not_stop_the_others(in_agency, owner_actor):
    first, gone, last = CustomerFactory(), CustomerFactory(state="ARCHIVED"), CustomerFactory()
    ids = [first.public_id, gone.public_id, "cus_x", last.public_id, first.public_id]

    outcomes = act_on_customers(ids, actor=owner_actor, action=ARCHIVE)

    assert [bool(one.message) for one in outcomes] == [False, True, True, False]
    assert outcomes[2].message == "There is no such customer."
    assert set(_states().values()) == {"ARCHIVED"}


def test_restoring_stops_at_the_limit_of_the_plan(in_agency, owner_actor):
    Plan.objects.filter(pk=in_agency.plan_id).update(customers=2)
    rows = [CustomerFactory(state="ARCHIVED") for _ in range(3)]

    outcomes = act_on_customers([r.public_id for r in rows], actor=owner_actor, action=RESTORE)

    assert [bool(one.message) for one in outcomes] == [False, False, True]
    assert list(_states().values()).count("ACTIVE") == 2


@pytest.mark.parametrize("count", [0, CUSTOMERS_AT_ONCE + 1])
def test_none_and_too_many_are_refused(in_agency, owner_actor, count):
    with pytest.raises(TooManyCustomers):
        act_on_customers([f"cus_{n}" for n in range(count)], actor=owner_actor, action=ARCHIVE)


def test_who_only_looks_changes_nothing(in_agency, viewer_actor):
    customer = CustomerFactory()

    with pytest.raises(NotAllowed):
        act_on_customers([customer.public_id], actor=viewer_actor, action=ARCHIVE)

    assert _states() == {customer.name: "ACTIVE"}


def test_another_agencys_customers_are_not_there(in_agency, customer, other_actor, other_agency):
    with agency_scope(other_agency):
        (outcome,) = act_on_customers([customer.public_id], actor=other_actor, action=ARCHIVE)

    assert outcome.message == "There is no such customer."
    assert _states() == {customer.name: "ACTIVE"}
