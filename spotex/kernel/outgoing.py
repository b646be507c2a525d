"""Fetching what a stranger's address holds: nothing internal, nothing endless.

The one place that asks an address which people typed. The name is resolved here, every address
behind it must be public, and the connection goes to exactly that address: a name that answers
otherwise the second time gains nothing. Each redirect is looked at again. Never call it inside a
transaction.

Source: OWASP, Server-Side Request Forgery Prevention.
"""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import httpcore
import httpx
from django.conf import settings

from spotex.kernel.watched import Watch, WatchedBackend, resolve

REDIRECTS_MAX: Final = 3
_TIMEOUT: Final = dict.fromkeys(("connect", "read", "write", "pool"), 5.0)
_PORTS: Final = {"https": 443, "http": 80}
_GZIP_OR_ZLIB: Final = 47
_AGENT: Final = "Mozilla/5.0 (compatible; calendar reader)"
_SAFE_IN_PATH: Final = "/%:@!$&'()*+,;=~-._"


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


def fetch(wanted: Wanted) -> Fetched:
    """Return what an address holds.

    Raises:
        FetchFailed: it is internal, too slow, too large, or answers otherwise.
    """
    watch = Watch.begin(seconds=wanted.most_seconds)
    url = wanted.url
    for _number in range(REDIRECTS_MAX + 1):
        parts = require_address(url)
        answer = _ask(parts, wanted=wanted, watch=watch)
        if isinstance(answer, Fetched):
            return answer
        url = _join(url, answer)
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
    if not url.isprintable():
        raise FetchFailed(FetchProblem.ADDRESS_INVALID)
    is_own = bool(settings.SPOTEX_TRUSTED_NETWORKS)
    if parts.scheme not in (("https", "http") if is_own else ("https",)) or not parts.hostname:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID)
    if parts.username is not None or parts.password is not None:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID)
    if not is_own and port not in {None, 443, 8443}:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID)
    return parts


def _join(url: str, where: str) -> str:
    """Return where a redirect leads."""
    try:
        return urljoin(url, where)
    except ValueError as error:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID) from error


def _ask(parts: SplitResult, *, wanted: Wanted, watch: Watch) -> Fetched | str:
    """Return the answer of one address, or where it says to ask instead."""
    try:
        host, path = _write_host(parts), _write_path(parts)
    except ValueError as error:
        raise FetchFailed(FetchProblem.ADDRESS_INVALID) from error
    port = parts.port or _PORTS[parts.scheme]
    address = _find_address(host, port=port, is_plain=parts.scheme == "http", watch=watch)
    target = httpcore.URL(scheme=parts.scheme, host=address, port=port, target=path)
    named = f"[{host}]" if ":" in host else host
    headers: dict[str | bytes, str | bytes] = {
        "Host": named if parts.port is None else f"{named}:{port}",
        "User-Agent": _AGENT,
        "Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1",
        "Accept-Encoding": "gzip",
        **({"If-None-Match": wanted.etag} if _is_mark(wanted.etag) else {}),
        **({"If-Modified-Since": wanted.last_modified} if _is_mark(wanted.last_modified) else {}),
    }
    extensions = {"sni_hostname": host, "timeout": _TIMEOUT}
    context = httpx.create_ssl_context(trust_env=False)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=context, network_backend=WatchedBackend(watch)
            ) as pool,
            pool.stream("GET", target, headers=headers, extensions=extensions) as response,
        ):
            return _read_answer(response, wanted=wanted)
    except httpcore.TimeoutException as error:
        raise FetchFailed(FetchProblem.TOO_SLOW) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise FetchFailed(FetchProblem.NOT_REACHED) from error


def _write_host(parts: SplitResult) -> str:
    """Return the name of a host as machines write it."""
    host = parts.hostname or ""
    return host if host.isascii() else host.encode("idna").decode()


def _write_path(parts: SplitResult) -> str:
    """Return what is asked for in plain letters, whatever the address is written with."""
    path = quote(parts.path or "/", safe=_SAFE_IN_PATH)
    query = quote(parts.query, safe=f"{_SAFE_IN_PATH}?")
    return f"{path}?{query}" if query else path


def _is_mark(mark: str) -> bool:
    """Tell whether a mark of an answer can be said again; one of odd letters is as good as none."""
    return bool(mark) and mark.isascii() and mark.isprintable()


def _find_address(host: str, *, port: int, is_plain: bool, watch: Watch) -> str:
    """Return one address behind a name, if all of them may be asked."""
    try:
        found = resolve(host, port=port, watch=watch)
    except httpcore.TimeoutException as error:
        raise FetchFailed(FetchProblem.TOO_SLOW) from error
    except (OSError, UnicodeError) as error:
        raise FetchFailed(FetchProblem.NAME_UNKNOWN) from error
    addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
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
        if address.is_site_local or any(address in network for network in _LOCAL):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL: Final = (
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # RFC 8215: NAT64 of somebody's own
    ipaddress.IPv6Network("::/96"),  # RFC 4291, 2.5.5.1: IPv4 in IPv6, given up
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # RFC 2765: IPv4, translated
)


def _read_answer(response: httpcore.Response, *, wanted: Wanted) -> Fetched | str:
    status, headers = response.status, httpx.Headers(response.headers)
    if status in {301, 302, 303, 307, 308} and headers.get("location"):
        return str(headers["location"])
    etag, last_modified = headers.get("etag", "")[:200], headers.get("last-modified", "")[:60]
    if status == 304 and (wanted.etag or wanted.last_modified):
        return Fetched(content=None, etag=wanted.etag, last_modified=wanted.last_modified)
    if status in {401, 403, 407, 451}:
        raise FetchFailed(FetchProblem.REFUSED, status=status)
    if status in {404, 410}:
        raise FetchFailed(FetchProblem.NOT_FOUND, status=status)
    if status != 200:
        raise FetchFailed(FetchProblem.ANSWERED_BADLY, status=status)
    content = bytearray()
    packing = headers.get("content-encoding", "identity").strip().lower()
    for part in _unpack(response, packing=packing, most=wanted.most_bytes):
        content += part
        if len(content) > wanted.most_bytes:
            raise FetchFailed(FetchProblem.TOO_LARGE)
    return Fetched(
        content=bytes(content),
        etag=etag if _is_mark(etag) else "",
        last_modified=last_modified if _is_mark(last_modified) else "",
    )


def _unpack(response: httpcore.Response, *, packing: str, most: int) -> Iterator[bytes]:
    """Yield the content; what is packed is unpacked a little at a time, never beyond the limit."""
    if packing in {"", "identity"}:
        yield from response.iter_stream()
        return
    if packing not in {"gzip", "x-gzip", "deflate"}:
        raise FetchFailed(FetchProblem.ANSWERED_BADLY)
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    left = most + 1
    for part in response.iter_stream():
        try:
            unpacked = unpacker.decompress(part, left)
        except zlib.error as error:
            raise FetchFailed(FetchProblem.ANSWERED_BADLY) from error
        left = max(1, left - len(unpacked))
        yield unpacked
