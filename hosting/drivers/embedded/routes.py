"""The proxy's routing table: a link for each host, and a mark for paused ones."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hosting.drivers.base import AddressTaken, RouteState, SiteSpec
from hosting.drivers.embedded.files import point_link
from hosting.drivers.embedded.paths import Layout


def publish_hosts(layout: Layout, spec: SiteSpec, *, http_socket: Path | None = None) -> None:
    """Lead every host of the site to its document root and its socket.

    A site with an HTTP socket of its own needs no document root here: the link then only says
    whose the host is, so that no two engines give one host away.

    Raises:
        AddressTaken: a host leads elsewhere.
    """
    site = layout.site(spec.site_id)
    run = (layout.run_dir / "php", layout.run_dir / "http")
    for folder in (layout.hosts, layout.paused, layout.forwarded, *run):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for host in spec.hosts:
        owner = find_owner(layout, host)
        if owner not in {"", spec.site_id}:
            raise AddressTaken(address=host)
    for host in spec.hosts:
        if http_socket:
            point_link(layout.http_socket(host), http_socket)
            point_link(layout.hosts / host, site.public)
            (layout.forwarded / host).touch()
        else:
            point_link(layout.host_socket(host), f"../fpm/{site.socket.name}")
            point_link(layout.hosts / host, site.public)
            (layout.forwarded / host).unlink(missing_ok=True)
        (layout.paused / host).unlink(missing_ok=True)


def pause_hosts(layout: Layout, spec: SiteSpec) -> None:
    """Mark every host of the site as paused."""
    layout.paused.mkdir(mode=0o755, parents=True, exist_ok=True)
    for host in spec.hosts:
        if find_owner(layout, host) == spec.site_id:
            (layout.paused / host).touch()


def withdraw_hosts(layout: Layout, site_id: str) -> None:
    """Remove every host that leads to the site, whether or not it is known to be its own."""
    if not layout.hosts.is_dir():
        return
    for link in list(layout.hosts.iterdir()):
        if find_owner(layout, link.name) != site_id:
            continue
        link.unlink(missing_ok=True)
        for kept in (layout.paused / link.name, layout.forwarded / link.name):
            kept.unlink(missing_ok=True)
        layout.host_socket(link.name).unlink(missing_ok=True)
        layout.http_socket(link.name).unlink(missing_ok=True)


def find_owner(layout: Layout, host: str) -> str:
    """Return the id of the site that a host leads to, or an empty text."""
    with suppress(OSError):
        return (layout.hosts / host).readlink().parent.name
    return ""


def observe_route(layout: Layout, spec: SiteSpec) -> RouteState:
    """Return what the proxy does with the site's main host."""
    if find_owner(layout, spec.host) != spec.site_id:
        return RouteState.ABSENT
    if (layout.paused / spec.host).exists():
        return RouteState.PAUSED
    return RouteState.LIVE
