"""The front doors lead to branded hosts, and name nobody on the customers' side."""

from __future__ import annotations

import pytest

DOORS = ("agency.localhost", "customers.localhost")


@pytest.mark.django_db
@pytest.mark.parametrize("host", DOORS)
@pytest.mark.parametrize(
    "text",
    ["acme", " ACME ", "acme.agency.localhost", "https://acme.customers.localhost/sites/"],
)
def test_the_way_is_shown(client, agency, host: str, text: str) -> None:
    response = client.post("/", {"workspace": text}, headers={"host": host})
    assert response.status_code == 200
    assert f"//acme.{host}:" in response.context["portal_url"]
    assert "Studio Acme" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("host", DOORS)
@pytest.mark.parametrize("text", ["", "nobody", "<b>", "a" * 300, "caffè", "..", "x\x00y"])
def test_nobody_is_explained(client, agency, host: str, text: str) -> None:
    response = client.post("/", {"workspace": text}, headers={"host": host})
    assert response.status_code == 422
    assert "workspace" in response.context["form"].errors


@pytest.mark.django_db
def test_the_customers_door_has_no_brand(client) -> None:
    html = client.get("/", headers={"host": "customers.localhost"}).content.decode()
    assert "spotex" not in html.lower()
