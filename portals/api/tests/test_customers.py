"""``customers`` through the API."""

from __future__ import annotations

import pytest

from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer

BODY = {"name": "Hotel Aurora", "email": "info@aurora.test"}


def test_customer_is_created_and_shown(owner_calls) -> None:
    made = owner_calls("POST", "customers", BODY, status=201)

    assert made["success"] is True
    assert made["data"]["id"].startswith("cus_")
    assert made["data"]["state"] == "ACTIVE"
    assert made["timestamp"].endswith("Z")
    shown = owner_calls("GET", f"customers/{made['data']['id']}", status=200)
    assert shown["data"] == made["data"]


def test_list_is_paged_searched_and_filtered(owner_calls, agency) -> None:
    for number in range(3):
        owner_calls("POST", "customers", {**BODY, "name": f"Bar {number}"}, status=201)

    page = owner_calls("GET", "customers?limit=2&page=2&search=Bar&ordering=-name", status=200)

    assert [row["name"] for row in page["data"]] == ["Bar 0"]
    assert page["pagination"] == {"page": 2, "limit": 2, "total": 3, "totalPages": 2}
    assert owner_calls("GET", "customers?state=ARCHIVED", status=200)["data"] == []


def test_customer_is_changed_replaced_archived_and_restored(owner_calls, customer) -> None:
    path = f"customers/{customer.public_id}"

    changed = owner_calls("PATCH", path, {"notes": "VIP", "language": "en"}, status=200)
    assert (changed["data"]["notes"], changed["data"]["name"]) == ("VIP", customer.name)
    replaced = owner_calls("PUT", path, BODY, status=200)
    assert (replaced["data"]["notes"], replaced["data"]["name"]) == ("", BODY["name"])
    assert owner_calls("DELETE", path, status=200)["data"]["state"] == "ARCHIVED"
    assert owner_calls("DELETE", path, status=409)["code"] == "illegal_move"
    assert owner_calls("POST", f"{path}/restore", status=200)["data"]["state"] == "ACTIVE"


def test_stale_change_is_refused(owner_calls, customer) -> None:
    path = f"customers/{customer.public_id}"
    owner_calls("GET", path)
    etag = owner_calls.response["ETag"]

    owner_calls("PATCH", path, {"name": "Uno"}, status=200, if_match=etag)
    answer = owner_calls("PATCH", path, {"name": "Due"}, status=409, if_match=etag)

    assert answer["code"] == "stale"
    assert (
        "If-Match" in owner_calls("PATCH", path, {"name": "x"}, status=400, if_match="7")["errors"]
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({**BODY, "name": ""}, "name"),
        ({**BODY, "name": " "}, "name"),
        ({**BODY, "name": "x" * 121}, "name"),
        ({**BODY, "name": 7}, "name"),
        ({**BODY, "name": None}, "name"),
        ({**BODY, "name": ["x"]}, "name"),
        ({**BODY, "name": "a\x00b"}, "name"),
        ({**BODY, "email": "nobody"}, "email"),
        ({**BODY, "email": True}, "email"),
        ({**BODY, "email": "a" * 250 + "@b.it"}, "email"),
        ({**BODY, "language": "de"}, "language"),
        ({**BODY, "language": {}}, "language"),
        ({**BODY, "notes": "x" * 10_001}, "notes"),
        ({**BODY, "colour": "red"}, "colour"),
        ({**BODY, "state": "ARCHIVED"}, "state"),
    ],
)
def test_wrong_shape_is_refused_with_the_field(owner_calls, body, field) -> None:
    answer = owner_calls("POST", "customers", body, status=400)

    assert answer["code"] == "invalid_input"
    assert field in answer["errors"]
    assert answer["data"] is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"vat_number": "12345678901"}, "vat_number_invalid"),
        ({"sdi_code": "ABC"}, "sdi_code_invalid"),
    ],
)
def test_broken_rule_is_refused_with_its_name(owner_calls, change, code) -> None:
    answer = owner_calls("POST", "customers", {**BODY, **change}, status=422)

    assert answer["code"] == code
    assert list(answer["errors"]) == list(change)


def test_vat_number_is_taken_once(owner_calls) -> None:
    owner_calls("POST", "customers", {**BODY, "vat_number": "12345678903"}, status=201)

    answer = owner_calls("POST", "customers", {**BODY, "vat_number": "IT 12345678903"}, status=422)

    assert answer["code"] == "vat_number_taken"


def test_plan_limits_customers(owner_calls, agency) -> None:
    agency.plan.customers = 0
    agency.plan.save()

    assert owner_calls("POST", "customers", BODY, status=422)["code"] == "limit_reached"


def test_other_agency_sees_nothing(other_calls, customer) -> None:
    path = f"customers/{customer.public_id}"

    assert other_calls("GET", "customers", status=200)["data"] == []
    assert other_calls("GET", path, status=404)["code"] == "not_found"
    assert other_calls("PATCH", path, {"name": "x"}, status=404)["code"] == "not_found"
    assert other_calls("DELETE", path, status=404)["code"] == "not_found"


def test_viewer_looks_but_does_not_touch(viewer_calls, customer) -> None:
    path = f"customers/{customer.public_id}"

    viewer_calls("GET", path, status=200)
    assert viewer_calls("POST", "customers", BODY, status=403)["code"] == "not_allowed"
    assert viewer_calls("PATCH", path, {"name": "x"}, status=403)["code"] == "not_allowed"
    assert viewer_calls("DELETE", path, status=403)["code"] == "not_allowed"


def test_contact_sees_the_own_customer_without_notes(
    contact_calls, agency, customer, other_customer
) -> None:
    with agency_scope(agency):
        Customer.objects.filter(pk=customer.pk).update(notes="pays late")

    rows = contact_calls("GET", "customers", status=200)["data"]

    assert [(row["id"], row["notes"]) for row in rows] == [(customer.public_id, None)]
    contact_calls("GET", f"customers/{other_customer.public_id}", status=404)
    contact_calls("PATCH", f"customers/{customer.public_id}", {"name": "x"}, status=403)


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=1.5",
        "page=99999999999999999999",
        "limit=101",
        "limit=-1",
        "ordering=notes",
        "state=GONE",
        "search=%00",
        "search=" + "x" * 101,
        "colour=red",
        "page=1&page=2",
    ],
)
def test_wrong_parameters_are_refused(owner_calls, query) -> None:
    answer = owner_calls("GET", f"customers?{query}", status=400)

    assert query.partition("=")[0] in answer["errors"]


def test_a_page_beyond_the_end_is_empty(owner_calls, customer) -> None:
    answer = owner_calls("GET", "customers?page=9", status=200)

    assert (answer["data"], answer["pagination"]["total"]) == ([], 1)


def test_list_costs_the_same_for_any_number_of_rows(
    owner_calls, customer, agency, django_assert_num_queries
) -> None:
    owner_calls("GET", "customers")
    with django_assert_num_queries(4):
        owner_calls("GET", "customers", status=200)
    with agency_scope(agency):
        for number in range(2):
            Customer.objects.create(name=f"C{number}", email="c@c.test")

    with django_assert_num_queries(4):
        assert len(owner_calls("GET", "customers", status=200)["data"]) == 3


@pytest.mark.parametrize("path", ["customers/1", "customers/site_" + "0" * 26, "customers/", "x"])
def test_unknown_paths_answer_in_the_envelope(owner_calls, path) -> None:
    assert owner_calls("GET", path, status=404)["code"] == "not_found"
