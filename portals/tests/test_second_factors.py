"""Authenticator apps and recovery codes, through the pages, as a person uses them."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.test import Client

from conftest import PASSWORD
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.models import Agency, MailMessage, User

ACME, BETA = "acme.agency.localhost", "beta.agency.localhost"
LOGIN, STEP, SECURITY = "/accounts/login/", "/accounts/2fa/", "/security/"
APP, CODES = "/accounts/2fa/app/", "/accounts/2fa/codes/"


def code_of(secret: str, *, later: int = 0) -> str:
    """Compute what an app shows, some periods from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def give_app(user: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def sign_in(user: User, host: str = ACME) -> Client:
    client = Client(HTTP_HOST=host, headers={"accept-language": "en"})
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client


def _send(client: Client, code: str) -> Any:
    return client.post(STEP, {"code": code})


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_setting_an_app_up_shows_the_codes_once(owner: User, agency: Agency) -> None:
    client = sign_in(owner)
    page = client.get(APP)
    secret = re.search(r">([A-Z2-7]{32})<", page.content.decode()).group(1)

    response = client.post(APP, {"code": code_of(secret)}, follow=True)
    shown = re.findall(r"\b\d{10}\b", response.content.decode())
    again = client.get(CODES).content.decode()

    assert "data:image/svg+xml;base64," in page.content.decode()
    assert len(set(shown)) == 10
    assert re.findall(r"\b\d{10}\b", again) == []
    row = Authenticator.objects.get(user=owner, type="totp")
    assert secret not in str(row.data)
    assert decrypt(row.data["secret"]) == secret


def test_what_changed_stands_in_the_trail_and_in_a_mail(owner: User, agency: Agency) -> None:
    client = sign_in(owner)
    secret = re.search(r">([A-Z2-7]{32})<", client.get(APP).content.decode()).group(1)

    client.post(APP, {"code": code_of(secret)})
    client.post("/accounts/2fa/codes/new/")
    client.post("/accounts/2fa/app/remove/")

    with agency_scope(agency):
        events = list(
            ActivityEntry.objects.filter(subject_public_id=owner.public_id)
            .order_by("pk")
            .values_list("event", "details")
        )
    assert events == [
        ("tenants.factor.added", {"factor": [None, "totp"]}),
        ("tenants.recovery_codes.renewed", {}),
        ("tenants.factor.removed", {"factor": ["totp", None]}),
    ]
    mails = MailMessage.objects.filter(recipient=owner.email).order_by("pk")
    assert [mail.agency_id for mail in mails] == [agency.pk] * 3
    assert all("Studio Acme" in mail.subject for mail in mails)
    assert not Authenticator.objects.filter(user=owner).exists()


def test_a_wrong_first_code_sets_nothing_up(owner: User) -> None:
    client = sign_in(owner)
    client.get(APP)

    response = client.post(APP, {"code": "000000"})

    assert "sbagliato" in response.content.decode()
    assert not Authenticator.objects.filter(user=owner).exists()


def test_the_code_that_set_the_app_up_does_not_sign_in(owner: User) -> None:
    client = sign_in(owner)
    secret = re.search(r">([A-Z2-7]{32})<", client.get(APP).content.decode()).group(1)
    code = code_of(secret)
    client.post(APP, {"code": code})

    thief = sign_in(owner)
    _send(thief, code)

    assert not is_in(thief)


def test_the_password_alone_no_longer_opens(owner: User) -> None:
    give_app(owner)

    client = Client(HTTP_HOST=ACME)
    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD})

    assert response["Location"] == STEP
    assert not is_in(client)


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_code_of_a_clock_that_is_a_little_off_signs_in(owner: User, later: int) -> None:
    secret = give_app(owner)
    client = sign_in(owner)

    _send(client, code_of(secret, later=later))

    assert is_in(client)


@pytest.mark.parametrize("later", [-3, 3])
def test_a_code_of_another_time_does_not(owner: User, later: int) -> None:
    secret = give_app(owner)
    client = sign_in(owner)

    _send(client, code_of(secret, later=later))

    assert not is_in(client)


@pytest.mark.parametrize("host", [ACME, "acme.customers.localhost", BETA])
def test_a_code_is_good_once_on_all_hosts(owner: User, other_agency: Agency, host: str) -> None:
    secret = give_app(owner)
    code = code_of(secret)
    first, second = sign_in(owner), sign_in(owner, host)

    _send(first, code)
    _send(second, code)

    assert is_in(first)
    assert "_auth_user_id" not in second.session


def test_an_older_code_is_not_taken_after_a_newer(owner: User) -> None:
    secret = give_app(owner)
    _send(sign_in(owner), code_of(secret, later=1))
    late = sign_in(owner)

    _send(late, code_of(secret))

    assert not is_in(late)


def test_a_recovery_code_is_good_once(owner: User) -> None:
    give_app(owner)
    code = RecoveryCodes.activate(owner).get_unused_codes()[0]
    first, second = sign_in(owner), sign_in(owner)

    _send(first, f"{code[:5]} {code[5:]}")
    _send(second, code)

    assert is_in(first)
    assert not is_in(second)


def test_tries_are_counted_by_account_over_all_hosts(owner: User, other_agency: Agency) -> None:
    secret = give_app(owner)
    for number in range(6):
        host = (ACME, BETA, "acme.customers.localhost")[number % 3]
        _send(sign_in(owner, host), "000000")
    client = sign_in(owner)

    _send(client, code_of(secret))

    assert not is_in(client)


def test_the_second_step_cannot_be_taken_without_the_first(owner: User) -> None:
    secret = give_app(owner)
    stranger = Client(HTTP_HOST=ACME)

    response = _send(stranger, code_of(secret))

    assert response["Location"] == LOGIN


def test_the_second_step_of_another_host_is_not_taken(owner: User, other_agency: Agency) -> None:
    secret = give_app(owner)
    client = sign_in(owner)
    thief = Client(HTTP_HOST=BETA)
    thief.cookies = client.cookies

    response = _send(thief, code_of(secret))

    assert response["Location"] == LOGIN


def test_changing_factors_asks_for_a_fresh_proof(client_for, owner: User) -> None:
    give_app(owner)
    client = client_for(owner)
    session = client.session
    del session[AUTHENTICATION_METHODS_SESSION_KEY]  # signed in, but who knows when
    session.save()

    for path in (APP, "/accounts/2fa/app/remove/", CODES + "new/", "/accounts/2fa/passkeys/new/"):
        response = client.post(path, follow=True)

        assert response.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(user=owner).exists()


def test_the_security_page_shows_what_there_is(client_for, owner: User) -> None:
    client = client_for(owner)
    before = client.get(SECURITY).content.decode()
    give_app(owner)

    after = client.get(SECURITY).content.decode()

    assert "Set up an app" in before
    assert "Remove the app" in after


@pytest.mark.parametrize("path", [SECURITY, APP])
def test_pages_of_second_factors_belong_to_the_security_tab(owner: User, path: str) -> None:
    page = sign_in(owner).get(path).content.decode()

    assert re.search(rf'class="tab" href="{SECURITY}" aria-current="page"', page)
    assert page.count('class="tab"') == 3
