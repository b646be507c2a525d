"""No address without a case, no case without an address."""

from __future__ import annotations

from portals.tests.isolation.cases import AGENCY_PAGES, API, CUSTOMER_PAGES
from portals.tests.isolation.walk import list_endpoints, list_pages

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def test_every_page_of_the_agency_has_a_case() -> None:
    assert set(list_pages("agency")) == set(AGENCY_PAGES)


def test_every_page_of_the_customer_has_a_case() -> None:
    assert set(list_pages("customer")) == set(CUSTOMER_PAGES)


def test_every_endpoint_and_method_has_a_case() -> None:
    found = {
        name: {method for method in METHODS if hasattr(route.view.cls, method.lower())}
        for name, route in list_endpoints().items()
    }

    assert found == {name: set(case.needs) for name, case in API.items()}


def test_every_argument_is_filled() -> None:
    for portal, cases in (("agency", AGENCY_PAGES), ("customer", CUSTOMER_PAGES)):
        for name, route in list_pages(portal).items():
            assert set(route.arguments) == set(cases[name].ids), name
    for name, route in list_endpoints().items():
        assert set(route.arguments) == set(API[name].ids), name
