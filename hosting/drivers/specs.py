"""What engines are told about sites, and what they tell: plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Log = Callable[[str], None]
"""Takes one line for people: what a verb found or did."""


@dataclass(frozen=True, kw_only=True)
class SiteSpec:
    """Everything an engine may know about a site.

    Args:
        site_id: the site's public id; also the name of its folder and process group.
        hosts: lower-case host names without port, the main one first.
        url_scheme: ``http`` or ``https``, as browsers see it.
        url_port: the port in the site's address; None for the scheme's own.
        language: a WordPress locale such as ``it_IT``.
        php_version: ``8.2``; empty for the server's default.
        title: of the front page; empty where any will do.
        is_staging: a copy to try things on: closed to search engines, and it sends no mail.
    """

    site_id: str
    hosts: tuple[str, ...]
    title: str
    admin_email: str
    language: str = "it_IT"
    php_version: str = ""
    url_scheme: str = "http"
    url_port: int | None = None
    is_staging: bool = False

    @property
    def host(self) -> str:
        """The main host."""
        return self.hosts[0]

    @property
    def url(self) -> str:
        """The site's address, without a final slash."""
        return self._url_of(self.host)

    @property
    def content_url(self) -> str:
        """The address that belongs into content: of the own domain, if there is one."""
        return self._url_of(self.hosts[-1])

    def _url_of(self, host: str) -> str:
        port = f":{self.url_port}" if self.url_port else ""
        return f"{self.url_scheme}://{host}{port}"


class RouteState(StrEnum):
    """What the proxy does with the site's main host."""

    ABSENT = "ABSENT"
    LIVE = "LIVE"
    PAUSED = "PAUSED"


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a deployment would be made of."""

    php_version: str
    wordpress_version: str
    free_bytes: int


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What is really there, as far as can be seen from outside."""

    placed: bool
    configured: bool
    installed: bool
    running: bool
    route: RouteState

    @classmethod
    def nothing(cls) -> Observation:
        """Return what is seen of a site that does not exist."""
        return cls(
            placed=False,
            configured=False,
            installed=False,
            running=False,
            route=RouteState.ABSENT,
        )


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A front page that really is the site's."""

    status: int
    seconds: float
    via: str
    """Where the question was asked: ``proxy`` or ``process``."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The space that a site fills."""

    files_bytes: int
    database_bytes: int

    @property
    def total_bytes(self) -> int:
        """Files and database together."""
        return self.files_bytes + self.database_bytes


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What people changed in a site since a moment: what copying over it would lose."""

    since: datetime
    posts: int = 0
    comments: int = 0
    users: int = 0
    orders: int = 0

    @property
    def has_any(self) -> bool:
        """Tell whether anything would be lost."""
        return bool(self.posts or self.comments or self.users or self.orders)
