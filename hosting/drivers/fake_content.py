"""The double's verbs about content: a site's title stands for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hosting.drivers.base import (
    Changes,
    CopyFailed,
    InstallFailed,
    Log,
    Observation,
    RouteState,
    SiteSpec,
    Usage,
)


@dataclass
class FakeCopy:
    """Titles stand for all content; None: there is no content."""

    fresh: str | None
    former: str | None = None
    placed: bool = False


class FakeContent:
    """Mixed into the double, which owns the memory and the demands."""

    copies: dict[tuple[str, str], FakeCopy]
    changes: dict[str, Changes]
    titles: dict[str, str]
    spares: set[str]
    versions: tuple[str, ...]

    def php_versions(self) -> tuple[str, ...]:
        """Return the versions that a test wants."""
        return self.versions

    def measure(self, spec: SiteSpec) -> Usage:
        """Return a size by the title's length."""
        self._begin("measure")
        title = self.titles.get(spec.site_id)
        return Usage(files_bytes=1_000 if title else 0, database_bytes=len(title or ""))

    def prepare_copy(self, source: SiteSpec, target: SiteSpec, *, copy: str, log: Log) -> Usage:
        """Remember the source's title aside."""
        self._begin("prepare_copy")
        if source.site_id not in self.titles:
            raise CopyFailed(detail="there is no content to copy")
        self._require(target, "configured", CopyFailed)
        fresh = FakeCopy(self.titles[source.site_id])
        self.copies.setdefault((target.site_id, copy), fresh)
        log("prepared")
        return self.measure(source)

    def place_copy(self, target: SiteSpec, *, copy: str, log: Log) -> None:
        """Exchange titles once."""
        self._begin("place_copy")
        held = self.copies.get((target.site_id, copy))
        if held is None:
            raise CopyFailed(detail="the copy was not prepared")
        self._require_stopped(target)
        if not held.placed:
            held.former = self.titles.get(target.site_id)
            held.placed = True
            self._set_title(target, held.fresh)
        log("placed")

    def step_back(self, target: SiteSpec, *, copy: str, log: Log) -> None:
        """Exchange titles back."""
        self._begin("step_back")
        self._require_stopped(target)
        held = self.copies.get((target.site_id, copy))
        if held is not None and held.placed:
            held.placed = False
            self._set_title(target, held.former)
        log("the former content is back")

    def drop_copies(self, target: SiteSpec, *, keep: str = "", log: Log) -> None:
        """Forget all copies but one."""
        self._begin("drop_copies")
        for site, copy in list(self.copies):
            if site == target.site_id and copy != keep:
                del self.copies[site, copy]
        log("dropped")

    def count_changes(self, spec: SiteSpec, *, since: datetime) -> Changes:
        """Return what a test said."""
        self._begin("count_changes")
        if spec.site_id not in self.titles:
            raise CopyFailed(detail="there is no database")
        return self.changes.get(spec.site_id, Changes(since=since))

    def lay_up(self, spec: SiteSpec, *, log: Log) -> None:
        """Remember that nobody has the site yet."""
        self._begin("lay_up")
        self._require(spec, "installed")
        self.spares.add(spec.site_id)
        log("waits")

    def _require(
        self,
        spec: SiteSpec,
        what: str,
        failure: type[InstallFailed | CopyFailed] = InstallFailed,
    ) -> None:
        if not getattr(self.observe(spec), what):
            raise failure(detail=f"not {what}")

    def _require_stopped(self, spec: SiteSpec) -> None:
        if self.observe(spec).running:
            raise CopyFailed(detail="the site is running")

    def _set_title(self, spec: SiteSpec, title: str | None) -> None:
        self.titles.pop(spec.site_id, None)
        if title is not None:
            self.titles[spec.site_id] = title
        self._change(spec, installed=title is not None)

    def observe(self, spec: SiteSpec) -> Observation:
        """Return what is remembered."""
        raise NotImplementedError

    def _begin(self, verb: str) -> None:
        raise NotImplementedError

    def _change(self, spec: SiteSpec, **changes: bool | RouteState) -> None:
        raise NotImplementedError
