"""Certificates of own domains: obtained early, watched, and why one is missing."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tenants.drivers.tls import Certificate, HandshakeFailed, WireTls, read_reason
from tenants.drivers.tls_choice import choose_tls
from tenants.drivers.tls_double import HANDS
from tenants.models import Agency, Domain
from tenants.services.certificates import certify_domain
from tenants.tests.factories import NOON

NAME = "clienti.acme.it"
SHOWN = Certificate(issuer="Good CA", starts_at=NOON, ends_at=NOON + timedelta(days=90))


@pytest.fixture(autouse=True)
def hands(settings) -> Iterator[None]:
    """An installation with TLS whose handshakes are in memory."""
    settings.SPOTEX_TLS = "on"
    yield
    HANDS.certificates.clear()
    HANDS.failures.clear()


@pytest.fixture
def domain(agency: Agency) -> Domain:
    """A live domain."""
    return Domain.objects.create(
        domain=NAME, tenant=agency, portal="customer", state="LIVE", verified_at=NOON
    )


def test_a_certificate_is_noted_and_looked_at_every_day(domain: Domain) -> None:
    HANDS.certificates[NAME] = SHOWN

    again = certify_domain(domain.public_id, at=NOON)

    domain.refresh_from_db()
    assert again == NOON + timedelta(days=1)
    assert (domain.certificate_state, domain.certificate_issuer) == ("ISSUED", "Good CA")
    assert domain.certificate_until == SHOWN.ends_at


def test_a_failure_is_noted_with_its_reason_and_tried_again_soon(domain: Domain) -> None:
    HANDS.failures[NAME] = "urn:ietf:params:acme:error:rateLimited"

    again = certify_domain(domain.public_id, at=NOON)

    domain.refresh_from_db()
    assert again == NOON + timedelta(minutes=10)
    assert (domain.certificate_state, domain.certificate_error) == (
        "FAILED",
        "urn:ietf:params:acme:error:rateLimited",
    )
    HANDS.certificates[NAME] = SHOWN
    certify_domain(domain.public_id, at=NOON)
    domain.refresh_from_db()
    assert (domain.certificate_state, domain.certificate_error) == ("ISSUED", "")


def test_without_tls_without_proof_or_without_domain_nothing_is_done(
    domain: Domain, settings
) -> None:
    Domain.objects.filter(pk=domain.pk).update(state="PENDING", verified_at=None)
    unproved = certify_domain(domain.public_id, at=NOON)
    Domain.objects.filter(pk=domain.pk).update(state="LIVE", verified_at=NOON)
    settings.SPOTEX_TLS = "off"

    assert unproved is None
    assert certify_domain(domain.public_id, at=NOON) is None
    assert certify_domain("dom_gone", at=NOON) is None


def test_a_domain_removed_during_the_handshake_stays_removed(domain: Domain, monkeypatch) -> None:
    class Slow:
        def fetch_certificate(self, host: str) -> Certificate:
            Domain.objects.filter(domain=host).delete()
            return SHOWN

    monkeypatch.setattr("tenants.services.certificates.choose_tls", Slow)

    assert certify_domain(domain.public_id, at=NOON) is None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A TLS server whose certificate is for our domain, signed by itself."""
    key, certificate = tmp_path / "key.pem", tmp_path / "root.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/O=Good CA", "-keyout", str(key)),
            *("-out", str(certificate), "-addext", f"subjectAltName=DNS:{NAME}"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, context), daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = listener.accept()
            context.wrap_socket(plain, server_side=True).close()
        except ssl.SSLError:
            continue
        except OSError:
            return


def test_a_real_handshake_shows_issuer_and_end(server: str, tmp_path: Path) -> None:
    roots = str(tmp_path / "root.pem")

    shown = WireTls(server=server, roots=roots, log=tmp_path / "x").fetch_certificate(NAME)

    assert shown.issuer == "Good CA"
    assert shown.starts_at < datetime.now(UTC) < shown.ends_at


def test_a_certificate_that_browsers_refuse_is_none(server: str, tmp_path: Path) -> None:
    strange = WireTls(server=server, roots="", log=tmp_path / "x")
    other = WireTls(server=server, roots=str(tmp_path / "root.pem"), log=tmp_path / "x")
    away = WireTls(server="127.0.0.1:1", roots=str(tmp_path / "none.pem"), log=tmp_path / "x")

    with pytest.raises(HandshakeFailed, match="self-signed"):
        strange.fetch_certificate(NAME)
    with pytest.raises(HandshakeFailed, match="mismatch"):
        other.fetch_certificate("other.acme.it")
    with pytest.raises(HandshakeFailed):
        away.fetch_certificate(NAME)


def test_the_reason_is_the_newest_that_the_proxy_wrote(tmp_path: Path) -> None:
    log = tmp_path / "tls.log"
    lines = [
        {"identifier": NAME, "error": "old"},
        {"identifier": NAME, "error": "newest"},
        {"identifier": "other.it", "error": "other"},
        ["no object"],
        {"server_name": NAME, "msg": "no error"},
    ]
    log.write_text("".join(json.dumps(line) + "\n" for line in lines) + "no json\n")

    assert read_reason(log, NAME) == "newest"
    assert read_reason(log, "unknown.it") == ""
    assert read_reason(tmp_path / "missing", NAME) == ""


def test_outside_tests_hands_are_real(settings) -> None:
    settings.SPOTEX_DNS_DRIVER = "wire"

    assert isinstance(choose_tls(), WireTls)
