"""Asking a site for pages, as a browser would or straight at its process."""

from __future__ import annotations

import html
import http.client
import re
import time
import unicodedata
from contextlib import suppress
from typing import Final

from hosting.drivers.base import NotAnswering, Probe, SiteSpec
from hosting.drivers.embedded.config import EngineConfig
from hosting.drivers.embedded.fastcgi import Answer, ask_process
from hosting.drivers.embedded.paths import SitePaths

_DATABASE_ERROR: Final = b"Error establishing a database connection"
_TITLE: Final = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_PAUSE_SECONDS: Final = 0.05
_ONE_TRY_SECONDS: Final = 20.0


def fetch_page(
    config: EngineConfig,
    site: SitePaths,
    spec: SiteSpec,
    path: str = "/",
) -> tuple[Answer, str]:
    """Return the answer to a GET and who gave it: the proxy if there is one, else the process.

    Raises:
        OSError: nobody answers.
        http.client.HTTPException: the answer is no HTTP.
    """
    if config.probe_port:
        with suppress(ConnectionRefusedError):
            return _ask_proxy(config, spec, path), "proxy"
    return ask_site(site, spec, path=path, script="index.php"), "process"


def ask_site(site: SitePaths, spec: SiteSpec, *, path: str, script: str) -> Answer:
    """Return the site's own answer to a GET.

    Raises:
        OSError: nobody answers.
    """
    params = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_FILENAME": str(site.public / script),
        "SCRIPT_NAME": f"/{script}",
        "REQUEST_URI": path,
        "QUERY_STRING": path.partition("?")[2],
        "DOCUMENT_ROOT": str(site.public),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": spec.host,
        "SERVER_PORT": str(spec.url_port or 80),
        "HTTP_HOST": spec.url.partition("://")[2],
        "REMOTE_ADDR": "127.0.0.1",
    }
    return ask_process(site.socket, params, timeout=_ONE_TRY_SECONDS)


def _ask_proxy(config: EngineConfig, spec: SiteSpec, path: str) -> Answer:
    link = http.client.HTTPConnection(
        config.probe_host,
        config.probe_port,
        timeout=_ONE_TRY_SECONDS,
    )
    try:
        link.request("GET", path, headers={"Host": spec.url.partition("://")[2]})
        got = link.getresponse()
        headers = {name.lower(): value for name, value in got.getheaders()}
        return Answer(got.status, headers, got.read())
    finally:
        link.close()


def probe_site(config: EngineConfig, site: SitePaths, spec: SiteSpec) -> Probe:
    """Ask until the front page is the site's own.

    Raises:
        NotAnswering: it was not within the configured time; says what was last seen.
    """
    started = time.monotonic()
    while True:
        detail, via = _try_once(config, site, spec)
        elapsed = time.monotonic() - started
        if not detail:
            return Probe(status=200, seconds=round(elapsed, 3), via=via)
        if elapsed > config.probe_seconds:
            raise NotAnswering(detail=detail)
        time.sleep(_PAUSE_SECONDS)


def _try_once(config: EngineConfig, site: SitePaths, spec: SiteSpec) -> tuple[str, str]:
    """Return what is wrong with the front page (empty: nothing), and who gave it."""
    try:
        answer, via = fetch_page(config, site, spec)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer ({type(error).__name__})", ""
    return find_fault(answer, spec.title), via


def find_fault(answer: Answer, title: str) -> str:
    """Return why an answer is not the site's front page, or an empty text."""
    if answer.status != 200:
        return f"status {answer.status}"
    if _DATABASE_ERROR in answer.body:
        return "the database does not answer"
    if not has_title(answer.body, title):
        return "the page does not carry the site's title"
    return ""


def has_title(page: bytes, title: str) -> bool:
    """Tell whether the page's title contains the site's, however characters are written."""
    found = _TITLE.search(page)
    if found is None:
        return False
    return _plain(title) in _plain(found.group(1).decode("utf-8", "replace"))


def _plain(text: str) -> str:
    """Return letters and digits only: WordPress rewrites quotes, dashes and the like."""
    once = html.unescape(html.unescape(text)).replace("\N{MULTIPLICATION SIGN}", "x")
    return "".join(
        sign for sign in unicodedata.normalize("NFKC", once) if sign.isalnum()
    ).casefold()
