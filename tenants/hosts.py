"""From a host name to a portal and an agency.

Platform hosts follow from the agency's slug; own domains are rows. Answers are kept in the
process for a short time and dropped at once, in every process, when an agency changes: a thread
listens to Redis. Unknown hosts have a small table of their own, because strangers choose them.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Final

import redis
from django.conf import settings
from django.db import transaction

from tenants.branding_tokens import brand_digest
from tenants.limits import effective_limit
from tenants.logos import MARK_PREFIX
from tenants.models import Agency, Domain
from tenants.slugs import is_slug
from tenants.states import AgencyState, DomainState, PortalName

logger = logging.getLogger(__name__)

CHANNEL: Final = "spotex:hosts"
TTL_SECONDS: Final = 30.0
CAPACITY: Final = 4_096
UNKNOWN_CAPACITY: Final = 512
HOST_MAX_LENGTH: Final = 253

_FIXED: Final = {
    "": PortalName.PUBLIC,
    "www": PortalName.PUBLIC,
    "admin": PortalName.ADMIN,
    "api": PortalName.API,
    "agency": PortalName.AGENCY_DOOR,
    "customers": PortalName.CUSTOMER_DOOR,
}
_BRANDED: Final = {"agency": PortalName.AGENCY, "customers": PortalName.CUSTOMER}
_SUFFIX: Final = {portal: name for name, portal in _BRANDED.items()}
_COPIED: Final = (
    *("public_id", "slug", "schema_name", "brand_color", "brand_footer", "support_email"),
    *("language", "time_zone", "state", "suspended_reason", "agency_host", "customer_host"),
    *("factor_rule", "factor_required_on"),
)


@dataclass(frozen=True, kw_only=True)
class AgencySnapshot:
    """What every request needs to know of an agency, without a query."""

    id: int
    public_id: str
    slug: str
    schema_name: str
    brand_name: str
    brand_color: str
    brand_logo: str
    brand_footer: str
    support_email: str
    language: str
    time_zone: str
    state: str
    suspended_reason: str
    requests_per_minute: int
    brand_digest: str
    factor_rule: str
    factor_required_on: date | None
    agency_host: str = ""
    customer_host: str = ""

    @property
    def brand_logo_url(self) -> str:
        """The logo's path on the agency's hosts, ``""`` without a logo."""
        return f"/brand/{self.brand_logo.rsplit('/', 1)[-1]}" if self.brand_logo else ""

    @property
    def brand_logo_is_mark(self) -> bool:
        """Tell whether the logo stands beside the name instead of replacing it."""
        return self.brand_logo.rsplit("/", 1)[-1].startswith(MARK_PREFIX)

    @property
    def is_closed(self) -> bool:
        """Tell whether the portals show a notice instead of their pages."""
        return self.state != AgencyState.ACTIVE


@dataclass(frozen=True, kw_only=True)
class HostRoute:
    """What a host leads to."""

    host: str
    portal: PortalName
    agency: AgencySnapshot | None = None


def snapshot_of(agency: Agency) -> AgencySnapshot:
    """Return the immutable copy of an agency that requests carry."""
    return AgencySnapshot(
        id=agency.pk,
        brand_name=agency.display_name,
        brand_logo=agency.brand_logo.name or "",
        requests_per_minute=effective_limit(agency, "api_requests_per_minute"),
        brand_digest=brand_digest(color=agency.brand_color),
        **{name: getattr(agency, name) for name in _COPIED},
    )


def host_of(slug: str, portal: PortalName) -> str:
    """Return the platform host of an agency's portal."""
    return f"{slug}.{_SUFFIX[portal]}.{settings.SPOTEX_BASE_DOMAIN}"


def portal_host_of(agency: Agency | AgencySnapshot, portal: PortalName) -> str:
    """Return the host that links to an agency's portal use: its live own domain, if it has one."""
    own = agency.agency_host if portal == PortalName.AGENCY else agency.customer_host
    return own or host_of(agency.slug, portal)


def platform_host(name: str = "") -> str:
    """Return one of the platform's own hosts, such as ``www``; the base domain for no name."""
    return f"{name}.{settings.SPOTEX_BASE_DOMAIN}".removeprefix(".")


def is_platform_host(host: str) -> bool:
    """Tell whether a host, with or without a port, lies in the platform's own domain."""
    name = host.split(":", 1)[0].rstrip(".").lower()
    return f".{name}".endswith(f".{settings.SPOTEX_BASE_DOMAIN}")


def url_for(host: str, path: str = "/") -> str:
    """Return the address of a path on a host, with the scheme and port of this installation."""
    return f"{settings.SPOTEX_URL_SCHEME}://{host}{settings.SPOTEX_URL_PORT}{path}"


