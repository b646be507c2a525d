"""The proxy for real: Caddy with our configuration, stand-ins behind it."""

import asyncio
import contextlib
import gzip
import http.client
import json
import os
import queue
import socket
import time
from pathlib import Path

import pytest

from spotex.runtime.config import read_config
from spotex.runtime.console import Console
from spotex.runtime.ports import remember_ports
from spotex.runtime.proxy import (
    LARGEST_BODY_BYTES,
    LIVE_SOCKET,
    LOG_LEVEL,
    WEB_SOCKET,
    prepare_proxy,
)
from spotex.runtime.proxy_sites import PAGES
from spotex.runtime.supervisor import Supervisor
from spotex.runtime.tests.stubs import echo, raw_request, serve

pytestmark = pytest.mark.services
SECRET = b"this file is nobody's business"
SITE = "shop.sites.localhost"
FORWARDED = "box.sites.localhost"
ARRIVED: list[str] = []


@pytest.fixture(scope="module")
def module_config(tmp_path_factory):
    directory = tmp_path_factory.mktemp("p")
    port = remember_ports(directory / "port.json", ("proxy",))["proxy"]
    data_dir = directory / "d"
    return read_config(
        {
            "SPOTEX_DATA_DIR": str(data_dir),
            "SPOTEX_SITES_DIR": str(data_dir / "sites"),
            "SPOTEX_PORT": str(port),
        }
    )


@pytest.fixture(scope="module")
def events():
    return queue.Queue()


@pytest.fixture(scope="module")
def proxy(module_config, events):
    """A running proxy with one site, one paused site, a web and a live stand-in; its port."""
    config = module_config
    _lay_out_sites(config.sites_dir)
    for name in ("php", "http"):
        (config.run_dir / name).mkdir(parents=True)
    (config.data_dir / "secret.txt").write_bytes(SECRET)
    (config.sites_dir / "secret.txt").write_bytes(SECRET)
    loop = asyncio.new_event_loop()
    supervisor = Supervisor(console=Console(), log_dir=config.data_dir / "logs")
    with contextlib.ExitStack() as stack:
        stack.enter_context(serve(config.run_dir / WEB_SOCKET, _note_and_echo))
        stack.enter_context(serve(config.run_dir / LIVE_SOCKET, _stream(events)))
        stack.enter_context(serve(config.run_dir / "http" / f"{FORWARDED}.sock", echo))
        loop.run_until_complete(supervisor.start(prepare_proxy(config, environ=os.environ)))
        yield config.port
        loop.run_until_complete(supervisor.stop())
    loop.close()


def _lay_out_sites(sites: Path) -> None:
    for name in (
        "hosts",
        "paused",
        "forwarded",
        "data/shop/wp-content/uploads",
        "data/shop/wp-content/database",
    ):
        (sites / name).mkdir(parents=True)
    root = sites / "data/shop"
    (root / "index.php").write_text("<?php")
    (root / "wp-config.php").write_bytes(SECRET)
    (root / ".env").write_bytes(SECRET)
    (root / "style.css").write_text("a { color: red }\n" * 200)
    (root / "wp-content/uploads/evil.php").write_bytes(SECRET)
    (root / "wp-content/database/.ht.sqlite").write_bytes(SECRET)
    (root / "wp-content/database/dump").write_bytes(SECRET)
    (root / "backup.sql").write_bytes(SECRET)
    (sites / "hosts" / SITE).symlink_to(root)
    (sites / "hosts" / "www.shop.example").symlink_to(root)
    (sites / "hosts" / FORWARDED).symlink_to(sites / "site_box" / "public")
    (sites / "forwarded" / FORWARDED).touch()
    (sites / "forwarded" / "down.sites.localhost").touch()
    (sites / "hosts" / "paused.sites.localhost").symlink_to(root)
    (sites / "paused" / "paused.sites.localhost").touch()


def _note_and_echo(handler):
    ARRIVED.append(handler.path)
    echo(handler)


def _stream(events):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        ticket = handler.headers.get("X-Live-Ticket")
        handler.wfile.write(f"data: {ticket} {handler.path}\n\n".encode())
        handler.wfile.flush()
        handler.wfile.write(events.get(timeout=10))
        handler.wfile.flush()
        handler.close_connection = True

    return answer


