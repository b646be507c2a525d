"""The proxy with TLS: certificates on demand, after asking whether the host is ours.

Own domains come and go while the configuration stays as it is: at the first handshake for a name
Caddy asks a listener that only this machine reaches, which puts the question to the web process.
What is refused there costs no order at the authority.
"""

from pathlib import Path
from typing import Any

from spotex.runtime.config import RuntimeConfig

Part = dict[str, Any]

PERMISSION_PATH = "/_proxy/certificate"
PROXY_TOKEN = "X-Proxy-Token"  # noqa: S105 - the name of a header
TLS_LOG = "tls.log"
_HEALTH = ["/health", "/health/ready"]


def render_tls_servers(
    config: RuntimeConfig,
    *,
    public: Part,
    portals: Part,
    token: str,
    permission_port: int,
) -> Part:
    """Return the servers: pages with TLS, the redirect to them, and who is asked for permission.

    Args:
        config: the installation.
        public: the server of all pages, as it is without TLS.
        portals: the handler that passes a request to the web process.
        token: what the web process takes for proof that the proxy asks.
        permission_port: a free port of this machine.
    """
    bind = public["listen"][0].rpartition(":")[0]
    managed = {"disable_redirects": True}
    port = "" if config.tls.port == 443 else f":{config.tls.port}"
    secure = {
        **public,
        "listen": [f"{bind}:{config.tls.port}"],
        "protocols": ["h1", "h2"],
        "automatic_https": managed,
        "tls_connection_policies": [{}],
    }
    redirect = {
        "handler": "static_response",
        "status_code": 308,
        "headers": {"Location": [f"https://{{http.request.host}}{port}{{http.request.uri}}"]},
    }
    plain = {
        "listen": public["listen"],
        "protocols": ["h1"],
        "automatic_https": managed,
        "read_header_timeout": "15s",
        "routes": [
            {"match": [{"path": _HEALTH}], "handle": [portals], "terminal": True},
            {"handle": [redirect]},
        ],
    }
    return {
        "public": secure,
        "plain": plain,
        "permission": _permission_server(config, portals, token=token, port=permission_port),
    }


def _permission_server(config: RuntimeConfig, portals: Part, *, token: str, port: int) -> Part:
    asking = {
        "handler": "reverse_proxy",
        "upstreams": portals["upstreams"],
        "headers": {"request": {"set": {PROXY_TOKEN: [token], "Host": [config.base_domain]}}},
    }
    return {
        "listen": [f"127.0.0.1:{port}"],
        "automatic_https": {"disable": True},
        "protocols": ["h1"],
        "routes": [
            {"match": [{"path": [PERMISSION_PATH]}], "handle": [asking], "terminal": True},
            {"handle": [{"handler": "static_response", "status_code": 404}]},
        ],
    }


def render_tls_apps(config: RuntimeConfig, *, permission_port: int) -> Part:
    """Return the parts of the configuration that obtain certificates."""
    permission = f"http://127.0.0.1:{permission_port}{PERMISSION_PATH}"
    automation = {
        "policies": [{"on_demand": True, "issuers": [_issuer(config)]}],
        "on_demand": {"permission": {"module": "http", "endpoint": permission}},
    }
    authority = {"certificate_authorities": {"local": {"install_trust": False}}}
    return {"tls": {"automation": automation}, "pki": authority}


def _issuer(config: RuntimeConfig) -> Part:
    if config.tls.mode == "internal":
        return {"module": "internal"}
    return {
        "module": "acme",
        "ca": config.tls.directory,
        "challenges": {
            "http": {"alternate_port": config.port},
            "tls-alpn": {"alternate_port": config.tls.port},
        },
        **({"email": config.tls.email} if config.tls.email else {}),
        **(
            {"trusted_roots_pem_files": [config.tls.trusted_root]}
            if config.tls.trusted_root
            else {}
        ),
    }


def render_tls_log(directory: Path) -> Part:
    """Return the log from which pages tell why a certificate was not issued."""
    return {
        "level": "ERROR",
        "include": ["tls"],
        "writer": {
            "output": "file",
            "filename": str(directory / TLS_LOG),
            "roll_size_mb": 4,
            "roll_keep": 1,
            "mode": "0600",
        },
        "encoder": {"format": "json"},
    }
