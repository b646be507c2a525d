"""Every page of the agency portal: whole for a browser, a fragment for htmx, cheap in queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hosting.models import Site
from hosting.services import create_site
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.customers.services.customers import create_customer
from tenants.models import Agency, Subscription
from tenants.states import SubscriptionStatus

PAGES = (
    "/",
    "/customers/",
    "/customers/?state=ARCHIVED&search=x&ordering=-created&page=9",
    "/customers/new/",
    "/customers/{customer}/",
    "/customers/{customer}/edit/",
    "/customers/{customer}/invite/",
    "/contacts/{contact}/role/",
    "/contacts/{contact}/remove/",
    "/people/",
    "/people/invite/",
    "/people/{member}/role/",
    "/people/{member}/remove/",
    "/sites/",
    "/sites/?state=ACTIVE&search=%00&ordering=nonsense&page=-1",
    "/sites/new/",
    "/sites/{site}/",
    "/sites/{site}/delete/",
    "/sites/{site}/suspend/",
    "/settings/",
    "/settings/plan/",
    "/profile/",
)


@pytest.fixture
def site(agency, owner_actor, customer) -> Site:
    with agency_scope(agency):
        return create_site(
            actor=owner_actor,
            customer=customer,
            name="Trattoria",
            title="Trattoria da Gino",
            admin_email="gino@trattoria.test",
        )


@pytest.fixture
def ids(customer, contact, site, owner) -> dict[str, str]:
    return {
        "customer": customer.public_id,
        "contact": contact.public_id,
        "site": site.public_id,
        "member": owner.memberships.get().public_id,
    }


@pytest.mark.parametrize("page", PAGES)
def test_page_is_whole(client_for, owner, ids, page):
    response = client_for(owner).get(page.format(**ids))

    assert response.status_code == 200
    assert "<html" in response.content.decode()


@pytest.mark.parametrize("page", [page for page in PAGES if "{" not in page])
def test_page_of_a_new_agency(client_for, other_owner, other_agency, page):
    response = client_for(other_owner, agency=other_agency).get(page)

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("/", "dashboard-live"),
        ("/customers/", "customer-rows"),
        ("/sites/", "site-rows"),
        ("/sites/{site}/", "site-live"),
    ],
)
def test_fragment_is_no_page(client_for, owner, ids, page, target):
    response = client_for(owner).get(
        page.format(**ids),
        headers={"hx-request": "true", "hx-target": target},
    )

    text = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in text
    assert f'id="{target}"' in text


@pytest.mark.parametrize("page", PAGES)
def test_page_is_closed_to_strangers(client_for, stranger, ids, page):
    assert client_for(stranger).get(page.format(**ids)).status_code == 403
    assert client_for().get(page.format(**ids)).status_code == 302


@pytest.mark.parametrize("page", [page for page in PAGES if "{" in page and "member" not in page])
def test_other_agencys_objects_are_missing(client_for, other_owner, other_agency, ids, page):
    response = client_for(other_owner, agency=other_agency).get(page.format(**ids))

    assert response.status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "/customers/new/",
        "/customers/{customer}/edit/",
        "/sites/new/",
        "/sites/{site}/delete/",
        "/settings/",
        "/people/invite/",
        "/people/{member}/remove/",
        "/contacts/{contact}/role/",
    ],
)
def test_viewer_may_only_look(client_for, viewer, ids, page):
    assert client_for(viewer).get(page.format(**ids)).status_code == 403
    assert client_for(viewer).get("/").status_code == 200


@pytest.mark.parametrize("page", ["/", "/customers/", "/sites/", "/people/"])
def test_queries_do_not_grow_with_rows(client_for, owner, agency, owner_actor, site, page):
    client = client_for(owner)
    client.get(page)  # the host is remembered from now on

    few = _count_queries(client, page)
    with agency_scope(agency):
        for name in ("Bianchi", "Verdi"):
            other = create_customer(actor=owner_actor, name=name, email=f"{name}@x.test")
            _make_site(other, name=name)
    many = _count_queries(client, page)

    assert few == many
    assert many <= 11


def _make_site(customer: Customer, *, name: str) -> None:
    host = f"{name.lower()}--acme.sites.localhost"
    Site.objects.create(
        customer=customer,
        name=name,
        title=name,
        admin_email="a@b.test",
        language="it_IT",
        label=f"{name.lower()}--acme",
        preview_host=host,
        engine="fake",
        state="ACTIVE",
    )


def _count_queries(client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SET "))])


def test_colleagues_are_counted_without_oneself(client_for, owner, customer, request):
    client = client_for(owner)
    assert "nobody else yet" in client.get("/").content.decode()

    request.getfixturevalue("colleague")

    assert "and 1 colleague" in client.get("/").content.decode()


def test_the_overview_warns_of_limits_and_of_the_end_of_the_trial(client_for, owner, agency, ids):
    browser = client_for(owner)
    assert 'hx-get="/settings/plan/warnings/"' in browser.get("/").content.decode()
    assert "alert" not in browser.get("/settings/plan/warnings/").content.decode()
    Agency.objects.filter(pk=agency.pk).update(limit_overrides={"customers": 1})
    end = timezone.now() + timedelta(days=3)
    Subscription.objects.update(
        status=SubscriptionStatus.TRIAL,
        period_start=end - timedelta(days=30),
        period_end=end,
    )

    page = browser.get("/settings/plan/warnings/").content.decode()

    assert "Almost at the limits of the plan" in page
    assert "Customers: 1 / 1" in page
    assert "days of trial left" in page


def test_nobody_is_sent_to_invite_people_before_there_is_a_customer(
    client_for, owner, agency
) -> None:
    first = client_for(owner).get("/")

    with agency_scope(agency):
        Customer.objects.create(name="Bar", email="bar@bar.test")
    then = client_for(owner).get("/")

    assert [step.can_start for step in first.context["steps"]] == [True, False, False]
    assert first.content.decode().count('aria-label="Invite its people"') == 0
    assert [step.can_start for step in then.context["steps"]] == [False, True, True]
