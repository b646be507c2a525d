"""``websites`` and ``operations`` through the API."""

from __future__ import annotations

import pytest

from hosting.drivers.choice import find_engine
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation, OperationStep
from portals.realtime.topics import read_ticket
from spotex.kernel.tenancy import agency_scope

UNKNOWN = "cus_" + "0" * 26


@pytest.fixture(autouse=True)
def engine():
    engine = find_engine("fake")
    engine.reset()
    return engine


@pytest.fixture
def body(customer) -> dict:
    return {
        "customer": customer.public_id,
        "name": "Vetrina",
        "title": "Da Gino",
        "admin_email": "gino@trattoria.test",
    }


@pytest.fixture
def site(owner_calls, body) -> dict:
    made = owner_calls("POST", "websites", body, status=201)["data"]
    run_operation(made["operation"])
    return owner_calls("GET", f"websites/{made['id']}", status=200)["data"]


def test_website_is_deployed_and_followed(owner_calls, body) -> None:
    made = owner_calls("POST", "websites", body, status=201)["data"]

    assert (made["state"], made["error"], made["language"]) == ("DEPLOYING", None, "it_IT")
    assert made["url"] == f"http://{made['preview_host']}:8000/"
    operation = owner_calls("GET", f"operations/{made['operation']}", status=200)["data"]
    assert (operation["kind"], operation["state"]) == ("site.deploy", "PENDING")
    assert {step["state"] for step in operation["steps"]} == {"PENDING"}
    assert [step["name"] for step in operation["steps"]][:2] == ["prepare", "files"]

    run_operation(made["operation"])

    assert owner_calls("GET", f"websites/{made['id']}")["data"]["state"] == "ACTIVE"
    done = owner_calls("GET", f"operations/{made['operation']}")["data"]
    assert (done["state"], done["progress"]) == ("DONE", 100)
    assert all(step["seconds"] is not None for step in done["steps"])


def test_failure_is_explained_and_retried(owner_calls, body, engine) -> None:
    from hosting.drivers.base import DiskFull

    engine.fail("install", DiskFull(free_mb=3, needed_mb=200))
    made = owner_calls("POST", "websites", body, status=201)["data"]
    run_operation(made["operation"])

    failed = owner_calls("GET", f"websites/{made['id']}", status=200)["data"]

    assert failed["state"] == "ERROR"
    assert (failed["error"]["code"], failed["error"]["step"]) == ("disk_full", "install")
    assert failed["error"]["retry_safe"] is True
    again = owner_calls("POST", f"websites/{made['id']}/deploy", status=200)["data"]
    assert again["operation"] == made["operation"]
    run_operation(again["operation"])
    assert owner_calls("GET", f"websites/{made['id']}")["data"]["state"] == "ACTIVE"


def test_deploy_false_waits_for_the_call(owner_calls, body) -> None:
    made = owner_calls("POST", "websites", {**body, "deploy": False}, status=201)["data"]

    assert made["operation"] is None
    deployed = owner_calls("POST", f"websites/{made['id']}/deploy", status=200)["data"]
    assert deployed["operation"].startswith("op_")


def test_deploy_twice_with_one_key_is_one_operation(owner_calls, body) -> None:
    made = owner_calls("POST", "websites", {**body, "deploy": False}, status=201)["data"]
    path = f"websites/{made['id']}/deploy"

    first = owner_calls("POST", path, status=200, idempotency_key="k1")
    second = owner_calls("POST", path, status=200, idempotency_key="k1")

    assert owner_calls.response["Idempotent-Replayed"] == "true"
    assert first["data"] == second["data"]
    assert Operation.objects.filter(subject=made["id"]).count() == 1


