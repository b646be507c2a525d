"""axe finds nothing: every page, light and dark, phone and desk, both languages, any brand.

The combinations are chosen so that every pair of values meets. Each third of the portals' pages is
examined in two of them, which differ in theme, width and language; the customer's, made of the same
parts, in one.
``SPOTEX_THOROUGH=1`` tries the whole product of them on every page.
"""

from __future__ import annotations

import os
from itertools import product as combine
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from portals.tests.journeys.axe import list_violations
from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.crawl import choose_pages, every_page, list_pages, third_of_the_pages
from portals.tests.journeys.product import DEMO_PASSWORD
from portals.tests.journeys.visitor import Visitor

RED, YELLOW, BLACK = "#e11d2a", "#ffe600", "#000000"
OWNER, OWNER_HOST = "andrea@officina.example", "officina.agency"
CONTACT, CONTACT_HOST = "piero@panificioferrero.example", "officina.customers"


Known = dict[str, list[str]]
"""The pages of each host; links do not depend on how a page is looked at."""


class Look(NamedTuple):
    """How a page is looked at."""

    color: str
    theme: str
    width: int
    language: str


EVERY_PAIR = [
    Look(RED, "light", 390, "it"),
    Look(RED, "dark", 1366, "en"),
    Look(YELLOW, "light", 1366, "it"),
    Look(YELLOW, "dark", 390, "en"),
    Look(BLACK, "light", 390, "en"),
    Look(BLACK, "dark", 1366, "it"),
]
EVERYTHING = [
    Look(*values)
    for values in combine((RED, YELLOW, BLACK), ("light", "dark"), (390, 1366), ("it", "en"))
]
THOROUGH = "SPOTEX_THOROUGH" in os.environ
LOOKS = EVERYTHING if THOROUGH else EVERY_PAIR
THIRDS = {look: number // 2 for number, look in enumerate(EVERY_PAIR)}
PLAIN_LOOKS = [look for look in LOOKS if look.color != BLACK]
ENTRANCES = (
    ("officina.agency", "/accounts/login/"),
    ("officina.customers", "/accounts/login/"),
    ("officina.customers", "/accounts/password/reset/"),
    ("officina.customers", "/accounts/password/reset/done/"),
    ("officina.customers", "/accounts/password/reset/key/1-x/"),
    ("officina.customers", "/accounts/signup/"),
    ("officina.customers", "/accounts/confirm-email/"),
    ("officina.customers", "/accounts/confirm-email/x/"),
    ("officina.customers", "/accounts/inactive/"),
    ("officina.customers", "/invitations/unknown/"),
    ("officina.customers", "/nowhere/"),
    ("nobody.agency", "/"),
    ("agency", "/"),
    ("customers", "/"),
    ("nobody.sites", "/"),
    ("admin", "/accounts/login/"),
)


@pytest.fixture(scope="module")
def known() -> Known:
    """Remembers what was found, for all looks."""
    return {}


def _options(look: Look) -> dict[str, object]:
    return {
        "color_scheme": look.theme,
        "viewport": {"width": look.width, "height": 900},
        "reduced_motion": "reduce",
        "extra_http_headers": {"Accept-Language": look.language},
    }


def _choose_language(visitor: Visitor, look: Look) -> None:
    button = visitor.page.locator(f"button[name=language][value={look.language}]").first
    button.evaluate("button => button.form.requestSubmit(button)")
    expect(visitor.page.locator("html")).to_have_attribute("lang", look.language)


def _choose_color(visitor: Visitor, look: Look) -> None:
    visitor.open(OWNER_HOST, "/settings/")
    field = visitor.page.locator("main [name=brand_color]").first
    field.evaluate("(field, color) => { field.value = color }", look.color)
    visitor.page.locator("main form:has([name=brand_color]) button.button-primary").click()
    visitor.page.wait_for_load_state("networkidle")
    expect(visitor.page.locator("main [name=brand_color]").first).to_have_value(look.color)


def _examine(visitor: Visitor, host: str, look: Look, *, known: Known) -> tuple[int, list[str]]:
    """Return how many pages were examined, and everything that is wrong with them."""
    if host not in known:
        known[host] = list_pages(visitor, host)
    is_whole = THOROUGH or host == "www"
    chosen = every_page if is_whole else third_of_the_pages(THIRDS[look])
    paths = choose_pages(known[host], chosen=chosen)
    found: list[str] = []
    for path in paths:
        visitor.open(host, path)
        found += list_violations(visitor.page)
    return len(paths), found


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_agency_portal(visit: Visit, look: Look, known: Known) -> None:
    with visit(**_options(look)) as owner:
        owner.sign_in(OWNER_HOST, email=OWNER, password=DEMO_PASSWORD)
        _choose_language(owner, look)
        _choose_color(owner, look)

        count, violations = _examine(owner, OWNER_HOST, look, known=known)

        assert count >= 8
        assert violations == []


@pytest.mark.parametrize("look", LOOKS if THOROUGH else EVERY_PAIR[::2], ids=str)
def test_the_customer_portal(visit: Visit, look: Look, known: Known) -> None:
    with visit() as owner:
        owner.sign_in(OWNER_HOST, email=OWNER, password=DEMO_PASSWORD)
        _choose_color(owner, look)
    with visit(**_options(look)) as contact:
        contact.sign_in(CONTACT_HOST, email=CONTACT, password=DEMO_PASSWORD)
        _choose_language(contact, look)

        count, violations = _examine(contact, CONTACT_HOST, look, known=known)

        assert count >= 2
        assert violations == []


@pytest.mark.parametrize("look", PLAIN_LOOKS, ids=str)
def test_the_public_site(visit: Visit, look: Look, known: Known) -> None:
    with visit(**_options(look)) as stranger:
        count, violations = _examine(stranger, "www", look, known=known)

        assert count >= 6
        assert violations == []


@pytest.mark.parametrize("look", PLAIN_LOOKS, ids=str)
def test_entrances_and_error_pages(visit: Visit, look: Look) -> None:
    with visit(**_options(look)) as stranger:
        violations = []
        for host, path in ENTRANCES:
            stranger.open(host, path)
            violations += list_violations(stranger.page)
        stranger.forgive("Failed to load resource")

        assert violations == []
