"""Fetching what a stranger's address holds: nothing internal, nothing endless.

The one place that asks an address which people typed. The name is resolved here, every address
behind it must be public, and the connection goes to exactly that address: a name that answers
otherwise the second time gains nothing. Each redirect is looked at again. Never call it inside a
transaction.

Source: OWASP, Server-Side Request Forgery Prevention.
"""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx
from django.conf import settings

REDIRECTS_MAX: Final = 3
_TIMEOUT: Final = httpx.Timeout(5.0)
_PORTS: Final = {"https": 443, "http": 80}
_GZIP_OR_ZLIB: Final = 47
_AGENT: Final = "Mozilla/5.0 (compatible; calendar reader)"


class FetchProblem(StrEnum):
    """Why there is nothing; the words for people are those who ask's."""

    ADDRESS_INVALID = "address_invalid"
    ADDRESS_INTERNAL = "address_internal"
    NAME_UNKNOWN = "name_unknown"
    NOT_REACHED = "not_reached"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    ANSWERED_BADLY = "answered_badly"


class FetchFailed(Exception):  # it never reaches people as it is
    """Nothing usable came; ``problem`` says why."""

    def __init__(self, problem: FetchProblem, *, status: int = 0) -> None:
        super().__init__(f"{problem} {status}" if status else problem)
        self.problem, self.status = problem, status


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for, how long and how large it may be, and what is known already."""

    url: str
    most_bytes: int
    most_seconds: float = 20.0
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came; ``content`` is None when it is what is known already."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


@dataclass
class _Watch:
    """Ends at a moment by the machine's own clock."""

    ends: float = field(default=0.0)

    def require_time(self) -> None:
        if time.monotonic() > self.ends:
            raise FetchFailed(FetchProblem.TOO_SLOW)


def fetch(wanted: Wanted) -> Fetched:
    """Return what an address holds.

    Raises:
        FetchFailed: it is internal, too slow, too large, or answers otherwise.
    """
    watch = _Watch(ends=time.monotonic() + wanted.most_seconds)
    url = wanted.url
    for _number in range(REDIRECTS_MAX + 1):
        parts = require_address(url)
        answer = _ask(parts, wanted=wanted, watch=watch)
        if isinstance(answer, Fetched):
            return answer
        url = urljoin(url, answer)
    raise FetchFailed(FetchProblem.TOO_MANY_REDIRECTS)


def require_address(url: str) -> SplitResult:
    """Return the parts of an address that may be asked, as far as it says by itself.

    Raises:
        FetchFailed: it is no address of the web, carries a password, or is not encrypted.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID) from error
    is_own = bool(settings.SPOTEX_TRUSTED_NETWORKS)
    if parts.scheme not in (("https", "http") if is_own else ("https",)) or not parts.hostname:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID)
    if parts.username is not None or parts.password is not None:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID)
    if not is_own and port not in {None, 443, 8443}:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID)
    return parts


def _ask(parts: SplitResult, *, wanted: Wanted, watch: _Watch) -> Fetched | str:
    """Return the answer of one address, or where it says to ask instead."""
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    address = _find_address(host, port=port, is_plain=parts.scheme == "http")
    watch.require_time()
    target = httpx.URL(
        scheme=parts.scheme,
        host=address,
        port=port,
        raw_path=((parts.path or "/") + (f"?{parts.query}" if parts.query else "")).encode(),
    )
    headers = {
        "Host": parts.netloc,
        "User-Agent": _AGENT,
        "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1",
        "Accept-Encoding": "gzip",
        **({"If-None-Match": wanted.etag} if wanted.etag else {}),
        **({"If-Modified-Since": wanted.last_modified} if wanted.last_modified else {}),
    }
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, trust_env=False) as client,
            client.stream(
                "GET", target, headers=headers, extensions={"sni_hostname": host}
            ) as response,
        ):
            return _read_answer(response, wanted=wanted, watch=watch)
    except httpx.TimeoutException as error:
        raise FetchFailed(FetchProblem.TOO_SLOW) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchFailed(FetchProblem.NOT_REACHED) from error


def _find_address(host: str, *, port: int, is_plain: bool) -> str:
    """Return one address behind a name, if all of them may be asked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(FetchProblem.NAME_UNKNOWN) from error
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    for address in addresses:
        is_trusted = any(
            address in ipaddress.ip_network(network) for network in settings.SPOTEX_TRUSTED_NETWORKS
        )
        if not is_trusted and (is_plain or not is_public(address)):
            raise FetchFailed(FetchProblem.ADDRESS_INTERNAL)
    return str(addresses[0])


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Tell whether an address is anybody's in the public internet, also behind IPv6 wrappings."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            return is_public(inner)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def _read_answer(response: httpx.Response, *, wanted: Wanted, watch: _Watch) -> Fetched | str:
    status = response.status_code
    if status in {301, 302, 303, 307, 308} and response.headers.get("location"):
        return str(response.headers["location"])
    etag = response.headers.get("etag", "")[:200]
    last_modified = response.headers.get("last-modified", "")[:60]
    if status == 304 and (wanted.etag or wanted.last_modified):
        return Fetched(content=None, etag=wanted.etag, last_modified=wanted.last_modified)
    if status in {401, 403, 407, 451}:
        raise FetchFailed(FetchProblem.REFUSED, status=status)
    if status in {404, 410}:
        raise FetchFailed(FetchProblem.NOT_FOUND, status=status)
    if status != 200:
        raise FetchFailed(FetchProblem.ANSWERED_BADLY, status=status)
    content = bytearray()
    for part in _unpack(response, most=wanted.most_bytes):
        watch.require_time()
        content += part
        if len(content) > wanted.most_bytes:
            raise FetchFailed(FetchProblem.TOO_LARGE)
    return Fetched(content=bytes(content), etag=etag, last_modified=last_modified)


def _unpack(response: httpx.Response, *, most: int) -> Iterator[bytes]:
    """Yield the content; what is packed is unpacked a little at a time, never beyond the limit."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing in {"", "identity"}:
        yield from response.iter_raw(16_384)
        return
    if packing not in {"gzip", "x-gzip", "deflate"}:
        raise FetchFailed(FetchProblem.ANSWERED_BADLY)
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    left = most + 1
    for part in response.iter_raw(16_384):
        try:
            unpacked = unpacker.decompress(part, left)
        except zlib.error as error:
            raise FetchFailed(FetchProblem.ANSWERED_BADLY) from error
        left = max(1, left - len(unpacked))
        yield unpacked
