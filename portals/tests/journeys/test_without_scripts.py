"""Every form works in a browser that runs no scripts."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import expect

from portals.tests.journeys.conftest import Visit
from portals.tests.journeys.product import DEMO_PASSWORD

HOST = "lumen.agency"
OWNER = "giulia@lumen.example"


def test_signing_up(visit: Visit) -> None:
    run = secrets.token_hex(3)
    email = f"nora-{run}@nuova.example"
    with visit(java_script_enabled=False) as nora:
        nora.open("www", "/sign-up/")
        nora.fill(
            agency_name="Agenzia Nuova",
            agency_slug=f"nuova-{run}",
            full_name="Nora Nuova",
            email=email,
            password="una-frase-lunga-42",
        )
        nora.page.locator("#sign-up button[type=submit]").click()
        expect(nora.page.get_by_role("heading", level=1)).to_have_text("Check your mail")

        nora.page.goto(nora.product.read_link(email))
        nora.page.locator("main button[type=submit]").first.click()

        expect(nora.page).to_have_url(re.compile("/accounts/login/"))


def test_a_mistake_in_the_sign_up_form_is_explained(visit: Visit) -> None:
    with visit(java_script_enabled=False) as nora:
        nora.open("www", "/sign-up/")
        nora.fill(
            agency_name="Agenzia Nuova",
            agency_slug="www",
            full_name="Nora Nuova",
            email="nora@nuova.example",
            password="una-frase-lunga-42",
        )
        nora.page.locator("#sign-up button[type=submit]").click()

        expect(nora.page.locator("main")).to_contain_text("“www” is reserved")
        expect(nora.page.locator("[name=agency_name]")).to_have_value("Agenzia Nuova")
        nora.forgive("422")


def test_adding_a_customer(visit: Visit) -> None:
    name = f"Bottega {secrets.token_hex(3)}"
    with visit(java_script_enabled=False) as giulia:
        giulia.sign_in(HOST, email=OWNER, password=DEMO_PASSWORD)
        giulia.open(HOST, "/customers/new/")
        giulia.fill(name=name, email="info@bottega.example")
        giulia.page.locator("main button[type=submit]").first.click()

        expect(giulia.page.get_by_role("heading", level=1)).to_contain_text(name)