def resolve_host(raw_host: str) -> HostRoute | None:
    """Return where a request's host leads, None when it is nobody's.

    Costs no SQL while the answer is remembered.
    """
    host = raw_host.split(":", 1)[0].rstrip(".").lower()
    if not host or len(host) > HOST_MAX_LENGTH:
        return None
    _memory.listen()
    known, route = _memory.get(host)
    if known:
        return route
    version = _memory.version
    route = _look_up(host)
    _memory.put(host, route, version=version)
    return route


def forget_hosts() -> None:
    """Drop every remembered answer, here now and in all processes after the commit."""
    _memory.clear()
    transaction.on_commit(_announce, robust=True)


def _announce() -> None:
    _memory.clear()
    with _connect() as client:
        client.publish(CHANNEL, "changed")


def _connect() -> redis.Redis:
    """Return a client that a silent server keeps waiting for moments only."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=settings.SPOTEX_REDIS_TIMEOUT,
        socket_timeout=settings.SPOTEX_REDIS_TIMEOUT,
        health_check_interval=int(TTL_SECONDS),
    )


def _look_up(host: str) -> HostRoute | None:
    base = settings.SPOTEX_BASE_DOMAIN
    if host == base or host.endswith(f".{base}"):
        return _look_up_platform(host, host.removesuffix(base).removesuffix("."))
    domain = (
        Domain.objects.select_related("tenant__plan")
        .filter(domain=host, state__in=[DomainState.LIVE, DomainState.BROKEN])
        .first()
    )
    if domain is None:
        return None
    return HostRoute(
        host=host,
        portal=PortalName(domain.portal),
        agency=snapshot_of(domain.tenant),
    )


def _look_up_platform(host: str, name: str) -> HostRoute | None:
    if name in _FIXED:
        return HostRoute(host=host, portal=_FIXED[name])
    slug, _, kind = name.partition(".")
    if kind not in _BRANDED or not is_slug(slug):
        return None
    agency = Agency.objects.select_related("plan").filter(slug=slug).first()
    if agency is None:
        return None
    return HostRoute(host=host, portal=_BRANDED[kind], agency=snapshot_of(agency))


_Answer = tuple[float, HostRoute | None]


class _Table:
    """Answers by host; the one unused for longest makes room."""

    def __init__(self, capacity: int) -> None:
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._capacity = capacity

    def get(self, host: str) -> _Answer | None:
        answer = self._answers.get(host)
        if answer is not None:
            self._answers.move_to_end(host)
        return answer

    def put(self, host: str, answer: _Answer) -> None:
        self._answers[host] = answer
        self._answers.move_to_end(host)
        while len(self._answers) > self._capacity:
            self._answers.popitem(last=False)

    def clear(self) -> None:
        self._answers.clear()


class _Memory:
    """The answers of one process: bounded, short-lived, cleared by a listening thread.

    Hosts that are nobody's have a small room of their own: a stranger who invents them pushes
    out none that is somebody's.
    """

    def __init__(self) -> None:
        self._routes = _Table(CAPACITY)
        self._strangers = _Table(UNKNOWN_CAPACITY)
        self._lock = threading.Lock()
        self._listener_pid = 0
        self.version = 0

    def get(self, host: str) -> tuple[bool, HostRoute | None]:
        with self._lock:
            answer = self._routes.get(host) or self._strangers.get(host)
        if answer is None or answer[0] < time.monotonic():
            return False, None
        return True, answer[1]

    def put(self, host: str, route: HostRoute | None, *, version: int) -> None:
        table = self._strangers if route is None else self._routes
        with self._lock:
            if version == self.version:  # else something changed while we looked
                table.put(host, (time.monotonic() + TTL_SECONDS, route))

    def clear(self) -> None:
        with self._lock:
            self.version += 1
            self._routes.clear()
            self._strangers.clear()

    def listen(self) -> None:
        """Start the listening thread once in each process; a fork needs its own."""
        if self._listener_pid == os.getpid() or not settings.SPOTEX_LISTEN_FOR_HOSTS:
            return
        self._listener_pid = os.getpid()
        threading.Thread(target=self._follow, name="host-changes", daemon=True).start()

    def _follow(self) -> None:
        while True:
            try:
                self._hear()
            except redis.RedisError:
                logger.warning("host changes are not heard: Redis is away")
                time.sleep(1)

    def _hear(self) -> None:
        with _connect().pubsub() as pubsub:  # type: ignore[no-untyped-call]
            pubsub.subscribe(CHANNEL)
            self.clear()  # whatever changed while nobody listened
            while True:
                # A new subscription is a message, too: the line was lost and is there again.
                if pubsub.get_message(timeout=TTL_SECONDS) is not None:
                    self.clear()


_memory = _Memory()