def test_life_of_a_website(owner_calls, site) -> None:
    path = f"websites/{site['id']}"

    def act(method: str, path: str, state: str) -> None:
        answer = owner_calls(method, path, status=200)["data"]
        run_operation(answer["operation"])
        assert owner_calls("GET", f"websites/{site['id']}")["data"]["state"] == state

    assert owner_calls("POST", f"{path}/resume", status=409)["code"] == "illegal_move"
    act("POST", f"{path}/suspend", "SUSPENDED")
    assert owner_calls("POST", f"{path}/login-link", status=409)["code"] == "illegal_move"
    act("POST", f"{path}/resume", "ACTIVE")
    act("POST", f"{path}/restart", "ACTIVE")
    link = owner_calls("POST", f"{path}/login-link", status=200)["data"]
    assert set(link) == {"url", "expires_at"}
    assert owner_calls("PATCH", path, {"name": "Nuovo"}, status=200)["data"]["name"] == "Nuovo"
    deleted = owner_calls("DELETE", path, status=200)["data"]
    assert deleted["state"] == "DELETING"
    run_operation(deleted["operation"])
    owner_calls("GET", path, status=404)
    owner_calls("GET", f"operations/{deleted['operation']}", status=200)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"customer": None}, 400, "customer"),
        ({"customer": "1"}, 400, "customer"),
        ({"customer": UNKNOWN}, 422, "customer"),
        ({"name": ""}, 400, "name"),
        ({"name": "x" * 61}, 400, "name"),
        ({"title": "x" * 121}, 400, "title"),
        ({"admin_email": "x"}, 400, "admin_email"),
        ({"language": "xx"}, 400, "language"),
        ({"php_version": "9"}, 422, "php_version"),
        ({"host_name": "not a host"}, 422, "host_name"),
        ({"host_name": "x.localhost"}, 422, "host_name"),
        ({"deploy": "yes"}, 400, "deploy"),
        ({"deploy": 1}, 400, "deploy"),
        ({"state": "ACTIVE"}, 400, "state"),
    ],
)
def test_wrong_website_is_refused(owner_calls, body, change, status, field) -> None:
    answer = owner_calls("POST", "websites", {**body, **change}, status=status)

    assert list(answer["errors"]) == [field]


def test_host_name_is_given_once(owner_calls, other_calls, body) -> None:
    owner_calls("POST", "websites", {**body, "host_name": "www.gino.test"}, status=201)

    answer = owner_calls("POST", "websites", {**body, "host_name": "WWW.gino.test"}, status=422)

    assert answer["code"] == "host_name_taken"


def test_plan_limits_websites(owner_calls, body, agency) -> None:
    agency.plan.sites = 0
    agency.plan.save()

    assert owner_calls("POST", "websites", body, status=422)["code"] == "limit_reached"


def test_lists_are_filtered(owner_calls, site, customer) -> None:
    def ids(query: str) -> list[str]:
        return [row["id"] for row in owner_calls("GET", query, status=200)["data"]]

    assert ids("websites?search=vetr") == [site["id"]]
    assert ids(f"websites?customer={customer.public_id}&state=ACTIVE") == [site["id"]]
    assert ids(f"websites?customer={UNKNOWN}") == ids("websites?state=ERROR") == []
    assert ids(f"operations?website={site['id']}&state=DONE") == [site["operation"]]
    assert ids("operations?state=FAILED") == []


def test_others_see_nothing(other_calls, site, body) -> None:
    path = f"websites/{site['id']}"

    assert other_calls("GET", "websites", status=200)["data"] == []
    assert other_calls("GET", "operations", status=200)["data"] == []
    for method, where in [
        ("GET", path),
        ("DELETE", path),
        ("POST", f"{path}/deploy"),
        ("POST", f"{path}/suspend"),
        ("POST", f"{path}/resume"),
        ("POST", f"{path}/restart"),
        ("POST", f"{path}/login-link"),
        ("GET", f"operations/{site['operation']}"),
        ("GET", f"operations/{site['operation']}/events"),
    ]:
        other_calls(method, where, status=404)
    other_calls("PATCH", path, {"name": "x"}, status=404)
    assert other_calls("POST", "websites", body, status=422)["code"] == "customer_unknown"


def test_contact_operates_but_does_not_delete(contact_calls, site, body) -> None:
    path = f"websites/{site['id']}"

    contact_calls("GET", path, status=200)
    contact_calls("GET", f"operations/{site['operation']}", status=200)
    contact_calls("POST", f"{path}/login-link", status=200)
    contact_calls("DELETE", path, status=403)
    contact_calls("POST", "websites", body, status=403)


def test_contact_does_not_see_another_customers_site(
    contact_calls, owner_calls, body, other_customer
):
    other = owner_calls(
        "POST", "websites", {**body, "customer": other_customer.public_id}, status=201
    )["data"]

    assert contact_calls("GET", "websites", status=200)["data"] == []
    contact_calls("GET", f"websites/{other['id']}", status=404)
    contact_calls("GET", f"operations/{other['operation']}", status=404)


