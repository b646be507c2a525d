from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hosting.conftest import operation_of
from hosting.models import Site
from hosting.operations.models import Operation, SiteRoute
from hosting.services import create_site
from hosting.services.creation import (
    HostNameInvalid,
    HostNameTaken,
    PhpVersionUnknown,
    SiteEmailInvalid,
    SiteLanguageUnknown,
    SiteTitleInvalid,
)
from hosting.services.sites import SiteNameMissing
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.customers.services.contacts import CustomerIsArchived
from tenants.models import Domain, Plan
from tenants.services.plans import LimitReached

GOOD = {"name": "Da Gino", "title": "Da Gino", "admin_email": "gino@trattoria.test"}


def test_create_site_takes_an_address_and_starts(make_site, agency) -> None:
    site = make_site(name="Caffè Perché", deploy=True)

    assert site.preview_host == "caffe-perche--acme.sites.localhost"
    assert site.state == "DEPLOYING"
    operation = operation_of(site)
    assert (operation.kind, operation.state) == ("site.deploy", "PENDING")
    assert [step.name for step in operation.steps.order_by("position")] == [
        "prepare",
        "files",
        "config",
        "install",
        "start",
        "route",
        "verify",
    ]
    with agency_scope(agency):
        events = ActivityEntry.objects.filter(subject_public_id=site.public_id).order_by("pk")
        assert list(events.values_list("event", flat=True)) == [
            "hosting.site.created",
            "hosting.site.deployment_started",
        ]


def test_create_site_without_deployment(make_site) -> None:
    site = make_site(deploy=False)

    assert (site.state, site.operation) == ("DEPLOYING", "")
    assert not Operation.objects.exists()


def test_same_name_gets_another_address(make_site) -> None:
    hosts = [make_site(name="Da Gino").preview_host for _ in range(3)]

    assert hosts == [
        "da-gino--acme.sites.localhost",
        "da-gino-2--acme.sites.localhost",
        "da-gino-3--acme.sites.localhost",
    ]


def test_address_of_another_agency_is_never_given(
    make_site, other_agency, other_actor, engine
) -> None:
    SiteRoute.objects.create(
        host="da-gino--acme.sites.localhost", kind="PREVIEW", agency=other_agency, site="site_x"
    )

    assert make_site(name="Da Gino").preview_host == "da-gino-2--acme.sites.localhost"


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"name": "  "}, SiteNameMissing, "name"),
        ({"name": "x" * 61}, SiteNameMissing, "name"),
        ({"title": " \n "}, SiteTitleInvalid, "title"),
        ({"title": "x" * 121}, SiteTitleInvalid, "title"),
        ({"admin_email": "no address"}, SiteEmailInvalid, "admin_email"),
        ({"language": "xx_XX"}, SiteLanguageUnknown, "language"),
        ({"php_version": "../8"}, PhpVersionUnknown, "php_version"),
        ({"php_version": "5.6"}, PhpVersionUnknown, "php_version"),
        ({"host_name": "not a host"}, HostNameInvalid, "host_name"),
        ({"host_name": "x.sites.localhost"}, HostNameInvalid, "host_name"),
        ({"host_name": "admin.localhost"}, HostNameInvalid, "host_name"),
        ({"host_name": f"{'a' * 50}.{'b' * 50}.com"}, HostNameInvalid, "host_name"),
    ],
)
def test_bad_input_is_refused_with_its_field(make_site, in_agency, change, error, field) -> None:
    with pytest.raises(error) as raised:
        make_site(**change)

    assert raised.value.field == field
    assert not Site.objects.exists()
    assert not SiteRoute.objects.exists()


def test_own_domain_belongs_to_one_site_of_all_agencies(
    make_site, other_agency, other_actor, engine
) -> None:
    make_site(host_name="WWW.Gino.it")
    with agency_scope(other_agency):
        customer = Customer.objects.create(name="Altro", email="a@altro.test")

        with pytest.raises(HostNameTaken):
            create_site(actor=other_actor, customer=customer, **GOOD, host_name="www.gino.it")

        assert not Site.objects.exists()
    assert SiteRoute.objects.get(kind="OWN").host == "www.gino.it"


def test_portal_domain_is_no_site_domain(make_site, other_agency) -> None:
    Domain.objects.create(
        domain="clienti.beta.it",
        tenant=other_agency,
        portal="customer",
        state="LIVE",
        verified_at=other_agency.created_at,
    )

    with pytest.raises(HostNameTaken):
        make_site(host_name="clienti.beta.it")


def test_archived_customer_gets_no_site(agency, owner_actor, customer, engine) -> None:
    customer.state = "ARCHIVED"

    with agency_scope(agency), pytest.raises(CustomerIsArchived):
        create_site(actor=owner_actor, customer=customer, **GOOD)


def test_plan_limits_the_number_of_sites(make_site, agency) -> None:
    Plan.objects.filter(pk=agency.plan_id).update(sites=2)
    make_site()
    make_site(state="DELETED")
    make_site()

    with pytest.raises(LimitReached):
        make_site()


def test_database_refuses_a_second_use_of_a_host(make_site, agency) -> None:
    site = make_site()

    with pytest.raises(IntegrityError), transaction.atomic():
        SiteRoute.objects.create(
            host=site.preview_host, kind="OWN", agency=agency, site="site_other"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteRoute.objects.create(host="Upper.it", kind="OWN", agency=agency, site="site_other")


def test_database_refuses_an_error_without_reason(make_site, in_agency) -> None:
    site = make_site()

    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=site.pk).update(state="ERROR")
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=site.pk).update(state="ACTIVE", error={"code": "x"})
