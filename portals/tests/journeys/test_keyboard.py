"""Signing in and adding a customer without a mouse; the focus is always visible."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Page, expect

from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD

HOST = "dolomiti.agency"
STEPS = 60

_FOCUS_IS_VISIBLE = """() => {
    const element = document.activeElement;  // a field with a button in it shows it as a whole
    return [element, element.parentElement].map(one => getComputedStyle(one)).some(
        style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
}"""
_FOCUSED = """() => {
    const element = document.activeElement;
    return element.name || element.getAttribute('href') || element.textContent.trim();
}"""


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the wanted field, link or button has the focus."""
    page.wait_for_load_state()  # an address is there before its page can take a key
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        assert page.evaluate(_FOCUS_IS_VISIBLE), page.evaluate(_FOCUSED)
        if re.fullmatch(wanted, page.evaluate(_FOCUSED)):
            return
    raise AssertionError(f"Tab never reached {wanted}")


def test_signing_in_and_adding_a_customer(visit: Visit) -> None:
    name = f"Gasthof {secrets.token_hex(3)}"
    with visit() as hannah:
        page = hannah.open(HOST, "/accounts/login/")
        _tab_to(page, "login")
        page.keyboard.type("hannah@dolomiti.example")
        _tab_to(page, "password")
        page.keyboard.type(DEMO_PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(hannah.product.url(HOST))

        _tab_to(page, "/customers/")
        page.keyboard.press("Enter")
        expect(page).to_have_url(hannah.product.url(HOST, "/customers/"))
        _tab_to(page, "/customers/new/")
        page.keyboard.press("Enter")
        expect(page).to_have_url(hannah.product.url(HOST, "/customers/new/"))
        _tab_to(page, "name")
        page.keyboard.type(name)
        _tab_to(page, "email")
        page.keyboard.type("info@gasthof.example")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_first_tab_skips_to_the_content(visit: Visit) -> None:
    with visit() as hannah:
        page = hannah.sign_in(HOST, email="hannah@dolomiti.example", password=DEMO_PASSWORD)

        page.keyboard.press("Tab")

        expect(page.locator("a.skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#content$"))


def test_an_invalid_form_moves_the_focus_to_what_is_wrong(visit: Visit) -> None:
    with visit() as hannah:
        page = hannah.sign_in(HOST, email="hannah@dolomiti.example", password=DEMO_PASSWORD)
        hannah.open(HOST, "/customers/new/")
        hannah.fill(name="Gasthof", email="info@gasthof.example", vat_number="123")
        page.locator("main [name=vat_number]").press("Enter")

        expect(page.locator("main [name=vat_number]")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("main [name=vat_number]")).to_have_value("123")
        hannah.forgive("422")
