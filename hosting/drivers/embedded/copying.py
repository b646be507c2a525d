"""The embedded engine's verbs about content: copied between sites, measured, laid up."""

from __future__ import annotations

import json
import time
from datetime import datetime

from hosting.drivers.base import (
    Changes,
    CopyFailed,
    InstallFailed,
    Log,
    SiteSpec,
    Usage,
)
from hosting.drivers.embedded.compiled import find_compiled
from hosting.drivers.embedded.config import MEGABYTE, EngineConfig
from hosting.drivers.embedded.copies import (
    drop_all,
    exchange,
    find_copy,
    make_copy,
    make_rule,
    measure_site,
    read_changes,
    read_usage,
    require_room,
    take_back,
)
from hosting.drivers.embedded.core import (
    find_core,
    place_clean_content,
    place_own_php,
    require_php,
)
from hosting.drivers.embedded.files import (
    file_system_failures,
    read_settings,
    write_php_config,
    write_settings,
)
from hosting.drivers.embedded.fpm import SharedParts
from hosting.drivers.embedded.notes import write_atomically
from hosting.drivers.embedded.paths import Layout, SitePaths
from hosting.drivers.embedded.runs import SitePhp
from hosting.drivers.embedded.spares import mark_spare, warm_up
from hosting.drivers.embedded.users import claim_user
from hosting.drivers.embedded.wishes import is_running, wish_running


class ContentVerbs:
    """What the embedded engine does with the content of sites."""

    config: EngineConfig
    layout: Layout

    def measure(self, spec: SiteSpec) -> Usage:
        """Add up files and database."""
        with file_system_failures(self.config):
            return measure_site(self._site(spec))

    def prepare_copy(self, source: SiteSpec, target: SiteSpec, *, copy: str, log: Log) -> Usage:
        """Copy files and a snapshot of the database aside, and rewrite the addresses there."""
        given, taker = self._php_of(source), self._php_of(target)
        folder = find_copy(taker.site, copy)
        with file_system_failures(self.config):
            done = read_usage(folder)
            if done is not None:
                log("the copy is prepared already")
                return done
            if not given.site.database.exists():
                raise CopyFailed(detail="there is no content to copy")
            require_room(self.config, needed=self.measure(source).total_bytes)
            self._share_prefix(given, taker, target)
            roots = {str(given.site.root): str(taker.site.root)}
            rule = make_rule(source, target, folders=roots)
            usage = make_copy(given, taker, folder, rule=rule)
        log(
            f"{usage.files_bytes // MEGABYTE} MB of files and "
            f"{usage.database_bytes // MEGABYTE} MB of database copied, addresses rewritten"
        )
        return usage

    def _share_prefix(self, given: SitePhp, taker: SitePhp, target: SiteSpec) -> None:
        """Let a target without content name its tables as the source does.

        Raises:
            CopyFailed: it has content with tables of other names.
        """
        prefix = read_settings(given.site)["prefix"]
        if read_settings(taker.site).get("prefix") == prefix:
            return
        if taker.site.database.exists():
            raise CopyFailed(detail="the sites' tables have different names")
        values = write_settings(taker.site, target, prefix=prefix)
        write_php_config(
            taker.site,
            values,
            core=taker.parts.core,
            own_php=taker.parts.own_php,
            user=taker.user,
        )

    def place_copy(self, target: SiteSpec, *, copy: str, log: Log) -> None:
        """Rename the copy into place."""
        site = self._site(target)
        with file_system_failures(self.config):
            exchange(find_copy(site, copy), log=log)
            self._note_installed(site)

    def step_back(self, target: SiteSpec, *, copy: str, log: Log) -> None:
        """Rename the former content into place."""
        with file_system_failures(self.config):
            take_back(find_copy(self._site(target), copy), log=log)

    def drop_copies(self, target: SiteSpec, *, keep: str = "", log: Log) -> None:
        """Delete what copies left behind."""
        with file_system_failures(self.config):
            count = drop_all(self._site(target), keep=keep)
        log(f"{count} earlier copies removed")

    def count_changes(self, spec: SiteSpec, *, since: datetime) -> Changes:
        """Ask the database."""
        php = self._php_of(spec)
        prefix = read_settings(php.site).get("prefix", "")
        return read_changes(php, prefix=prefix, since=since)

    def lay_up(self, spec: SiteSpec, *, log: Log) -> None:
        """Have the spare run with its programs in memory: an idle manager has no workers."""
        site = self._site(spec)
        if not site.database.exists():
            raise InstallFailed(detail="it is not installed")
        with file_system_failures(self.config):
            if not is_running(site):
                wish_running(self.config, site)
            warm_up(site, spec)
            mark_spare(site, spec)
        log("waits for its owner")

    def _note_installed(self, site: SitePaths) -> None:
        if not site.installed.exists():
            write_atomically(site.installed, json.dumps({"at": int(time.time())}))

    def _site(self, spec: SiteSpec) -> SitePaths:
        return self.layout.site(spec.site_id)

    def _php_of(self, spec: SiteSpec) -> SitePhp:
        """Return PHP as one site runs it."""
        self.config.require_separation()
        with file_system_failures(self.config):
            user = claim_user(self.config, spec.site_id)
        return SitePhp(
            config=self.config,
            site=self._site(spec),
            parts=self._shared_parts(spec),
            user=user,
        )

    def _shared_parts(self, spec: SiteSpec) -> SharedParts:
        php = require_php(self.config, spec.php_version)
        core = find_core(self.config.wordpress_dir)
        with file_system_failures(self.config):
            own_php = place_own_php(self.layout)
            clean = place_clean_content(self.layout, core, own_php)
            compiled = find_compiled(self.layout, core, php)
        return SharedParts(
            php=php, core=core, own_php=own_php, clean_content=clean, compiled=compiled
        )
