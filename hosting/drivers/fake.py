"""An engine that keeps everything in memory and fails on demand.

It is held to the same contract as the real one. Demands are made for one verb::

    engine.fail("install", DiskFull(free_mb=3, needed_mb=200))           # once
    engine.fail("probe", NotAnswering(detail="status 500"), always=True)
    engine.delay("start", seconds=2)
    engine.before("install", callback)                                   # run something in between
"""

from __future__ import annotations

import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from hosting.drivers.base import (
    AddressTaken,
    Changes,
    InstallFailed,
    Log,
    NotAnswering,
    Observation,
    Parts,
    PhpMissing,
    Probe,
    RouteState,
    SiteSpec,
    StartFailed,
)
from hosting.drivers.fake_content import FakeContent, FakeCopy


@dataclass
class _Demand:
    error: Exception
    always: bool


class FakeEngine(FakeContent):
    """See :class:`hosting.drivers.base.SiteEngine` for what the verbs promise."""

    name = "fake"

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all sites, demands and counts."""
        self.sites: dict[str, Observation] = {}
        self.titles: dict[str, str] = {}
        self.hosts: dict[str, str] = {}
        self.calls: Counter[str] = Counter()
        self.copies: dict[tuple[str, str], FakeCopy] = {}
        self.spares: set[str] = set()
        self.changes: dict[str, Changes] = {}
        self.versions: tuple[str, ...] = ("8.3", "8.2")
        self.installations: Counter[str] = Counter()
        self.starts: Counter[str] = Counter()
        self._demands: dict[str, _Demand] = {}
        self._delays: dict[str, float] = {}
        self._callbacks: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)

    def fail(self, verb: str, error: Exception, *, always: bool = False) -> None:
        """Let a verb fail the next time, or every time."""
        self._demands[verb] = _Demand(error, always)

    def heal(self) -> None:
        """Take back every demand."""
        self._demands.clear()
        self._delays.clear()
        self._callbacks.clear()

    def delay(self, verb: str, *, seconds: float) -> None:
        """Let a verb take its time."""
        self._delays[verb] = seconds

    def before(self, verb: str, callback: Callable[[], None]) -> None:
        """Run a callback each time before a verb does anything."""
        self._callbacks[verb].append(callback)

    def check_parts(self, spec: SiteSpec, *, log: Log) -> Parts:
        """Find parts that are always there, for the PHP versions that are."""
        self._begin("check_parts")
        if spec.php_version and spec.php_version not in self.versions:
            raise PhpMissing(version=spec.php_version, missing="php-fpm")
        log("everything is there")
        return Parts(
            php_version=spec.php_version or self.versions[0],
            wordpress_version="7.1.4",
            free_bytes=10_000_000_000,
        )

    def place_files(self, spec: SiteSpec, *, log: Log) -> None:
        """Remember that the files are there."""
        self._begin("place_files")
        self._change(spec, placed=True)
        log("files placed")

    def write_config(self, spec: SiteSpec, *, log: Log) -> None:
        """Remember that the configuration is there."""
        self._begin("write_config")
        self._require(spec, "placed")
        self._change(spec, configured=True)
        log("configuration written")

    def install(self, spec: SiteSpec, *, log: Log) -> None:
        """Remember title and installation; a second one changes nothing."""
        self._begin("install")
        if not self.observe(spec).configured:
            raise InstallFailed(detail="there is no configuration")
        if not self.observe(spec).installed:
            self.installations[spec.site_id] += 1
            self.titles[spec.site_id] = spec.title
        if spec.site_id in self.spares:
            self.spares.discard(spec.site_id)
            self.titles[spec.site_id] = spec.title
        self._change(spec, installed=True)
        log("installed")

    def start(self, spec: SiteSpec, *, log: Log) -> None:
        """Remember that the site runs."""
        self._begin("start")
        if not self.observe(spec).configured:
            raise StartFailed(detail="there is no configuration")
        if not self.observe(spec).running:
            self.starts[spec.site_id] += 1
        self._change(spec, running=True)
        log("started")

    def stop(self, spec: SiteSpec, *, log: Log) -> None:
        """Remember that the site does not run."""
        self._begin("stop")
        if spec.site_id in self.sites:
            self._change(spec, running=False)
        log("stopped")

    def restart(self, spec: SiteSpec, *, log: Log) -> None:
        """Count one more start."""
        self._begin("restart")
        if not self.observe(spec).configured:
            raise StartFailed(detail="there is no configuration")
        self.starts[spec.site_id] += 1
        self._change(spec, running=True)
        log("restarted")

    def publish_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Remember whose the hosts are."""
        self._begin("publish_route")
        for host in spec.hosts:
            if self.hosts.get(host, spec.site_id) != spec.site_id:
                raise AddressTaken(address=host)
        self.hosts.update(dict.fromkeys(spec.hosts, spec.site_id))
        self._change(spec, route=RouteState.LIVE)
        log("published")

    def pause_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Remember that the hosts are paused."""
        self._begin("pause_route")
        if self.observe(spec).route is not RouteState.ABSENT:
            self._change(spec, route=RouteState.PAUSED)
        log("paused")

    def withdraw_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Forget the hosts."""
        self._begin("withdraw_route")
        self._withdraw(spec)
        log("withdrawn")

    def probe(self, spec: SiteSpec, *, log: Log) -> Probe:
        """Answer as a site would that is running, installed and routed."""
        self._begin("probe")
        seen = self.observe(spec)
        if not (seen.running and seen.installed):
            raise NotAnswering(detail="no answer")
        if spec.title and self.titles[spec.site_id] != spec.title:
            raise NotAnswering(detail="the page does not carry the site's title")
        log("answers")
        return Probe(status=200, seconds=0.0, via="memory")

    def observe(self, spec: SiteSpec) -> Observation:
        """Return what is remembered."""
        return self.sites.get(spec.site_id, Observation.nothing())

    def create_login_link(self, spec: SiteSpec, *, seconds: int) -> str:
        """Return an address that leads nowhere."""
        self._begin("create_login_link")
        if not self.observe(spec).running:
            raise NotAnswering(detail="the site is not running")
        return f"{spec.url}/wp-login.php?action=portal&token={secrets.token_hex(32)}&for={seconds}"

    def run_cron(self, spec: SiteSpec) -> None:
        """Count the call."""
        self._begin("run_cron")
        if not self.observe(spec).running:
            raise NotAnswering(detail="the site is not running")

    def remove(self, spec: SiteSpec, *, log: Log) -> None:
        """Forget the site."""
        self._begin("remove")
        self._withdraw(spec)
        self.drop_copies(spec, log=log)
        self.spares.discard(spec.site_id)
        self.sites.pop(spec.site_id, None)
        self.titles.pop(spec.site_id, None)
        log("removed")

    def _begin(self, verb: str) -> None:
        self.calls[verb] += 1
        for callback in self._callbacks[verb]:
            callback()
        time.sleep(self._delays.get(verb, 0.0))
        demand = self._demands.get(verb)
        if demand is None:
            return
        if not demand.always:
            del self._demands[verb]
        raise demand.error

    def _change(self, spec: SiteSpec, **changes: bool | RouteState) -> None:
        self.sites[spec.site_id] = replace(self.observe(spec), **changes)  # type: ignore[arg-type]

    def _withdraw(self, spec: SiteSpec) -> None:
        self.hosts = {host: site for host, site in self.hosts.items() if site != spec.site_id}
        if spec.site_id in self.sites:
            self._change(spec, route=RouteState.ABSENT)