def get(port, path, host="localhost", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n"
    return raw_request(port, head)


def test_site_that_answers_http_itself_gets_the_request_as_it_is(proxy, module_config):
    host = f"{FORWARDED}:{proxy}"
    status, _, body = get(
        proxy, "/wp-login.php?a=%20b", host=host, X_Forwarded_For="6.6.6.6", X_Live_Ticket="forged"
    )
    paused = module_config.sites_dir / "paused" / FORWARDED
    paused.touch()
    stopped = get(proxy, "/", host=host)
    paused.unlink()

    said = json.loads(body)
    assert (status, said["path"]) == (200, "/wp-login.php?a=%20b")
    assert (said["headers"]["Host"], said["headers"]["X-Forwarded-For"]) == (host, "127.0.0.1")
    assert "X-Live-Ticket" not in said["headers"]
    assert stopped[0] == 503
    assert get(proxy, "/", host=f"down.sites.localhost:{proxy}")[0] == 503


def test_portals_get_forwarded_headers_of_the_proxy_only(proxy):
    status, _, body = get(
        proxy,
        "/x?y=1",
        host=f"agency.localhost:{proxy}",
        X_Forwarded_For="6.6.6.6",
        X_Forwarded_Proto="https",
        X_Forwarded_Host="evil.example",
        X_Live_Ticket="forged",
        X_Request_ID="r-1",
    )

    headers = json.loads(body)["headers"]
    assert (status, json.loads(body)["path"]) == (200, "/x?y=1")
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-Host"] == f"agency.localhost:{proxy}"
    assert headers["Host"] == f"agency.localhost:{proxy}"
    assert headers["X-Request-Id"] == "r-1"
    assert "X-Live-Ticket" not in headers


@pytest.mark.parametrize("host", ["localhost", SITE, FORWARDED, "nobody.sites.localhost"])
def test_answers_do_not_say_what_answers(proxy, host):
    _status, headers, _body = get(proxy, "/", host=host)

    assert not {"server", "via", "x-powered-by"} & {name.lower() for name in headers}


def test_answers_are_compressed(proxy):
    _, headers, body = get(proxy, "/", Accept_Encoding="gzip")

    assert headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["by"] == "web"


def test_ticket_hands_over_to_the_live_process_without_buffering(proxy, events):
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=10)
    headers = {"Host": "a.localhost", "X-Live-Ticket": "forged", "Accept-Encoding": "gzip, zstd"}

    connection.request("GET", "/live/operations/op_1", headers=headers)
    response = connection.getresponse()
    first = response.readline()  # arrives while the stream is still open
    events.put(b"data: second\n\n")
    rest = response.read()

    assert first == b"data: granted-7 /live/operations/op_1\n"
    assert rest == b"\ndata: second\n\n"
    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.headers["Content-Encoding"] is None
    assert response.headers["X-Live-Ticket"] is None


def test_large_upload_passes_and_a_larger_one_is_refused(proxy):
    statuses = []
    for size in (LARGEST_BODY_BYTES - 1, LARGEST_BODY_BYTES + 1):
        connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
        connection.request("POST", "/upload", body=b"x" * size, headers={"Host": "localhost"})
        statuses.append(connection.getresponse().status)
        connection.close()

    assert statuses == [200, 413]


def test_slow_sender_holds_no_thread_of_the_web_process(proxy):
    head = "POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"
    with socket.create_connection(("127.0.0.1", proxy), timeout=10) as client:
        client.sendall(head.encode() + b"ab")
        time.sleep(0.3)
        assert "/slow" not in ARRIVED

        client.sendall(b"cd")
        response = http.client.HTTPResponse(client)
        response.begin()
        assert json.loads(response.read())["got"] == 4