def test_viewer_only_looks(viewer_calls, site, body) -> None:
    path = f"websites/{site['id']}"

    viewer_calls("GET", path, status=200)
    viewer_calls("POST", "websites", body, status=403)
    viewer_calls("POST", f"{path}/suspend", status=403)
    viewer_calls("POST", f"{path}/login-link", status=403)
    viewer_calls("PATCH", path, {"name": "x"}, status=403)


def test_stream_is_handed_over_with_a_ticket(owner_calls, site) -> None:
    owner_calls("GET", f"operations/{site['operation']}/events", status=204)

    ticket = owner_calls.response["X-Live-Ticket"]
    assert read_ticket(ticket).topics == [f"operation:{site['operation']}"]


@pytest.mark.parametrize("path", ["websites", "operations"])
def test_lists_cost_the_same_for_any_number_of_rows(
    owner_calls, body, agency, path, django_assert_max_num_queries
) -> None:
    for number in range(3):
        owner_calls("POST", "websites", {**body, "name": f"Sito {number}"}, status=201)
    owner_calls("GET", path)

    with django_assert_max_num_queries(5):
        assert len(owner_calls("GET", path, status=200)["data"]) == 3
    with agency_scope(agency):
        assert Site.objects.count() == 3


def test_contact_learns_that_it_failed_but_not_the_inside(
    owner_calls, contact_calls, body, engine
) -> None:
    from hosting.drivers.base import DiskFull

    engine.fail("install", DiskFull(free_mb=3, needed_mb=200))
    made = owner_calls("POST", "websites", body, status=201)["data"]
    run_operation(made["operation"])
    OperationStep.objects.filter(operation__public_id=made["operation"]).update(log="/srv/inside")
    where = (f"operations/{made['operation']}", "operations", f"websites/{made['id']}", "websites")

    for path in where:
        contact_calls("GET", path, status=200)
        seen = contact_calls.response.content.decode()
        assert not [word for word in ("/srv/inside", "200", "disk") if word in seen], path
    shown = contact_calls("GET", where[0])["data"]
    assert (shown["state"], shown["error"]["who"], shown["error"]["code"]) == (
        "FAILED",
        "agency",
        "internal",
    )
    own = owner_calls("GET", where[0])["data"]
    assert own["error"]["code"] == "disk_full"
    assert {step["log"] for step in own["steps"]} == {"/srv/inside"}


def test_deployment_is_cancelled(owner_calls, body) -> None:
    made = owner_calls("POST", "websites", body, status=201)["data"]
    path = f"operations/{made['operation']}/cancel"

    assert owner_calls("POST", path, status=200)["data"]["state"] == "PENDING"
    run_operation(made["operation"])

    assert owner_calls("GET", f"operations/{made['operation']}")["data"]["state"] == "CANCELLED"
    assert owner_calls("POST", path, status=422)["code"] == "operation_not_cancellable"
    again = owner_calls("POST", f"websites/{made['id']}/deploy", status=200)["data"]
    run_operation(again["operation"])
    assert owner_calls("GET", f"websites/{made['id']}")["data"]["state"] == "ACTIVE"


def test_only_deployments_are_cancelled_by_those_who_deploy(
    owner_calls, viewer_calls, contact_calls, other_calls, site, body
) -> None:
    restart = owner_calls("POST", f"websites/{site['id']}/restart", status=200)["data"]
    waiting = owner_calls("POST", "websites", body, status=201)["data"]["operation"]

    owner_calls("POST", f"operations/{restart['operation']}/cancel", status=422)
    viewer_calls("POST", f"operations/{waiting}/cancel", status=403)
    contact_calls("POST", f"operations/{waiting}/cancel", status=403)
    other_calls("POST", f"operations/{waiting}/cancel", status=404)


def test_rename_with_an_old_version_is_a_conflict(owner_calls, site) -> None:
    path = f"websites/{site['id']}"
    owner_calls("GET", path, status=200)
    etag = owner_calls.response["ETag"]

    owner_calls("PATCH", path, {"name": "Uno"}, status=200, if_match=etag)
    assert owner_calls.response["ETag"] != etag
    stale = owner_calls("PATCH", path, {"name": "Due"}, status=409, if_match=etag)
    owner_calls("PATCH", path, {"name": "Tre"}, status=400, if_match="three")

    assert stale["code"] == "stale"
    assert owner_calls("GET", path)["data"]["name"] == "Uno"
