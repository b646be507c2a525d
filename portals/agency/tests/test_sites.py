"""Sites in the agency portal: from the form to a site that answers, and to its end."""

from __future__ import annotations

import pytest

from hosting.drivers.base import DiskFull
from hosting.drivers.choice import find_engine
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation
from spotex.kernel.tenancy import agency_scope
from tenants.customers.services.customers import create_customer
from tenants.models import Plan


@pytest.fixture(autouse=True)
def engine():
    engine = find_engine("fake")
    engine.reset()
    return engine


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


@pytest.fixture
def form(customer) -> dict[str, str]:
    return {
        "customer": customer.public_id,
        "name": "Trattoria",
        "title": "Trattoria da Gino",
        "admin_email": "gino@trattoria.test",
        "language": "it_IT",
        "host_name": "",
    }


def read_site(agency) -> Site:
    with agency_scope(agency):
        return Site.objects.select_related("customer").get()


def run_open_operations() -> None:
    for operation in Operation.objects.filter(state__in=["PENDING", "RUNNING"]):
        run_operation(operation.public_id)


@pytest.fixture
def page(client, agency, form) -> str:
    response = client.post("/sites/new/", form)
    assert response.status_code == 302
    run_open_operations()
    return response["Location"]


def test_deployed_site_offers_its_moves(client, agency, page):
    text = client.get(page).content.decode()

    assert read_site(agency).state == "ACTIVE"
    for action in ("login", "restart", "suspend", "delete"):
        assert f"{page}{action}/" in text
    assert f"{page}deploy/" not in text


def test_site_shows_steps_while_it_is_set_up(client, form):
    page = client.post("/sites/new/", form)["Location"]

    text = client.get(page).content.decode()

    assert "Install WordPress" in text
    assert f'sse-connect="/live{page.rstrip("/")}"' in text
    assert f"{page}delete/" not in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"customer": ""}, "customer"),
        ({"customer": "cus_00000000000000000000000000"}, "customer"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"admin_email": "gino"}, "admin_email"),
        ({"language": "de_DE"}, "language"),
        ({"host_name": "not a host"}, "host_name"),
        ({"host_name": "www.localhost"}, "host_name"),
        ({"host_name": "x" * 254}, "host_name"),
    ],
)
def test_add_site_refuses_bad_input(client, agency, form, change, field):
    response = client.post("/sites/new/", form | change)

    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    with agency_scope(agency):
        assert not Site.objects.exists()


def test_add_site_names_the_limit_of_the_plan(client, agency, form, page):
    Plan.objects.filter(pk=agency.plan_id).update(sites=1)

    response = client.post("/sites/new/", form | {"name": "Second"})

    assert response.status_code == 422
    assert "Standard plan includes 1" in response.content.decode()


def test_own_domain_is_given_once(client, form):
    client.post("/sites/new/", form | {"host_name": "www.gino.test"})

    response = client.post("/sites/new/", form | {"name": "B", "host_name": "www.gino.test"})

    assert response.status_code == 422
    assert "already leads to another site" in response.content.decode()


def test_failure_says_why_and_is_tried_again(client, agency, form, engine):
    engine.fail("install", DiskFull(free_mb=3, needed_mb=200))
    page = client.post("/sites/new/", form)["Location"]
    run_open_operations()

    text = client.get(page).content.decode()
    client.post(f"{page}deploy/")
    run_open_operations()

    assert "disk is full" in text
    assert f"{page}deploy/" in text
    assert read_site(agency).state == "ACTIVE"


def test_suspending_asks_first(client, agency, page):
    text = client.get(f"{page}suspend/").content.decode()

    assert f'href="{page}suspend/"' in client.get(page).content.decode()
    assert f'action="{page}suspend/"' in text
    assert "Nothing is deleted" in text
    assert read_site(agency).state == "ACTIVE"


def test_suspend_and_resume(client, agency, page):
    client.post(f"{page}suspend/")
    run_open_operations()
    assert read_site(agency).state == "SUSPENDED"
    assert f"{page}resume/" in client.get(page).content.decode()

    client.post(f"{page}resume/")
    run_open_operations()
    assert read_site(agency).state == "ACTIVE"


def test_impossible_move_says_so(client, page):
    response = client.post(f"{page}resume/", follow=True)

    assert "is not possible while" in response.content.decode()


def test_login_opens_a_page_that_leads_on(client, page):
    response = client.post(f"{page}login/")

    assert response.status_code == 200
    assert 'http-equiv="refresh"' in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_delete_asks_for_the_name(client, agency, page):
    refused = client.post(f"{page}delete/", {"name": "trattoria"})
    assert refused.status_code == 422
    assert read_site(agency).state == "ACTIVE"

    client.post(f"{page}delete/", {"name": "Trattoria"})
    run_open_operations()

    assert read_site(agency).state == "DELETED"
    assert client.get(page).status_code == 404
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "action",
    ["deploy", "suspend", "resume", "restart", "login", "delete"],
)
def test_moves_are_closed_to_viewers_and_other_agencies(
    client_for,
    viewer,
    other_owner,
    other_agency,
    page,
    action,
):
    assert client_for(viewer).post(f"{page}{action}/").status_code == 403
    stranger = client_for(other_owner, agency=other_agency)
    assert stranger.post(f"{page}{action}/").status_code == 404


def test_streams_need_access(client_for, client, other_owner, other_agency, agency, page):
    operation = read_site(agency).operation
    stranger = client_for(other_owner, agency=other_agency)

    for path in (f"/live{page.rstrip('/')}", f"/live/operations/{operation}"):
        assert client.get(path)["X-Live-Ticket"]
        assert stranger.get(path).status_code == 404
    assert client.get("/live/sites")["X-Live-Ticket"]
    assert client_for().get("/live/sites").status_code == 302


def test_setup_is_cancelled_after_a_question(client, agency, form):
    page = client.post("/sites/new/", form)["Location"]
    assert f"{page}cancel/" in client.get(page).content.decode()

    assert "Cancel the setup of Trattoria?" in client.get(f"{page}cancel/").content.decode()
    assert Operation.objects.filter(cancel_requested=True).count() == 0
    assert client.post(f"{page}cancel/")["Location"] == page

    waiting = client.get(page).content.decode()
    assert "It is being cancelled" in waiting
    assert f"{page}cancel/" not in waiting
    run_open_operations()
    assert Operation.objects.get().state == "CANCELLED"
    assert f"{page}deploy/" in client.get(page).content.decode()


def test_nothing_to_cancel_once_the_site_is_up(client, page):
    assert f"{page}cancel/" not in client.get(page).content.decode()

    response = client.post(f"{page}cancel/", follow=True)

    assert "There is no deployment to cancel." in response.content.decode()


def test_a_viewer_is_not_offered_to_cancel(client, client_for, viewer, form):
    page = client.post("/sites/new/", form)["Location"]

    assert f"{page}cancel/" not in client_for(viewer).get(page).content.decode()
    assert client_for(viewer).post(f"{page}cancel/").status_code == 403


def test_the_only_customer_is_chosen_already(client, agency, owner_actor, customer):
    chosen = f'<option value="{customer.public_id}" selected>'
    assert chosen in client.get("/sites/new/").content.decode()

    with agency_scope(agency):
        create_customer(actor=owner_actor, name="Bianchi", email="info@bianchi.test")

    assert chosen not in client.get("/sites/new/").content.decode()