@pytest.mark.parametrize("host", [SITE, f"{SITE}:8000", "www.shop.example"])
def test_static_files_of_a_site_are_found_by_its_host(proxy, host):
    status, headers, body = get(proxy, "/style.css", host=host)

    assert (status, headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert body.startswith(b"a { color: red }")


@pytest.mark.parametrize(
    "path",
    [
        *("/wp-config.php", "//wp-config.php", "/x/../wp-config.php", "/%77p-config.php"),
        *(
            "/wp-config.php/x",
            "/WP-CONFIG.PHP",
            "/.env",
            "/%2eenv",
            "/backup.sql",
            "/x/.git/config",
        ),
        *("/wp-content/uploads/evil.php", "/wp-content/uploads/evil.php/x.css"),
        *("/wp-content//uploads/evil.php", "/wp-content/uploads/./evil.php"),
        *("/wp-content/database/.ht.sqlite", "/wp-content/database/dump"),
        *("/wp-includes/version.php", "/wp-content/database/", "/../../secret.txt"),
        *("/..%2f..%2fsecret.txt", "/%2e%2e/%2e%2e/secret.txt", "/..\\..\\secret.txt"),
    ],
)
def test_private_paths_of_a_site_are_never_served(proxy, path):
    status, _, body = get(proxy, path, host=SITE)

    assert status in {400, 404, 503}  # 503: the front page of a site whose PHP is not running
    assert SECRET not in body


@pytest.mark.parametrize("path", ["/", "/a-post", "/index.php"])
def test_site_without_php_says_that_it_is_starting(proxy, path):
    status, headers, body = get(proxy, path, host=SITE)

    assert (status, headers["retry-after"]) == (503, "30")
    assert b"Back in a moment" in body


def test_paused_host_answers_its_page_on_every_path(proxy):
    answers = [get(proxy, path, host="paused.sites.localhost") for path in ("/", "/style.css")]

    assert [status for status, _, _ in answers] == [503, 503]
    page = (PAGES / "paused.html").read_bytes()
    assert [body for _, _, body in answers] == [page, page]  # as written: its style is hashed


@pytest.mark.parametrize(
    "host", ["nobody.sites.localhost", "NOBODY.sites.localhost", "a.b.sites.localhost"]
)
def test_preview_host_without_site_has_a_page(proxy, host):
    status, headers, body = get(proxy, "/", host=host)

    assert (status, headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert b"There is no site here" in body
    assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    "host",
    [
        *("..", ".", "../..", "../data", "..%2f..", "%2e%2e", "a/../../x", "/etc", "data/shop"),
        *("hosts", "-", "a..b", ".localhost", "localhost.", "x" * 300, "[::1]", "*", "?", "~root"),
        *(
            "..:80",
            "a:b:c",
            "shop.sites.localhost/../..",
            "{env.HOME}",
            "{file./etc/passwd}",
            "a\\b",
        ),
        *("shop.sites.localhost\\..", "*.sites.localhost", "[a-z]*.sites.localhost", "é.localhost"),
    ],
)
@pytest.mark.parametrize("path", ["/secret.txt", "/data/shop/wp-config.php", "/shop/wp-config.php"])
def test_strange_hosts_never_leave_the_directory_of_sites(proxy, host, path):
    status, _, body = get(proxy, path, host=host)

    by_web = status == 200 and json.loads(body)["by"] == "web"
    assert by_web or status in {400, 404}
    assert SECRET not in body


def test_host_in_the_request_line_is_checked_as_well(proxy):
    head = "GET http://../secret.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    status, _, body = raw_request(proxy, head)

    assert status in {200, 400, 404}
    assert SECRET not in body


def test_web_process_that_is_away_is_a_page(config):
    config.run_dir.mkdir()
    loop = asyncio.new_event_loop()
    supervisor = Supervisor(console=Console(), log_dir=config.data_dir / "logs")
    loop.run_until_complete(supervisor.start(prepare_proxy(config, environ=os.environ)))

    status, headers, body = get(config.port, "/")
    api_status, api_headers, answer = get(config.port, "/api/v1/customers")

    loop.run_until_complete(supervisor.stop())
    loop.close()
    assert (status, headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "Torniamo subito" in body.decode()
    assert (api_status, api_headers["content-type"]) == (503, "application/json")
    assert api_headers["retry-after"] == "5"
    said = json.loads(answer)
    assert (said["success"], said["code"], said["errors"]) == (False, "unavailable", {})


@pytest.mark.parametrize("level", [LOG_LEVEL, "DEBUG"])
def test_log_has_no_headers_and_closed_streams_are_no_news(config, events, monkeypatch, level):
    monkeypatch.setattr("spotex.runtime.proxy.LOG_LEVEL", level)
    config.run_dir.mkdir()

    async def close_a_stream() -> None:
        supervisor = Supervisor(console=Console(), log_dir=config.data_dir / "logs")
        await supervisor.start(prepare_proxy(config, environ=os.environ))
        await asyncio.to_thread(_read_the_beginning, config.port)
        events.put(b"data: nobody reads this\n\n" * 10_000)
        await asyncio.sleep(0.5)
        await supervisor.stop()

    with (
        serve(config.run_dir / WEB_SOCKET, echo),
        serve(config.run_dir / LIVE_SOCKET, _stream(events)),
    ):
        asyncio.run(close_a_stream())

    log = (config.data_dir / "logs" / "proxy.log").read_text()
    assert ("aborting with incomplete response" in log) == (level == "DEBUG")
    assert ("byeee" in log) == (level == "DEBUG")
    assert not [word for word in ("hush", "granted-7") if word in log]


def _read_the_beginning(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    secrets = {"X-Live-Ticket": "hush-1", "Cookie": "a=hush-2", "Authorization": "Bearer hush-3"}
    connection.request("GET", "/live/x", headers={"Host": "a.localhost", **secrets})
    response = connection.getresponse()
    response.readline()
    response.close()
    connection.close()
