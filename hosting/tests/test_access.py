from __future__ import annotations

import pytest

from hosting.access import access_operation, access_site
from hosting.selectors import list_operations_for, list_sites_for, search_sites
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.tenancy import agency_scope
from tenants.permissions import Permission


def test_agency_sees_its_sites(make_site, in_agency, owner_actor, viewer_actor) -> None:
    site = make_site(state="ACTIVE")

    assert access_site(owner_actor, site.public_id) == site
    assert access_site(viewer_actor, site.public_id) == site
    assert access_operation(viewer_actor, site.operation).subject == site.public_id
    with pytest.raises(NotAllowed):
        access_site(viewer_actor, site.public_id, permission=Permission.SITE_OPERATE)


def test_contact_sees_only_the_own_customers_sites(
    make_site, in_agency, contact_actor, other_customer
) -> None:
    own = make_site(state="ACTIVE")
    foreign = make_site(state="ACTIVE")
    type(foreign).objects.filter(pk=foreign.pk).update(customer=other_customer)
    type(own.customer).objects.get(pk=other_customer.pk)

    assert list(list_sites_for(contact_actor)) == [own]
    with pytest.raises(Missing):
        access_site(contact_actor, foreign.public_id)
    with pytest.raises(NotAllowed):
        access_site(contact_actor, own.public_id, permission=Permission.SITE_DELETE)


def test_contact_sees_only_the_own_customers_operations(
    make_site, in_agency, contact_actor, other_customer
) -> None:
    own = make_site(state="ACTIVE")
    foreign = make_site(state="ACTIVE")
    type(list_operations_for(contact_actor).first()).objects.filter(
        subject=foreign.public_id
    ).update(
        customer=other_customer.public_id,
    )

    assert [item.subject for item in list_operations_for(contact_actor)] == [own.public_id]
    with pytest.raises(Missing):
        access_operation(contact_actor, foreign.operation)


def test_other_agency_sees_nothing(make_site, other_agency, other_actor) -> None:
    site = make_site(state="ACTIVE")

    with agency_scope(other_agency):
        assert not list_sites_for(other_actor).exists()
        assert not list_operations_for(other_actor).exists()
        with pytest.raises(Missing):
            access_site(other_actor, site.public_id)
        with pytest.raises(Missing):
            access_operation(other_actor, site.operation)


def test_deleted_site_is_gone_but_its_operations_stay(make_site, in_agency, owner_actor) -> None:
    site = make_site(state="DELETED")

    with pytest.raises(Missing):
        access_site(owner_actor, site.public_id)
    assert access_operation(owner_actor, site.operation).state == "DONE"


def test_lists_cost_the_same_for_one_and_three(
    make_site, in_agency, owner_actor, django_assert_num_queries
) -> None:
    for _ in range(3):
        make_site(state="ACTIVE")

    assert list_sites_for(owner_actor).exists()  # the schema is set with the first statement
    with django_assert_num_queries(1):
        assert {site.customer.name for site in list_sites_for(owner_actor)}
    with django_assert_num_queries(2):
        assert all(list(item.steps.all()) for item in list_operations_for(owner_actor))


def test_search(make_site, in_agency, owner_actor) -> None:
    make_site(name="Trattoria")
    gym = make_site(name="Palestra")

    found = search_sites(list_sites_for(owner_actor), text="palest")

    assert list(found) == [gym]
    assert search_sites(list_sites_for(owner_actor), text="").count() == 2
