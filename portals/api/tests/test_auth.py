"""Registration, login, tokens and mailed keys through the API."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import override_settings

from conftest import PASSWORD
from portals.api.tests.conftest import Caller
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Contact
from tenants.customers.services.contacts import invite_contact, remove_contact
from tenants.models import MailMessage, Membership, User
from tenants.services.suspension import suspend_agency
from tenants.tokens import new_api_key

NEW = {
    "email": "Rita@Rossi.test",
    "password": "una-frase-lunga-42",
    "full_name": "Rita Rossi",
    "agency_name": "Rossi Web",
    "agency_slug": "rossi-web",
}


def _link_key(recipient: str) -> str:
    mail = MailMessage.objects.filter(recipient=recipient).latest("pk")
    link = re.findall(r"https?://\S+", mail.text)[0]
    return link.rstrip("/").rsplit("/", 1)[-1]


def _log_in(caller: Caller, email: str, **more: str) -> dict:
    body = {"email": email, "password": PASSWORD, **more}
    return caller("POST", "auth/login", body, status=200)["data"]


def test_registration_opens_the_api_once_the_address_is_verified(anonymous) -> None:
    made = anonymous("POST", "auth/register", NEW, status=201)["data"]

    assert made["user"]["email"] == "rita@rossi.test"
    assert made["user"]["email_verified"] is False
    assert made["agency"]["slug"] == "rossi-web"
    assert (made["token_type"], made["customer"], made["role"]) == ("bearer", None, "OWNER")
    calls = Caller(token=made["access"])
    assert calls("GET", "customers", status=403)["code"] == "email_not_verified"
    assert calls("GET", "auth/me", status=200)["data"]["role"] == "OWNER"

    key = _link_key("rita@rossi.test")
    anonymous("POST", "auth/verify-email", {"key": key}, status=200)

    calls("GET", "customers", status=200)
    assert anonymous("POST", "auth/verify-email", {"key": key}, status=422)["code"] == "key_invalid"


@override_settings(SPOTEX_SIGNUPS_PER_HOUR=1)
def test_registration_is_limited_by_address(anonymous) -> None:
    anonymous("POST", "auth/register", NEW, status=201)

    other = {**NEW, "email": "r2@rossi.test", "agency_slug": "rossi-2"}
    refused = anonymous("POST", "auth/register", other, status=429)

    assert refused["code"] == "too_many_requests"
    assert int(anonymous.response["Retry-After"]) > 0


@override_settings(SPOTEX_AUTO_VERIFY_EMAIL=True)
def test_registration_verifies_at_once_when_told_to(anonymous) -> None:
    made = anonymous("POST", "auth/register", NEW, status=201)["data"]

    assert made["user"]["email_verified"] is True
    Caller(token=made["access"])("GET", "customers", status=200)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"agency_slug": "acme"}, 422, "slug_taken"),
        ({"agency_slug": "www"}, 422, "slug_reserved"),
        ({"agency_slug": "admin"}, 422, "slug_reserved"),
        ({"agency_slug": "Rossi"}, 422, "slug_invalid"),
        ({"agency_slug": "x" * 64}, 422, "slug_invalid"),
        ({"agency_slug": "città"}, 422, "slug_invalid"),
        ({"agency_slug": "a" * 101}, 400, "invalid_input"),
        ({"email": "owner@acme.test"}, 422, "email_taken"),
        ({"email": "OWNER@acme.test"}, 422, "email_taken"),
        ({"email": "x"}, 400, "invalid_input"),
        ({"password": "short"}, 422, "password_weak"),
        ({"password": "1234567890123"}, 422, "password_weak"),
        ({"password": "rita@rossi.test"}, 422, "password_weak"),
        ({"tier": "GOLD"}, 400, "invalid_input"),
        ({"full_name": ""}, 400, "invalid_input"),
        ({"agency_name": None}, 400, "invalid_input"),
        ({"is_staff": True}, 400, "invalid_input"),
    ],
)
def test_registration_refuses_with_a_reason(anonymous, agency, owner, change, status, code) -> None:
    answer = anonymous("POST", "auth/register", {**NEW, **change}, status=status)

    assert answer["code"] == code
    assert next(iter(change)) in answer["errors"]


def test_login_without_a_host_uses_the_only_agency(anonymous, owner, agency) -> None:
    data = _log_in(anonymous, "owner@acme.test")

    assert data["agency"]["id"] == agency.public_id
    assert data["customer"] is None
    assert Caller(token=data["access"])("GET", "auth/me")["data"]["user"]["id"] == owner.public_id


def test_contact_logs_in_where_the_customer_is(
    anonymous, contact, customer, agency_host, customer_host
) -> None:
    body = {"email": contact.email, "password": PASSWORD}

    here = _log_in(Caller(customer_host), contact.email)
    named = _log_in(anonymous, contact.email, agency="acme")

    assert here["customer"] == named["customer"] == {"id": customer.public_id}
    assert Caller(agency_host)("POST", "auth/login", body, status=403)["code"] == "no_role"


def test_wrong_credentials_get_one_answer(anonymous, owner, stranger) -> None:
    stranger.is_active = False
    stranger.save()
    tries = [
        (owner.email, "wrong-password"),
        ("nobody@nowhere.test", "wrong-password"),
        (stranger.email, PASSWORD),
    ]

    answers = [
        anonymous("POST", "auth/login", {"email": email, "password": password}, status=401)
        for email, password in tries
    ]

    assert {(a["code"], a["message"]) for a in answers} == {
        ("wrong_credentials", "E-mail address or password is wrong."),
    }
    assert anonymous.response["WWW-Authenticate"].startswith("Bearer")


def test_login_limit_does_not_multiply_with_hosts(
    anonymous, owner, agency_host, customer_host
) -> None:
    body = {"email": owner.email, "password": "wrong-password"}
    for _ in range(2):
        anonymous("POST", "auth/login", body, status=401)
        Caller(agency_host)("POST", "auth/login", body, status=401)
    Caller(customer_host)("POST", "auth/login", body, status=401)

    Caller("beta.agency.localhost")("POST", "auth/login", body, status=429)
    last = anonymous("POST", "auth/login", {**body, "password": PASSWORD}, status=429)

    assert last["code"] == "too_many_requests"
    assert 240 < int(anonymous.response["Retry-After"]) <= 300, "until the first failure is old"


def test_refresh_rotates_and_a_second_use_ends_the_session(anonymous, owner, agency) -> None:
    first = _log_in(anonymous, owner.email)

    second = anonymous("POST", "auth/refresh", {"refresh": first["refresh"]}, status=200)["data"]
    Caller(token=second["access"])("GET", "auth/me", status=200)
    stolen = anonymous("POST", "auth/refresh", {"refresh": first["refresh"]}, status=401)
    heir = anonymous("POST", "auth/refresh", {"refresh": second["refresh"]}, status=401)

    assert (stolen["code"], heir["code"]) == ("token_reused", "session_ended")
    assert Caller(token=second["access"])("GET", "auth/me", status=401)["code"] == "session_ended"


def test_logout_ends_the_session_at_once(anonymous, owner, agency) -> None:
    tokens = _log_in(anonymous, owner.email)

    anonymous("POST", "auth/logout", {"refresh": tokens["refresh"]}, status=200)

    anonymous("POST", "auth/refresh", {"refresh": tokens["refresh"]}, status=401)
    Caller(token=tokens["access"])("GET", "auth/me", status=401)


def test_sessions_are_listed_and_ended(anonymous, owner, agency, other_calls) -> None:
    here, there = _log_in(anonymous, owner.email), _log_in(anonymous, owner.email)
    calls = Caller(token=here["access"])

    rows = calls("GET", "auth/sessions", status=200)["data"]
    current = calls("GET", "auth/session", status=200)["data"]["session"]

    assert [row["current"] for row in rows] == [False, True]
    assert rows[1] == current
    assert other_calls("DELETE", f"auth/sessions/{rows[0]['id']}", status=404)
    calls("DELETE", f"auth/sessions/{rows[0]['id']}", status=200)
    Caller(token=there["access"])("GET", "auth/me", status=401)
    calls("DELETE", f"auth/sessions/{rows[0]['id']}", status=404)


@pytest.mark.parametrize(
    "token",
    ["x", "a.b.c", "é", "", "eyJhbGciOiJub25lIn0.eyJ1c2VyIjoieCJ9.", "x" * 5_000, "\udcff"],
)
def test_bad_tokens_are_refused(db, token) -> None:
    answer = Caller(token=token)("GET", "customers", status=401)

    assert answer["code"] in {"token_invalid", "not_authenticated"}


def test_a_key_in_the_place_of_a_token_is_told_where_it_belongs(db) -> None:
    answer = Caller(token=new_api_key())("GET", "customers", status=401)

    assert "Send it as “X-API-Key: …”" in answer["message"]


def test_a_refresh_token_is_no_access_token(anonymous, owner, agency) -> None:
    tokens = _log_in(anonymous, owner.email)

    Caller(token=tokens["refresh"])("GET", "auth/me", status=401)
    anonymous("POST", "auth/refresh", {"refresh": tokens["access"]}, status=401)


def test_tokens_work_on_their_own_hosts_only(
    owner, contact, agency, other_agency, agency_host, customer_host, anonymous
) -> None:
    member = _log_in(anonymous, owner.email)["access"]
    person = _log_in(anonymous, contact.email, agency="acme")["access"]

    def ask(token: str, host: str) -> tuple[int, str]:
        calls = Caller(host, token)
        answer = calls("GET", "customers")
        return calls.response.status_code, answer.get("code", "")

    assert ask(member, agency_host) == ask(person, customer_host) == (200, "")
    assert ask(member, "www.localhost") == ask(person, "www.localhost") == (200, "")
    assert ask(member, customer_host) == ask(person, agency_host) == (403, "wrong_portal")
    assert ask(member, "beta.agency.localhost") == (403, "wrong_agency")
    assert ask(person, "beta.customers.localhost") == (403, "wrong_agency")


def test_removed_people_are_out_at_once(anonymous, colleague, contact, agency, owner_actor) -> None:
    member = _log_in(anonymous, colleague.email)["access"]
    person = _log_in(anonymous, contact.email, agency="acme")["access"]
    Membership.objects.filter(user=colleague).delete()
    with agency_scope(agency):
        remove_contact(Contact.objects.get(pk=contact.pk), actor=owner_actor)

    for token in (member, person):
        assert Caller(token=token)("GET", "customers", status=401)["code"] == "token_invalid"


def test_a_new_password_ends_all_tokens(anonymous, owner, agency) -> None:
    tokens = _log_in(anonymous, owner.email)
    anonymous("POST", "auth/forgot-password", {"email": owner.email}, status=200)
    key = _link_key(owner.email)
    new = {"key": key, "password": "another-long-phrase-7"}

    weak = anonymous("POST", "auth/reset-password", {**new, "password": "password"}, status=422)
    anonymous("POST", "auth/reset-password", new, status=200)

    assert weak["code"] == "password_weak"
    Caller(token=tokens["access"])("GET", "auth/me", status=401)
    anonymous("POST", "auth/refresh", {"refresh": tokens["refresh"]}, status=401)
    assert anonymous("POST", "auth/reset-password", new, status=422)["code"] == "key_invalid"
    body = {"email": owner.email, "password": "another-long-phrase-7"}
    anonymous("POST", "auth/login", body, status=200)


@pytest.mark.parametrize("key", ["x", "1-x", "zzzzzzzzzzzzz-x", "-", "99999999999999999999-x"])
def test_bad_reset_keys_are_refused(anonymous, key) -> None:
    body = {"key": key, "password": "another-long-phrase-7"}

    assert anonymous("POST", "auth/reset-password", body, status=422)["code"] == "key_invalid"


def test_mailed_links_carry_the_brand_of_the_host(contact, customer_host) -> None:
    Caller(customer_host)("POST", "auth/forgot-password", {"email": contact.email}, status=200)

    mail = MailMessage.objects.get(recipient=contact.email)
    assert f"http://{customer_host}" in mail.text
    assert "Studio Acme" in mail.sender


@pytest.mark.parametrize("path", ["auth/forgot-password", "auth/resend-verification"])
def test_nobody_learns_which_addresses_are_known(anonymous, owner, path) -> None:
    known = anonymous("POST", path, {"email": owner.email}, status=200)
    cache.clear()
    unknown = anonymous("POST", path, {"email": "nobody@nowhere.test"}, status=200)

    assert known["message"] == unknown["message"]


def test_verification_mail_is_sent_again(anonymous) -> None:
    anonymous("POST", "auth/register", NEW, status=201)

    anonymous("POST", "auth/resend-verification", {"email": NEW["email"]}, status=200)

    assert MailMessage.objects.filter(recipient="rita@rossi.test").count() == 2
    anonymous("POST", "auth/verify-email", {"key": _link_key("rita@rossi.test")}, status=200)


def test_suspended_agency_answers_402_everywhere(
    anonymous, owner, agency, owner_actor, agency_host
) -> None:
    tokens = _log_in(anonymous, owner.email)
    suspend_agency(agency, actor=owner_actor, reason="unpaid")

    for host in ("api.localhost", "www.localhost", agency_host):
        answer = Caller(host, tokens["access"])("GET", "customers", status=402)
        assert answer["code"] == "agency_suspended"
    body = {"email": owner.email, "password": PASSWORD}
    assert anonymous("POST", "auth/login", body, status=402)["code"] == "agency_suspended"
    refresh = anonymous("POST", "auth/refresh", {"refresh": tokens["refresh"]}, status=402)
    assert refresh["code"] == "agency_suspended"


def test_invited_person_joins_by_the_mailed_token(
    anonymous, customer, agency, owner_actor, customer_host
) -> None:
    from django.utils import timezone

    with agency_scope(agency):
        invite_contact(
            customer,
            actor=owner_actor,
            email="nina@nuova.test",
            full_name="Nina Nuova",
            role="MEMBER",
            at=timezone.now(),
        )
    body = {"token": _link_key("nina@nuova.test"), "password": PASSWORD}

    named = anonymous("POST", "auth/accept-invitation", body, status=422)
    weak = {**body, "agency": "acme", "password": "x"}
    assert named["code"] == "agency_required"
    anonymous("POST", "auth/accept-invitation", weak, status=422)
    anonymous("POST", "auth/accept-invitation", {**body, "agency": "acme"}, status=200)
    again = anonymous("POST", "auth/accept-invitation", {**body, "agency": "acme"}, status=422)

    assert again["code"] == "invitation_invalid"
    assert _log_in(Caller(customer_host), "nina@nuova.test")["role"] == "MEMBER"


def test_a_new_password_proves_the_address(anonymous) -> None:
    anonymous("POST", "auth/register", NEW, status=201)
    anonymous("POST", "auth/forgot-password", {"email": "rita@rossi.test"}, status=200)
    new = {"key": _link_key("rita@rossi.test"), "password": "another-long-phrase-7"}

    changed = anonymous("POST", "auth/reset-password", new, status=200)["data"]
    login = {"email": "rita@rossi.test", "password": new["password"]}
    known = anonymous("POST", "auth/login", login, status=200)["data"]

    assert changed["email_verified"] is known["user"]["email_verified"] is True
    Caller(token=known["access"])("GET", "customers", status=200)


@pytest.mark.parametrize("path", ["auth/resend-verification", "auth/forgot-password"])
def test_mails_are_asked_for_without_learning_who_is_known(anonymous, owner, path) -> None:
    anonymous("POST", "auth/register", NEW, status=201)
    waiting, verified, unknown = "rita@rossi.test", owner.email, "nobody@nowhere.test"

    def ask(email: str) -> list[tuple]:
        found = []
        for _ in range(7):
            answer = anonymous("POST", path, {"email": email})
            found.append((anonymous.response.status_code, answer.get("code"), answer["message"]))
        return found

    answers = [ask(waiting), ask(verified), ask(unknown)]

    assert answers[0] == answers[1] == answers[2]
    assert (answers[0][0][0], answers[0][-1][0]) == (200, 429)


def test_a_key_proves_the_address_it_was_mailed_to(anonymous) -> None:
    anonymous("POST", "auth/register", NEW, status=201)
    key = _link_key("rita@rossi.test")
    user = User.objects.get(email="rita@rossi.test")
    user.email = "other@rossi.test"
    user.save()

    shown = anonymous("POST", "auth/verify-email", {"key": key}, status=200)["data"]

    assert shown["email_verified"] is False
    proved = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    assert list(proved) == ["rita@rossi.test"]
