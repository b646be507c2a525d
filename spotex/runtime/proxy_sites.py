"""Routes of the hosted sites: WordPress rules over a document root found by the host name.

Everything here stands behind a pattern of the host: only small letters, digits, hyphens and single
dots ever become part of a path. Caddy does not promise an order among the conditions of one match,
so each condition that relies on another one sits in a route below it.
"""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

Route = dict[str, Any]

PAGES = Path(__file__).parent / "pages"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"^{_LABEL}(?:\.{_LABEL}){{1,8}}(?::[0-9]{{1,5}})?$"
_NAME = "{http.request.host}"
_ADDRESS = "{http.request.scheme}://{http.request.hostport}"
_REFUSED = (
    r"(?i)^/(?:wp-config.*"
    r"|wp-content/(?:database|cache|upgrade)(?:/.*)?"
    r"|wp-content/(?:uploads|languages)/.*\.ph(?:p|tml|ar).*"
    r"|wp-(?:includes|admin/includes)/.*\.php.*"
    r"|.*\.(?:sqlite3?|sql|log|ini|bak|orig|swp))$"
)
_SERVED = ["/wp-includes/js/tinymce/wp-tinymce.php", "/wp-includes/ms-files.php"]


def render_site_routes(sites_dir: Path, *, base_domain: str) -> list[Route]:
    """Return the routes of paused hosts, of sites, and of preview hosts without a site."""
    known: list[Route] = [
        {
            "match": [_entry_exists(sites_dir / "paused", _NAME)],
            "handle": [_stop(503, "paused")],
        },
        {
            "match": [_entry_exists(sites_dir / "forwarded", _NAME)],
            "handle": [_forward()],
            "terminal": True,
        },
        {
            "match": [_entry_exists(sites_dir / "hosts", f"{_NAME}/")],
            "handle": [_subroute(*_wordpress_routes(sites_dir / "hosts" / _NAME))],
            "terminal": True,
        },
    ]
    preview = rf"(?i)\.sites\.{re.escape(base_domain)}\.?(?::[0-9]+)?$"
    return [
        {"match": [_host_like(_HOST)], "handle": [_subroute(*known)]},
        {"match": [_host_like(preview)], "handle": [_stop(404, "no-site")]},
    ]


def render_error_routes() -> list[Route]:
    """Return what is answered when a route stops: a page of ours, or one plain line."""
    away = {"vars": {"{http.error.status_code}": [str(code) for code in (502, 503, 504)]}}
    paused = {"vars": {"{http.error.message}": ["paused"]}}
    pages = {
        "no-site": [{"vars": {"{http.error.message}": ["no-site"]}}],
        "paused": [paused],
        "unavailable": [away],
    }
    api = [{**away, "path": ["/api/v1/*"], "not": [paused]}]
    plain = {
        "handler": "static_response",
        "status_code": "{http.error.status_code}",
        "headers": {"Content-Type": ["text/plain; charset=utf-8"]},
        "body": "{http.error.status_code} {http.error.status_text}\n",
    }
    return [
        {"match": api, "handle": [_envelope()]},
        *({"match": match, "handle": [_page(name)]} for name, match in pages.items()),
        {"handle": [plain]},
    ]


def _wordpress_routes(root: Path) -> list[Route]:
    """Return the rules of one site; its document root follows from the host."""
    slashless = {
        "file": {"try_files": ["{http.request.uri.path}/index.php"]},
        "not": [{"path": ["*/"]}],
    }
    front = {
        "try_files": ["{http.request.uri.path}", "{http.request.uri.path}/index.php", "index.php"],
        "split_path": [".php"],
    }
    with_slash = "{http.request.orig_uri.path}/{http.request.orig_uri.prefixed_query}"
    return [
        {"handle": [{"handler": "vars", "root": str(root)}]},
        {
            "match": [
                {"path_regexp": {"pattern": r"/\."}, "not": [{"path": ["/.well-known/*"]}]},
                {"path_regexp": {"pattern": _REFUSED}, "not": [{"path": _SERVED}]},
            ],
            "handle": [_stop(404, "")],
        },
        {"match": [slashless], "handle": [_redirect(_ADDRESS + with_slash)], "terminal": True},
        {
            "match": [{"file": front}],
            "handle": [{"handler": "rewrite", "uri": "{http.matchers.file.relative}"}],
        },
        {"match": [{"path": ["*.php"]}], "handle": [_php()], "terminal": True},
        {"handle": [{"handler": "file_server"}]},
    ]


def _php() -> Route:
    """Hand over to the process group of the site.

    The socket is dialled relative to the proxy's working directory (the run directory), which
    leaves room for long host names. PHP sees the real document root behind the link.
    """
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/php/{_NAME}.sock"}],
        "headers": {"request": {"delete": ["Proxy", "X-Live-Ticket"]}},
        "transport": {
            "protocol": "fastcgi",
            "split_path": [".php"],
            "resolve_root_symlink": True,
            "dial_timeout": "3s",
            "read_timeout": "120s",
        },
    }


def _forward() -> Route:
    """Hand over to a site that answers HTTP itself.

    No connection is kept: the name of the socket may lead to another container a moment later.
    """
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/http/{_NAME}.sock"}],
        "headers": {"request": {"delete": ["Proxy", "X-Live-Ticket"]}},
        "transport": {
            "protocol": "http",
            "dial_timeout": "3s",
            "response_header_timeout": "120s",
            "keep_alive": {"enabled": False},
        },
    }


def _entry_exists(directory: Path, name: str) -> Route:
    return {"file": {"root": str(directory), "try_files": [f"/{name}"]}}


def _host_like(pattern: str) -> Route:
    return {"header_regexp": {"Host": {"pattern": pattern}}}


def _subroute(*routes: Route) -> Route:
    return {"handler": "subroute", "routes": list(routes)}


def _stop(status: int, why: str) -> Route:
    return {"handler": "error", "status_code": status, "error": why}


def _redirect(address: str) -> Route:
    return {"handler": "static_response", "status_code": 308, "headers": {"Location": [address]}}


def _envelope() -> Route:
    """Answer a program in the form of every other answer of the API."""
    body: dict[str, Any] = {
        "success": False,
        "data": None,
        "message": "The service is not available right now. Try again in a few seconds.",
        "code": "unavailable",
        "errors": {},
    }
    return {
        "handler": "static_response",
        "status_code": 503,
        "headers": {
            "Content-Type": ["application/json"],
            "Cache-Control": ["no-store"],
            "X-Content-Type-Options": ["nosniff"],
            "Retry-After": ["5"],
        },
        "body": json.dumps(body),
    }


def _page(name: str) -> Route:
    html = (PAGES / f"{name}.html").read_text()
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in styles)
    sources = " ".join(f"'sha256-{digest.decode()}'" for digest in digests)
    unavailable = name != "no-site"
    return {
        "handler": "static_response",
        "status_code": 503 if unavailable else 404,
        "headers": {
            "Content-Type": ["text/html; charset=utf-8"],
            "Content-Security-Policy": [f"default-src 'none'; style-src {sources}"],
            "Cache-Control": ["no-store"],
            "X-Content-Type-Options": ["nosniff"],
            "X-Robots-Tag": ["noindex"],
            **({"Retry-After": ["30"]} if unavailable else {}),
        },
        "body": html,
    }
