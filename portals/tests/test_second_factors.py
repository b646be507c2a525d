"""Authenticator apps and recovery codes, through the pages, as a person uses them."""

from __future__ import annotations

import inspect
import json
import re
import time
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string
from fido2.utils import websafe_encode

from conftest import PASSWORD
from portals.middleware.language import LANGUAGE_COOKIE
from portals.shared.factors.adapter import passkey_domain
from portals.shared.factors.answers import CredentialField, require_own_origin
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.hosts import forget_hosts
from tenants.models import Agency, Domain, MailMessage, User

ACME, BETA = "acme.agency.localhost", "beta.agency.localhost"
LOGIN, STEP, SECURITY = "/accounts/login/", "/accounts/2fa/", "/security/"
FORMS = settings.MFA_FORMS
APP, CODES = "/accounts/2fa/app/", "/accounts/2fa/codes/"
PASSKEYS = "/accounts/2fa/passkeys/"
PASSKEY_SIGN_IN, PASSKEY_NEW = f"{PASSKEYS}sign-in/", f"{PASSKEYS}new/"


def code_of(secret: str, *, later: int = 0) -> str:
    """Compute what an app shows, some periods from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def give_app(user: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def _sign_in(user: User, host: str = ACME) -> Client:
    client = Client(HTTP_HOST=host, headers={"accept-language": "en"})
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client


def _send(client: Client, code: str) -> Any:
    return client.post(STEP, {"code": code})


def _is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://trattoria--acme.sites.localhost",
        f"https://{ACME}.evil.test",
        "https://acme.customers.localhost",
        "",
        None,
    ],
)
def test_a_passkey_answers_only_from_the_page_of_its_host(rf, origin: str | None) -> None:
    def answer_from(where: str | None) -> dict[str, Any]:
        client = json.dumps({"type": "webauthn.get", "origin": where}).encode()
        return {"response": {"clientDataJSON": websafe_encode(client)}}

    with context.request_context(rf.get("/", HTTP_HOST=ACME)):
        require_own_origin(answer_from(f"https://{ACME}"))
        for answer in (answer_from(origin), {}, {"response": {"clientDataJSON": "!"}}):
            with pytest.raises(ValidationError):
                require_own_origin(answer)


def _client(**changed: Any) -> str:
    said = {"type": "webauthn.get", "challenge": "YQ", "origin": f"http://{ACME}"} | changed
    return websafe_encode(json.dumps(said).encode())


def _answer(client: Any = None, **changed: Any) -> str:
    response = {
        "clientDataJSON": _client() if client is None else client,
        "authenticatorData": "YQ",
        "signature": "YQ",
        "userHandle": "MQ",
    }
    said = {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": response | changed}
    return json.dumps(said)


VAST = 10**30  # as many bytes, if it is taken for their number
DEEP = "[" * 200_000
MALFORMED = [
    *("", "null", "5", "[]", "{}", '"text"', "no JSON", DEEP, DEEP + "]" * 200_000),
    *("1" * 5_000, '{"response": 5}', '{"response": null}', '{"response": []}'),
    *(_answer(5), _answer(VAST), _answer([]), _answer({}), _answer("!"), _answer("è")),
    *(_answer(websafe_encode(text)) for text in (b"5", b"null", b"[]", b"{}", b"\xff", b"no JSON")),
    _answer(websafe_encode(DEEP.encode())),
    *(_answer(_client(origin=wrong)) for wrong in (5, None, [], {}, "http://[", "")),
    *(_answer(_client(challenge=wrong)) for wrong in (5, VAST, None, [], {}, "è")),
    *(_answer(_client(type=wrong)) for wrong in (5, None, [], "other")),
    *(
        _answer(**{name: wrong})
        for name in ("authenticatorData", "signature", "userHandle")
        for wrong in (5, VAST, None, [], "!", "è", "")
    ),
    *(json.dumps(json.loads(_answer()) | {name: VAST}) for name in ("id", "rawId", "type")),
    *(
        _answer(_client(type="webauthn.create"), attestationObject=websafe_encode(cbor))
        for cbor in (
            b"",
            b"\x05",
            b"\xa0",
            b"\xff",
            b"\x81" * 100_000,
            b"\xa1\x61a",
            b"\xa1\x80\x05",
        )
    ),
    _answer(userHandle=websafe_encode(str(VAST).encode())),
    _answer(extra="\x00"),
    _answer(extra="\ud800"),
    _answer(extra=float("nan")),
    _answer(),
]


@pytest.mark.parametrize("path", [PASSKEY_SIGN_IN, PASSKEY_NEW])
def test_a_malformed_answer_of_a_passkey_is_refused(owner: User, agency: Agency, path: str) -> None:
    is_stranger = path == PASSKEY_SIGN_IN
    client = Client(HTTP_HOST=ACME) if is_stranger else _sign_in(owner)
    client.get(path)

    for number, sent in enumerate(MALFORMED):
        cache.clear()  # it counts tries
        answer = client.post(path, {"credential": sent, "name": "Key", "passwordless": "on"})
        assert answer.status_code in {200, 302}, (number, sent[:200])

    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()
    assert _is_in(client) is not is_stranger


def test_every_form_for_passkeys_looks_where_the_answer_comes_from() -> None:
    passkeys = {name for name in FORMS if "webauthn" in name and name != "edit_webauthn"}

    assert passkeys >= {"login_webauthn", "authenticate_webauthn", "reauthenticate_webauthn"}
    for name in passkeys:
        form = import_string(FORMS[name])
        assert isinstance(form.base_fields["credential"], CredentialField)
        assert "require_own_origin" in inspect.getsource(form)
        assert "refused_when_malformed" in inspect.getsource(form)


def test_setting_an_app_up_shows_the_codes_once(owner: User, agency: Agency) -> None:
    client = _sign_in(owner)
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
    client = _sign_in(owner)
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
    client = _sign_in(owner)
    client.get(APP)

    response = client.post(APP, {"code": "000000"})

    assert "sbagliato" in response.content.decode()
    assert not Authenticator.objects.filter(user=owner).exists()


def test_the_code_that_set_the_app_up_does_not_sign_in(owner: User) -> None:
    client = _sign_in(owner)
    secret = re.search(r">([A-Z2-7]{32})<", client.get(APP).content.decode()).group(1)
    code = code_of(secret)
    client.post(APP, {"code": code})

    thief = _sign_in(owner)
    _send(thief, code)

    assert not _is_in(thief)


def test_the_password_alone_no_longer_opens(owner: User) -> None:
    give_app(owner)

    client = Client(HTTP_HOST=ACME)
    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD})

    assert response["Location"] == STEP
    assert not _is_in(client)


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_code_of_a_clock_that_is_a_little_off_signs_in(owner: User, later: int) -> None:
    secret = give_app(owner)
    client = _sign_in(owner)

    _send(client, code_of(secret, later=later))

    assert _is_in(client)


@pytest.mark.parametrize("later", [-3, 3])
def test_a_code_of_another_time_does_not(owner: User, later: int) -> None:
    secret = give_app(owner)
    client = _sign_in(owner)

    _send(client, code_of(secret, later=later))

    assert not _is_in(client)


@pytest.mark.parametrize("host", [ACME, "acme.customers.localhost", BETA])
def test_a_code_is_good_once_on_all_hosts(owner: User, other_agency: Agency, host: str) -> None:
    secret = give_app(owner)
    code = code_of(secret)
    first, second = _sign_in(owner), _sign_in(owner, host)

    _send(first, code)
    _send(second, code)

    assert _is_in(first)
    assert "_auth_user_id" not in second.session


def test_an_older_code_is_not_taken_after_a_newer(owner: User) -> None:
    secret = give_app(owner)
    _send(_sign_in(owner), code_of(secret, later=1))
    late = _sign_in(owner)

    _send(late, code_of(secret))

    assert not _is_in(late)


def test_a_recovery_code_is_good_once(owner: User) -> None:
    give_app(owner)
    code = RecoveryCodes.activate(owner).get_unused_codes()[0]
    first, second = _sign_in(owner), _sign_in(owner)

    _send(first, f"{code[:5]} {code[5:]}")
    _send(second, code)

    assert _is_in(first)
    assert not _is_in(second)


def test_tries_are_counted_by_account_over_all_hosts(owner: User, other_agency: Agency) -> None:
    secret = give_app(owner)
    for number in range(6):
        host = (ACME, BETA, "acme.customers.localhost")[number % 3]
        _send(_sign_in(owner, host), "000000")
    client = _sign_in(owner)

    _send(client, code_of(secret))

    assert not _is_in(client)


def test_the_second_step_cannot_be_taken_without_the_first(owner: User) -> None:
    secret = give_app(owner)
    stranger = Client(HTTP_HOST=ACME)

    response = _send(stranger, code_of(secret))

    assert response["Location"] == LOGIN


def test_the_second_step_of_another_host_is_not_taken(owner: User, other_agency: Agency) -> None:
    secret = give_app(owner)
    client = _sign_in(owner)
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


@pytest.mark.parametrize(
    ("base", "host", "domain"),
    [
        ("platform.example", "acme.agency.platform.example", "platform.example"),
        ("platform.example", "Acme.Customers.Platform.example:8443", "platform.example"),
        ("platform.example", "admin.platform.example", "platform.example"),
        ("platform.example", "platform.example", "platform.example"),
        ("platform.example", "panel.acme.example", "panel.acme.example"),
        ("platform.example", "notplatform.example", "notplatform.example"),
        ("localhost", "acme.agency.localhost:8000", "agency.localhost"),
        ("localhost", "admin.localhost:8000", "admin.localhost"),
        ("localhost", "localhost", "localhost"),
    ],
)
def test_hosts_of_the_platform_share_their_passkeys(
    settings: Any, base: str, host: str, domain: str
) -> None:
    settings.SPOTEX_BASE_DOMAIN = base

    assert passkey_domain(host) == domain


def _read_in_english(client: Client, path: str) -> str:
    client.cookies[LANGUAGE_COOKIE] = "en"
    return str(client.get(path).content.decode())


def test_the_page_says_where_a_passkey_works(owner: User, agency: Agency) -> None:
    own = "panel.acme-studio.test"
    Domain.objects.create(
        domain=own, tenant=agency, portal="agency", state="LIVE", verified_at=timezone.now()
    )
    forget_hosts()
    path = "/accounts/2fa/passkeys/new/"

    shared, alone = (_read_in_english(_sign_in(owner, host), path) for host in (ACME, own))

    assert "whose address ends in agency.localhost." in shared
    assert f"It works at {own} only" in alone
    assert "&quot;id&quot;: &quot;agency.localhost&quot;" in shared
    assert f"&quot;id&quot;: &quot;{own}&quot;" in alone


def test_somebody_elses_passkey_is_not_there(client_for, owner: User, other_owner: User) -> None:
    row = Authenticator.objects.create(
        user=other_owner, type="webauthn", data={"name": "Other", "credential": {}}
    )
    client = _sign_in(owner)

    for verb in ("rename", "remove"):
        path = f"/accounts/2fa/passkeys/{row.pk}/{verb}/"
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("path", [SECURITY, APP])
def test_pages_of_second_factors_belong_to_the_security_tab(owner: User, path: str) -> None:
    page = _sign_in(owner).get(path).content.decode()

    assert re.search(rf'class="tab" href="{SECURITY}" aria-current="page"', page)
    assert page.count('class="tab"') == 3
