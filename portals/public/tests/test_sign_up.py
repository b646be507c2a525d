"""Signing an agency up in the browser, with good and bad input."""

from __future__ import annotations

from typing import Any

import pytest

from tenants.models import Agency, MailMessage

GOOD = {
    "agency_name": "Mare & Co.",
    "agency_slug": "mare-co",
    "full_name": "Marina Neri",
    "email": "marina@mare.test",
    "password": "nuotare-lontano-7",
    "tier": "STANDARD",
}


def _post(client: Any, **changes: str) -> Any:
    return client.post("/sign-up/", GOOD | changes, headers={"host": "localhost"})


@pytest.mark.django_db
def test_a_good_form_opens_the_agency_and_mails_the_owner(client) -> None:
    response = _post(client)
    assert response.status_code == 302
    assert response.url == "/sign-up/check-mail/?portal=mare-co"
    agency = Agency.objects.select_related("plan").get(slug="mare-co")
    assert (agency.name, agency.plan.tier) == ("Mare & Co.", "STANDARD")
    assert MailMessage.objects.filter(recipient="marina@mare.test").count() == 1


@pytest.mark.django_db
def test_the_page_after_it_names_the_portal(client) -> None:
    html = client.get("/sign-up/check-mail/?portal=mare-co", headers={"host": "localhost"})
    assert "mare-co.agency.localhost" in html.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["", "<script>", "UPPER", "a" * 80, "x--y"])
def test_the_page_after_it_names_nothing_that_is_no_address(client, slug: str) -> None:
    response = client.get("/sign-up/check-mail/", {"portal": slug}, headers={"host": "localhost"})
    assert response.context["portal_host"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agency_slug", "www"),
        ("agency_slug", "api"),
        ("agency_slug", "acme"),
        ("agency_slug", "a" * 64),
        ("agency_slug", "Mare"),
        ("agency_slug", "caffè"),
        ("agency_slug", "-mare"),
        ("agency_slug", ""),
        ("agency_name", ""),
        ("agency_name", "x" * 121),
        ("agency_name", "a\x00b"),
        ("full_name", ""),
        ("email", "nobody"),
        ("email", "owner@acme.test"),
        ("password", "short"),
        ("password", "1234567890"),
        ("password", "marina@mare.test"),
        ("tier", "GOLD"),
    ],
)
def test_bad_input_is_explained_at_its_field(client, agency, field: str, value: str) -> None:
    response = _post(client, **{field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Agency.objects.filter(slug="mare-co").exists()


@pytest.mark.django_db
def test_input_is_kept_but_never_the_password(client, agency) -> None:
    html = _post(client, agency_slug="www").content.decode()
    assert 'value="marina@mare.test"' in html
    assert GOOD["password"] not in html


@pytest.mark.django_db
def test_htmx_gets_the_form_alone(client) -> None:
    response = client.post(
        "/sign-up/",
        GOOD | {"email": "x"},
        headers={"host": "localhost", "hx-request": "true", "hx-target": "sign-up"},
    )
    assert response.status_code == 422
    assert response.content.decode().lstrip().startswith('<div class="card')


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "chosen"), [("PREMIUM", "PREMIUM"), ("GOLD", "STARTER")])
def test_the_plan_of_the_price_list_is_chosen(client, asked: str, chosen: str) -> None:
    response = client.get("/sign-up/", {"tier": asked}, headers={"host": "localhost"})
    assert response.context["form"]["tier"].value() == chosen


@pytest.mark.django_db
def test_one_agency_too_many_is_told_when_to_come_back(client, settings) -> None:
    settings.SPOTEX_SIGNUPS_PER_HOUR = 0

    response = _post(client)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3_601
    assert "Troppi tentativi" in response.content.decode()
    assert not Agency.objects.filter(slug="mare-co").exists()
