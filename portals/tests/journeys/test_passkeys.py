"""Passkeys in a real browser: one opens all hosts that share it, and staff needs a factor."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from portals.tests.journeys.axe import list_violations
from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD
from portals.tests.journeys.visitor import Visitor

OWNER, HOST = "hannah@dolomiti.example", "dolomiti.agency"
NO_ROLE = re.compile("no access|non ha accesso")


def _plug_in_authenticator(page: Page) -> None:
    """Give the browser a device that keeps passkeys and always says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_in_by_passkey(visitor: Visitor, host: str) -> None:
    visitor.open(host, "/accounts/login/")
    visitor.page.locator("form[data-passkey] button").click()
    expect(visitor.page).not_to_have_url(re.compile("/accounts/"))


def _remove_every_passkey(visitor: Visitor) -> None:
    visitor.open(HOST, "/security/")
    while links := visitor.page.locator("a[href$='/remove/']").all():
        visitor.open(HOST, links[0].get_attribute("href") or "")
        visitor.press("Remove the passkey")
        visitor.page.wait_for_url("**/security/")


def test_one_passkey_opens_the_hosts_that_share_it(visit: Visit) -> None:
    with visit() as owner:
        _plug_in_authenticator(owner.page)
        owner.sign_in(HOST, email=OWNER, password=DEMO_PASSWORD)
        owner.open(HOST, "/accounts/2fa/passkeys/new/")
        owner.fill(name="Hannah's telephone")
        owner.press("Add a passkey")
        expect(owner.page.get_by_text("shown this once")).to_be_visible()
        violations = list_violations(owner.page)

        try:
            owner.open(HOST, "/security/")
            expect(owner.page.get_by_text("Hannah's telephone")).to_be_visible()
            violations += list_violations(owner.page)
            owner.page.context.clear_cookies()

            _sign_in_by_passkey(owner, HOST)
            expect(owner.page.locator(".sidebar")).to_be_attached()
            _sign_in_by_passkey(owner, "lumen.agency")
            expect(owner.page.get_by_text(NO_ROLE)).to_be_visible()
            owner.forgive("Failed to load resource")

            owner.page.context.clear_cookies()
            owner.open(HOST, "/accounts/login/")
            owner.fill(login=OWNER, password=DEMO_PASSWORD)
            owner.press("Sign in")
            expect(owner.page).to_have_url(re.compile("/accounts/2fa/"))
            violations += list_violations(owner.page)
            owner.press("Use a passkey")
            expect(owner.page.locator(".sidebar")).to_be_attached()
        finally:
            _remove_every_passkey(owner)

        assert violations == []


def test_staff_sets_a_factor_up_before_the_admin_opens(visit: Visit) -> None:
    with visit() as staff:
        staff.sign_in_staff()
        expect(staff.page).to_have_url(re.compile(r"admin\.localhost:\d+/$"))

        violations = []
        for path in ("/security/", "/devices/"):
            staff.open("admin", path)
            violations += list_violations(staff.page)

        assert violations == []


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_that_set_a_factor_up(visit: Visit, width: int, theme: str) -> None:
    with visit(viewport={"width": width, "height": 900}, color_scheme=theme) as owner:
        owner.sign_in(HOST, email=OWNER, password=DEMO_PASSWORD)

        violations = []
        for path in (
            "/accounts/2fa/app/",
            "/accounts/2fa/passkeys/new/",
            "/security/",
            "/devices/",
            "/settings/security/",
        ):
            owner.open(HOST, path)
            violations += list_violations(owner.page)

        assert violations == []
