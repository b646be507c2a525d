"""Passkeys through the pages: whose answers count, which are malformed, where they work."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string
from fido2.utils import websafe_encode

from portals.middleware.language import LANGUAGE_COOKIE
from portals.shared.factors.adapter import passkey_domain
from portals.shared.factors.answers import CredentialField, require_own_origin
from portals.tests.test_second_factors import ACME, is_in, sign_in
from tenants.hosts import forget_hosts
from tenants.models import Agency, Domain, User

FORMS = settings.MFA_FORMS
PASSKEYS = "/accounts/2fa/passkeys/"
PASSKEY_SIGN_IN, PASSKEY_NEW = f"{PASSKEYS}sign-in/", f"{PASSKEYS}new/"


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
    client = Client(HTTP_HOST=ACME) if is_stranger else sign_in(owner)
    client.get(path)

    for number, sent in enumerate(MALFORMED):
        cache.clear()  # it counts tries
        answer = client.post(path, {"credential": sent, "name": "Key", "passwordless": "on"})
        assert answer.status_code in {200, 302}, (number, sent[:200])

    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()
    assert is_in(client) is not is_stranger


def test_every_form_for_passkeys_looks_where_the_answer_comes_from() -> None:
    passkeys = {name for name in FORMS if "webauthn" in name and name != "edit_webauthn"}

    assert passkeys >= {"login_webauthn", "authenticate_webauthn", "reauthenticate_webauthn"}
    for name in passkeys:
        form = import_string(FORMS[name])
        assert isinstance(form.base_fields["credential"], CredentialField)
        assert "require_own_origin" in inspect.getsource(form)
        assert "refused_when_malformed" in inspect.getsource(form)


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

    shared, alone = (_read_in_english(sign_in(owner, host), path) for host in (ACME, own))

    assert "whose address ends in agency.localhost." in shared
    assert f"It works at {own} only" in alone
    assert "&quot;id&quot;: &quot;agency.localhost&quot;" in shared
    assert f"&quot;id&quot;: &quot;{own}&quot;" in alone


def test_somebody_elses_passkey_is_not_there(client_for, owner: User, other_owner: User) -> None:
    row = Authenticator.objects.create(
        user=other_owner, type="webauthn", data={"name": "Other", "credential": {}}
    )
    client = sign_in(owner)

    for verb in ("rename", "remove"):
        path = f"/accounts/2fa/passkeys/{row.pk}/{verb}/"
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.filter(pk=row.pk).exists()
