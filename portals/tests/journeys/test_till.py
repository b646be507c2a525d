"""At the till: the bank refuses, asks, takes its time, pays; and the money comes back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from portals.tests.journeys.axe import list_violations
from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD
from portals.tests.journeys.visitor import Visitor

HOST = "dolomiti.customers"
SPACE = "Stube"
GRETA = "greta@hoteledelweiss.example"
PHONE = {"width": 390, "height": 844}
_ABORTED = "error: htmx:"  # htmx complains of a refresh that a click made needless


def _go_to_till(visitor: Visitor) -> Page:
    """Book an hour of the week after next, where nothing depends on the present hour."""
    visitor.sign_in(HOST, email=GRETA, password=DEMO_PASSWORD)
    page = visitor.open(HOST, "/spaces/")
    page.locator("main a.list-row", has_text=SPACE).click()
    for _week in range(2):
        page.locator(".days > a").last.click()
        page.wait_for_load_state("networkidle")
    page.locator("a.day:not(.day-full)").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("button.slot-free").first.click()
    page.locator(".held a.button-primary").first.click()
    page.locator("main form button.button-primary").first.click()
    expect(page).to_have_url(re.compile("/pay/"))
    return page


def _choose(page: Page, outcome: str) -> None:
    page.locator(f"button[name=outcome][value={outcome}]").click()


def test_a_customer_pays_after_all_that_a_bank_can_do_and_gets_it_back(visit: Visit) -> None:
    found: list[str] = []
    with visit(viewport=PHONE, color_scheme="dark") as greta:
        page = _go_to_till(greta)
        alert = page.locator("#payment .alert")
        found += list_violations(page)

        _choose(page, "decline")
        expect(alert).to_contain_text("Your bank said no")
        found += list_violations(page)
        _choose(page, "require_action")
        expect(alert).to_contain_text("asks for your approval")
        found += list_violations(page)
        _choose(page, "decline")
        expect(alert).to_contain_text("Your bank said no")
        _choose(page, "delay")
        expect(alert).to_contain_text("still at it")
        found += list_violations(page)
        expect(alert).to_contain_text("Thank you.")  # by itself: nobody reloads the page
        found += list_violations(page)

        page.locator("#payment a.button-primary").click()
        expect(page).to_have_url(re.compile("/reservations/"))
        expect(page.locator("main")).to_contain_text("Paid")
        page.locator("a.button-danger-ghost").click()
        expect(page.locator("main")).to_contain_text("€30.00 come back to you")
        page.locator("main form button.button-danger").click()
        expect(page.locator("main")).to_contain_text("Cancelled")
        greta.forgive(_ABORTED)
    assert found == []


def test_the_till_works_without_scripts(visit: Visit) -> None:
    with visit(java_script_enabled=False) as greta:
        page = _go_to_till(greta)

        _choose(page, "require_action")
        _choose(page, "approve")

        expect(page.locator("#payment")).to_contain_text("Thank you.")
        page.locator("#payment a.button-primary").click()
        page.locator("a.button-danger-ghost").click()
        page.locator("main form button.button-danger").click()
        expect(page.locator("main")).to_contain_text("Cancelled")
