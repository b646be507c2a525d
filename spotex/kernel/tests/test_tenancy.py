from __future__ import annotations

import pytest
from django.db import connection

from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope, current_schema, enter_schema
from tenants.customers.models import Customer
from tenants.customers.tests.factories import CustomerFactory
from tenants.models import Agency
from tenants.tests.threads import run_together


def test_a_scope_takes_an_agency_or_a_name(agency: Agency) -> None:
    with agency_scope(agency):
        by_agency = current_schema()
    with agency_scope(agency.schema_name):
        by_name = current_schema()

    assert (by_agency, by_name, current_schema()) == (
        agency.schema_name,
        agency.schema_name,
        PUBLIC_SCHEMA,
    )


def test_scopes_nest_and_come_back(agency: Agency, other_agency: Agency) -> None:
    with agency_scope(agency):
        with agency_scope(other_agency):
            inner = current_schema()
            with agency_scope(PUBLIC_SCHEMA):
                innermost = current_schema()
        after = current_schema()

    assert (inner, innermost, after) == (
        other_agency.schema_name,
        PUBLIC_SCHEMA,
        agency.schema_name,
    )


def test_a_scope_comes_back_from_an_error(agency: Agency) -> None:
    with pytest.raises(RuntimeError), agency_scope(agency):
        raise RuntimeError

    assert current_schema() == PUBLIC_SCHEMA


def test_an_agency_sees_its_own_rows_only(agency: Agency, other_agency: Agency) -> None:
    with agency_scope(agency):
        CustomerFactory(name="Solo Acme")

    with agency_scope(other_agency):
        assert list(Customer.objects.all()) == []
    with agency_scope(agency):
        assert [customer.name for customer in Customer.objects.all()] == ["Solo Acme"]


def test_outside_every_agency_there_are_no_customers(agency: Agency) -> None:
    enter_schema(PUBLIC_SCHEMA)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('customers_customer')")
        found = cursor.fetchone()

    assert found == (None,)


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_share_a_scope() -> None:
    schemas = list(Agency.objects.order_by("slug").values_list("schema_name", flat=True))

    def look(number: int) -> list[str]:
        seen = []
        for _ in range(20):
            with agency_scope(schemas[number % 2]), connection.cursor() as cursor:
                cursor.execute("SELECT current_schema()")
                seen.append(cursor.fetchone()[0])
        return sorted(set(seen))

    results = run_together(6, look)

    assert results == [[schemas[number % 2]] for number in range(6)]
