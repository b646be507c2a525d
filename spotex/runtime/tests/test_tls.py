"""The proxy with TLS, as configuration and as a process with an authority of its own."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from spotex.runtime.config import read_config
from spotex.runtime.console import Console
from spotex.runtime.errors import StartError
from spotex.runtime.proxy import WEB_SOCKET, prepare_proxy, render_config
from spotex.runtime.proxy_tls import PERMISSION_PATH, PROXY_TOKEN
from spotex.runtime.supervisor import Supervisor
from spotex.runtime.tests.stubs import serve
from spotex.runtime.tls import LETS_ENCRYPT, TlsConfig, read_tls


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def config(tmp_path: Path):
    return read_config(
        {
            "SPOTEX_DATA_DIR": str(tmp_path / "d"),
            "SPOTEX_PORT": str(_free_port()),
            "SPOTEX_TLS": "internal",
            "SPOTEX_TLS_PORT": str(_free_port()),
        }
    )


def test_without_a_word_there_is_no_tls() -> None:
    assert read_tls({}) == TlsConfig(mode="off", port=443, directory=LETS_ENCRYPT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPOTEX_TLS", "yes"),
        ("SPOTEX_TLS_PORT", "0"),
        ("SPOTEX_TLS_PORT", "x"),
        ("SPOTEX_ACME_DIRECTORY", "http://ca.example/dir"),
        ("SPOTEX_ACME_ROOT", "/nowhere/ca.pem"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(name: str, value: str) -> None:
    with pytest.raises(StartError, match=name):
        read_tls({name: value})


def test_addresses_name_the_port_only_when_it_is_unusual(config) -> None:
    usual = replace(config, tls=TlsConfig(mode="on"))

    assert usual.url_of("www.x.it") == "https://www.x.it/"
    assert config.url_of("www.x.it") == f"https://www.x.it:{config.tls.port}/"


def test_without_tls_nothing_of_it_is_configured(config) -> None:
    rendered = render_config(replace(config, tls=TlsConfig()))

    assert list(rendered["apps"]) == ["http"]
    assert list(rendered["apps"]["http"]["servers"]) == ["public"]


def test_an_authority_gets_what_the_environment_says(config, tmp_path: Path) -> None:
    root = tmp_path / "ca.pem"
    root.write_text("")
    tls = read_tls(
        {
            "SPOTEX_TLS": "on",
            "SPOTEX_ACME_DIRECTORY": "https://ca.example/dir",
            "SPOTEX_ACME_EMAIL": "ops@x.it",
            "SPOTEX_ACME_ROOT": str(root),
        }
    )

    (policy,) = render_config(replace(config, tls=tls))["apps"]["tls"]["automation"]["policies"]

    assert policy["on_demand"] is True
    assert policy["issuers"][0]["ca"] == "https://ca.example/dir"
    assert policy["issuers"][0]["email"] == "ops@x.it"
    assert policy["issuers"][0]["trusted_roots_pem_files"] == [str(root)]
    assert policy["issuers"][0]["challenges"]["http"] == {"alternate_port": config.port}


def test_hosts_that_are_allowed_get_a_certificate_and_others_none(config) -> None:
    asked: list[tuple[str, str]] = []

    def web(request) -> None:
        token = request.headers.get(PROXY_TOKEN, "")
        asked.append((request.path, token))
        allowed = not request.path.startswith(PERMISSION_PATH) or "domain=yes.test" in request.path
        request.send_response(200 if allowed else 404)
        request.send_header("Content-Length", "0")
        request.end_headers()

    config.run_dir.mkdir(parents=True)
    environ = {**os.environ, "SPOTEX_PROXY_TOKEN": "hush"}
    supervisor = Supervisor(console=Console(), log_dir=config.data_dir / "logs")
    loop = asyncio.new_event_loop()
    with serve(config.run_dir / WEB_SOCKET, web):
        loop.run_until_complete(supervisor.start(prepare_proxy(config, environ=environ)))
        try:
            page = _get(config.tls.port, "yes.test", "/page")
            with pytest.raises(ssl.SSLError):
                _get(config.tls.port, "no.test", "/page")
            outside = _get(config.tls.port, "yes.test", f"{PERMISSION_PATH}?domain=yes.test")
            moved = _get_plain(config.port, "yes.test", "/a?b=c")
            ready = _get_plain(config.port, "yes.test", "/health/ready")
            ports = json.loads((config.data_dir / "caddy" / "ports.json").read_text())
            closed = _get_plain(ports["permission"], "yes.test", "/anything-else")
        finally:
            loop.run_until_complete(supervisor.stop())
            loop.close()

    assert (page[0], outside[0], ready[0], closed[0]) == (200, 200, 200, 404)
    assert moved == (308, f"https://yes.test:{config.tls.port}/a?b=c")
    questions = [token for path, token in asked if path.startswith(PERMISSION_PATH)]
    assert sorted(questions) == ["", "hush", "hush"]  # what comes from outside carries no token


def _get(port: int, host: str, path: str) -> tuple[int, str]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(host, port, timeout=30, context=context)
    plain = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sock = context.wrap_socket(plain, server_hostname=host)
    return _read(connection, path, {PROXY_TOKEN: "hush"})


def _get_plain(port: int, host: str, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    return _read(connection, path, {"Host": host})


def _read(connection, path: str, headers: dict[str, str]) -> tuple[int, str]:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers.get("Location", "")
