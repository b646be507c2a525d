"""Who must set a second factor up before anything else opens: agencies' rules and staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD
from tenants import hosts
from tenants.models import Agency, User
from tenants.services.staff import register_staff
from tenants.states import FactorRule, PortalName

SECURITY = "/security/"
TODAY = timezone.localdate


def _rule(agency: Agency, rule: str, *, days: int | None = None) -> None:
    day = None if days is None else TODAY() + timedelta(days=days)
    Agency.objects.filter(pk=agency.pk).update(factor_rule=rule, factor_required_on=day)
    hosts._memory.clear()


@pytest.mark.parametrize(
    ("rule", "days", "member_is_led", "contact_is_led"),
    [
        (FactorRule.OFF, None, False, False),
        (FactorRule.MEMBERS, None, True, False),
        (FactorRule.MEMBERS, 0, True, False),
        (FactorRule.MEMBERS, -3, True, False),
        (FactorRule.MEMBERS, 3, False, False),
        (FactorRule.EVERYONE, None, True, True),
        (FactorRule.EVERYONE, 3, False, False),
    ],
)
def test_the_rule_says_who_is_led_to_set_one_up(
    client_for, owner: User, contact, agency: Agency, rule, days, member_is_led, contact_is_led
) -> None:
    _rule(agency, rule, days=days)

    member = client_for(owner).get("/")
    person = client_for(contact.user, portal=PortalName.CUSTOMER).get("/")

    assert member.get("Location") == (SECURITY if member_is_led else None)
    assert person.get("Location") == (SECURITY if contact_is_led else None)


def test_who_is_led_there_reaches_every_page_of_the_set_up(owner: User, agency: Agency) -> None:
    _rule(agency, FactorRule.MEMBERS)
    client = Client(HTTP_HOST="acme.agency.localhost", headers={"accept-language": "en"})
    client.post("/accounts/login/", {"login": owner.email, "password": PASSWORD})

    pages = {path: client.get(path).status_code for path in (SECURITY, "/accounts/2fa/app/")}
    closed = client.get("/customers/", follow=True)

    assert set(pages.values()) == {200}
    assert closed.redirect_chain == [(SECURITY, 302)]
    assert client.get("/accounts/2fa/passkeys/new/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302


def test_with_a_factor_everything_is_open(client_for, owner: User, agency: Agency) -> None:
    _rule(agency, FactorRule.EVERYONE)
    TOTP.activate(owner, generate_totp_secret())

    assert client_for(owner).get("/").status_code == 200


def test_a_fragment_is_led_there_too(client_for, owner: User, agency: Agency) -> None:
    _rule(agency, FactorRule.MEMBERS)

    response = client_for(owner).get("/customers/", headers={"hx-request": "true"})

    assert response["HX-Redirect"] == SECURITY


def test_until_the_day_a_notice_reminds(client_for, owner: User, agency: Agency) -> None:
    _rule(agency, FactorRule.MEMBERS, days=3)
    client = client_for(owner)

    reminded = client.get("/").content.decode()
    TOTP.activate(owner, generate_totp_secret())
    done = client.get("/").content.decode()

    assert "Two-step sign-in becomes mandatory" in reminded
    assert "becomes mandatory" not in done


def test_no_rule_costs_no_query(
    client_for, owner: User, agency: Agency, django_assert_num_queries
) -> None:
    client = client_for(owner)
    client.get("/profile/")

    with django_assert_num_queries(3):  # person, membership, requests that wait
        client.get("/profile/")


def test_the_owner_sets_the_rule(client_for, owner: User, agency: Agency) -> None:
    TOTP.activate(owner, generate_totp_secret())
    client = client_for(owner)
    day = TODAY() + timedelta(days=14)

    saved = client.post("/settings/security/", {"rule": "MEMBERS", "required_on": day.isoformat()})
    late = client.post("/settings/security/", {"rule": "MEMBERS", "required_on": "2020-01-01"})
    wrong = client.post("/settings/security/", {"rule": "SOME", "required_on": "31/12"})

    agency.refresh_from_db()
    assert saved.status_code == 302
    assert (agency.factor_rule, agency.factor_required_on) == ("MEMBERS", day)
    assert (late.status_code, wrong.status_code) == (422, 422)
    assert "1 of" in client.get("/settings/security/").content.decode()


def test_a_member_does_not_set_the_rule(client_for, colleague: User) -> None:
    assert client_for(colleague).post("/settings/security/", {"rule": "OFF"}).status_code == 403


def test_staff_without_a_factor_sets_one_up_first(db) -> None:
    staff = register_staff(email="new@spotex.test", password=PASSWORD, full_name="Nora Nuova")
    client = Client(HTTP_HOST="admin.localhost", headers={"accept-language": "en"})
    client.post("/accounts/login/", {"login": staff.email, "password": PASSWORD})

    response = client.get("/tenants/agency/", follow=True)
    TOTP.activate(staff, generate_totp_secret())

    assert response.redirect_chain[-1][0] == SECURITY
    assert "One step before you go on" in response.content.decode()
    assert client.get("/tenants/agency/").status_code == 200
