"""Logging in by the API with a second factor: two calls, a challenge, codes that are good once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD
from portals.shared.devices import list_open_sessions
from spotex.kernel.models import ActivityEntry
from tenants.models import Agency, User
from tenants.states import FactorRule

LOGIN, STEP = "/api/v1/auth/login", "/api/v1/auth/login/verify"
ACME, BETA = "acme.agency.localhost", "beta.agency.localhost"


@pytest.fixture
def secret(owner: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(owner, secret)
    return secret


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def _post(path: str, body: dict, *, host: str = ACME, **headers: str):
    return Client(HTTP_HOST=host).post(
        path, body, content_type="application/json", headers={"accept-language": "en", **headers}
    )


def _challenge(user: User, *, host: str = ACME) -> str:
    answer = _post(LOGIN, {"email": user.email, "password": PASSWORD}, host=host)
    return answer.json()["data"]["challenge"]


def test_a_password_alone_brings_a_challenge_and_no_tokens(owner: User, secret: str) -> None:
    answer = _post(LOGIN, {"email": owner.email, "password": PASSWORD})

    body = answer.json()
    assert answer.status_code == 401
    assert body["code"] == "mfa_required"
    assert set(body["data"]) == {"challenge", "expires_in"}
    assert owner.email not in str(body)


def test_a_wrong_password_says_nothing_of_factors(owner: User, secret: str) -> None:
    answer = _post(LOGIN, {"email": owner.email, "password": "wrong"})

    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")
    assert answer.json()["data"] is None


def test_challenge_and_code_bring_tokens_that_work(owner: User, secret: str) -> None:
    answer = _post(STEP, {"challenge": _challenge(owner), "code": _code(secret)})

    access = answer.json()["data"]["access"]
    me = Client(HTTP_HOST=ACME).get(
        "/api/v1/auth/me", headers={"authorization": f"Bearer {access}"}
    )
    assert answer.status_code == 200
    assert me.json()["data"]["user"]["email"] == owner.email


def test_a_recovery_code_works_once(owner: User, secret: str) -> None:
    code = RecoveryCodes.activate(owner).get_unused_codes()[0]

    first = _post(STEP, {"challenge": _challenge(owner), "code": code})
    second = _post(STEP, {"challenge": _challenge(owner), "code": code})

    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json()["code"] == "wrong_code"


def test_a_code_that_came_before_is_refused(owner: User, secret: str) -> None:
    code = _code(secret)

    first = _post(STEP, {"challenge": _challenge(owner), "code": code})
    second = _post(STEP, {"challenge": _challenge(owner), "code": code})

    assert (first.status_code, second.status_code) == (200, 401)


def test_a_challenge_is_good_once(owner: User, secret: str) -> None:
    challenge = _challenge(owner)
    codes = RecoveryCodes.activate(owner).get_unused_codes()

    first = _post(STEP, {"challenge": challenge, "code": codes[0]})
    second = _post(STEP, {"challenge": challenge, "code": codes[1]})

    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json()["code"] == "challenge_invalid"


def test_an_old_challenge_is_refused(owner: User, secret: str) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=6), tick=False):
        challenge = _challenge(owner)

    answer = _post(STEP, {"challenge": challenge, "code": _code(secret)})

    assert (answer.status_code, answer.json()["code"]) == (401, "challenge_invalid")


@pytest.mark.parametrize("challenge", ["x", "eyJ1c2VyIjoidSJ9:1abc:sig", "\u0000"])
def test_a_forged_challenge_is_refused(owner: User, secret: str, challenge: str) -> None:
    answer = _post(STEP, {"challenge": challenge, "code": _code(secret)})

    assert answer.status_code in {400, 401}


def test_a_challenge_ends_with_the_password(owner: User, secret: str) -> None:
    challenge = _challenge(owner)
    owner.set_password("another-good-phrase-7")
    owner.save()

    answer = _post(STEP, {"challenge": challenge, "code": _code(secret)})

    assert answer.json()["code"] == "challenge_invalid"


@pytest.mark.parametrize("host", [BETA, "acme.customers.localhost"])
def test_a_challenge_does_not_fit_another_host(
    owner: User, other_agency: Agency, secret: str, host: str
) -> None:
    answer = _post(STEP, {"challenge": _challenge(owner), "code": _code(secret)}, host=host)

    assert (answer.status_code, answer.json()["code"]) == (403, "no_role")


def test_tries_are_limited_by_account(owner: User, secret: str) -> None:
    challenge = _challenge(owner)
    statuses = [
        _post(STEP, {"challenge": challenge, "code": "000000"}).status_code for _try in range(6)
    ]

    answer = _post(STEP, {"challenge": challenge, "code": _code(secret)})

    assert statuses == [401, 401, 401, 401, 401, 429]
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_who_lacks_a_required_factor_reaches_only_auth(owner: User, agency: Agency) -> None:
    Agency.objects.filter(pk=agency.pk).update(factor_rule=FactorRule.MEMBERS)
    tokens = _post(LOGIN, {"email": owner.email, "password": PASSWORD}).json()["data"]
    headers = {"authorization": f"Bearer {tokens['access']}"}

    closed = Client(HTTP_HOST=ACME).get("/api/v1/customers", headers=headers)
    me = Client(HTTP_HOST=ACME).get("/api/v1/auth/me", headers=headers)
    TOTP.activate(owner, generate_totp_secret())
    opened = Client(HTTP_HOST=ACME).get("/api/v1/customers", headers=headers)

    assert (closed.status_code, closed.json()["code"]) == (403, "mfa_required")
    assert (me.status_code, opened.status_code) == (200, 200)


def test_a_repeated_registration_is_no_way_past_the_second_factor(db) -> None:
    body = {
        "email": "olga@verdi.test",
        "password": "una-frase-lunga-42",
        "full_name": "Olga Verdi",
        "agency_name": "Studio Verdi",
        "agency_slug": "studio-verdi-due",
    }
    key = {"idempotency-key": "register-once"}
    first = _post("/api/v1/auth/register", body, host="api.localhost", **key)
    TOTP.activate(User.objects.get(email=body["email"]), generate_totp_secret())

    again = _post("/api/v1/auth/register", body, host="api.localhost", **key)

    assert "access" in first.json()["data"]
    assert "access" not in again.json()["data"]


def test_browsers_and_programs_stand_in_one_list(owner: User, client_for) -> None:
    browser = Client(HTTP_HOST=ACME, headers={"user-agent": "Mozilla Windows Firefox/130.0"})
    browser.post("/accounts/login/", {"login": owner.email, "password": PASSWORD})
    answer = _post(LOGIN, {"email": owner.email, "password": PASSWORD}, **{"user-agent": "curl/8"})
    headers = {"authorization": f"Bearer {answer.json()['data']['access']}"}
    program = Client(HTTP_HOST=ACME)
    program.cookies["language"] = "en"

    listed = program.get("/api/v1/auth/sessions", headers=headers).json()["data"]

    assert {(one["kind"], one["device"], one["current"]) for one in listed} == {
        ("browser", "Firefox on Windows", False),
        ("api", "curl", True),
    }


def test_ending_everything_ends_browsers_access_and_refresh_tokens(owner: User) -> None:
    browser = Client(HTTP_HOST=ACME)
    browser.post("/accounts/login/", {"login": owner.email, "password": PASSWORD})
    tokens = _post(LOGIN, {"email": owner.email, "password": PASSWORD}).json()["data"]
    headers = {"authorization": f"Bearer {tokens['access']}"}

    ended = Client(HTTP_HOST=ACME).post("/api/v1/auth/sessions/end-all", headers=headers)

    owner.refresh_from_db()
    assert ended.status_code == 200
    assert browser.get("/").status_code == 302
    assert Client(HTTP_HOST=ACME).get("/api/v1/auth/me", headers=headers).status_code == 401
    assert _post("/api/v1/auth/refresh", {"refresh": tokens["refresh"]}).status_code == 401
    assert list(list_open_sessions(owner, at=timezone.now())) == []


def test_one_browser_is_ended_through_the_api(owner: User, agency: Agency) -> None:
    browser = Client(HTTP_HOST=ACME)
    browser.post("/accounts/login/", {"login": owner.email, "password": PASSWORD})
    (session,) = list_open_sessions(owner, at=timezone.now())
    tokens = _post(LOGIN, {"email": owner.email, "password": PASSWORD}).json()["data"]
    headers = {"authorization": f"Bearer {tokens['access']}"}

    path = f"/api/v1/auth/sessions/{session.data['id']}"
    ended = Client(HTTP_HOST=ACME).delete(path, headers=headers)

    assert ended.status_code == 200
    assert browser.get("/").status_code == 302
    assert Client(HTTP_HOST=ACME).get("/api/v1/auth/me", headers=headers).status_code == 200
    assert ActivityEntry.objects.filter(event="tenants.session.ended").count() == 0
