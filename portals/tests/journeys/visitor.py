"""One person at a browser, who notices every error in the console."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from portals.tests.journeys.product import DEMO_PASSWORD, Product

PATIENCE_MILLISECONDS = 30_000
STAFF_EMAIL = "staff@spotexsrl.com"


@dataclass(kw_only=True)
class Visitor:
    """A page, the product, and what the console said."""

    page: Page
    product: Product
    complaints: list[str] = field(default_factory=list)

    def open(self, host: str, path: str = "/") -> Page:
        """Go to an address of the product."""
        self.page.goto(self.product.url(host, path))
        return self.page

    def fill(self, **values: str) -> None:
        """Fill the fields of these names."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}], form [name={name}]").first.fill(value)

    def press(self, name: str) -> None:
        """Press the button of this name in the main part of the page."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def forgive(self, beginning: str) -> None:
        """Drop expected complaints, such as those about a page that answers 404."""
        kept = [one for one in self.complaints if beginning not in one]
        self.complaints[:] = kept

    def sign_in(self, host: str, *, email: str, password: str) -> Page:
        """Sign in on a portal."""
        self.open(host, "/accounts/login/")
        self.fill(login=email, password=password)
        self.page.locator("main button[type=submit]").first.click()
        expect(self.page).not_to_have_url(re.compile("/accounts/"))
        return self.page

    def sign_in_staff(self) -> Page:
        """Sign in to the staff admin; the first time an authenticator app is set up."""
        self.open("admin", "/accounts/login/")
        self.fill(login=STAFF_EMAIL, password=DEMO_PASSWORD)
        self.press("Sign in")
        expect(self.page).to_have_url(re.compile("/security/|/accounts/2fa/"))
        if "/security/" in self.page.url:
            self._set_app_up()
        else:
            self.fill(code=_staff_codes.pop())
            self.press("Sign in")
        expect(self.page).not_to_have_url(re.compile("/accounts/"))
        return self.page

    def _set_app_up(self) -> None:
        self.open("admin", "/accounts/2fa/app/")
        secret = self.page.locator(".copy-value").inner_text()
        period = int(time.time()) // TOTP_PERIOD
        self.fill(code=format_hotp_value(hotp_value(secret, period)))
        self.press("Switch on")
        codes = self.page.locator("pre.code")
        expect(codes).to_be_visible()
        _staff_codes.extend(codes.inner_text().split())
        self.open("admin")


TOTP_PERIOD = 30
_staff_codes: list[str] = []
"""Recovery codes of the staff's demo account: an app's code would be good only once in a while."""


@contextmanager
def visiting(browser: Browser, product: Product, **options: Any) -> Iterator[Visitor]:
    """Open a fresh browser window; fail when anything complained in its console."""
    context = browser.new_context(locale="en-GB", **options)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    visitor = Visitor(page=context.new_page(), product=product)
    visitor.page.on("console", lambda message: _note(visitor, message.type, message.text))
    visitor.page.on("pageerror", lambda error: _note(visitor, "error", str(error)))
    try:
        yield visitor
        assert visitor.complaints == []
    finally:
        context.close()


def _note(visitor: Visitor, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        visitor.complaints.append(f"{kind}: {text}")
