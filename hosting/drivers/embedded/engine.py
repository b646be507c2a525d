"""The embedded engine: PHP, the shared WordPress core and SQLite on this machine.

The engine writes files and wishes; the runner (another process) starts and stops the sites'
processes. Nothing here keeps state between calls: what is there is read from the disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from typing import Final

from hosting.drivers.base import (
    AddressTaken,
    DiskFull,
    FilesRefused,
    InstallFailed,
    Log,
    NotAnswering,
    Observation,
    Parts,
    Probe,
    SiteSpec,
    StartFailed,
)
from hosting.drivers.embedded.compiled import fill_compiled
from hosting.drivers.embedded.config import MEGABYTE, EngineConfig
from hosting.drivers.embedded.copying import ContentVerbs
from hosting.drivers.embedded.core import (
    find_core,
    list_php_versions,
    measure_free_bytes,
    place_own_php,
    require_php,
    verify_core,
)
from hosting.drivers.embedded.files import (
    file_system_failures,
    link_core,
    make_folders,
    read_settings,
    remove_compiled,
    remove_folder,
    write_php_config,
    write_settings,
)
from hosting.drivers.embedded.fpm import write_fpm_files
from hosting.drivers.embedded.front_page import ask_site, probe_site
from hosting.drivers.embedded.installer import install_wordpress
from hosting.drivers.embedded.notes import wake_runner, write_atomically
from hosting.drivers.embedded.routes import (
    observe_route,
    pause_hosts,
    publish_hosts,
    withdraw_hosts,
)
from hosting.drivers.embedded.spares import is_spare, settle_spare
from hosting.drivers.embedded.users import claim_user, release_user
from hosting.drivers.embedded.wishes import (
    is_listening,
    is_running,
    require_runner,
    wish_running,
    wish_stopped,
)

_CRON_PATH: Final = "/wp-cron.php?doing_wp_cron"


class EmbeddedEngine(ContentVerbs):
    """See :class:`hosting.drivers.base.SiteEngine` for what the verbs promise."""

    name = "embedded"

    def __init__(self, config: EngineConfig) -> None:
        self.config = config
        self.layout = config.layout

    def check_parts(self, spec: SiteSpec, *, log: Log) -> Parts:
        """Find PHP, unchanged WordPress files and free space."""
        php = require_php(self.config, spec.php_version)
        log(f"PHP {php.version} with everything WordPress needs")
        free = measure_free_bytes(self.config)
        needed = self.config.minimum_free_bytes
        if free < needed:
            raise DiskFull(free_mb=free // MEGABYTE, needed_mb=needed // MEGABYTE)
        with file_system_failures(self.config):
            self.layout.sites_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
            core = find_core(self.config.wordpress_dir)
            self.config.require_separation()
            verify_core(core, self.layout, log=log)
            compiled = fill_compiled(self.layout, core, php, own_php=place_own_php(self.layout))
        if compiled:
            log(f"{compiled} files of WordPress compiled for all sites")
        log(f"{free // MEGABYTE} MB free")
        return Parts(php_version=php.version, wordpress_version=core.version, free_bytes=free)

    def php_versions(self) -> tuple[str, ...]:
        """Ask the machine."""
        return list_php_versions(self.config)

    def place_files(self, spec: SiteSpec, *, log: Log) -> None:
        """Create the site's folders and link the shared core."""
        site = self._site(spec)
        core = find_core(self.config.wordpress_dir)
        self.config.require_separation()
        with file_system_failures(self.config):
            user = claim_user(self.config, spec.site_id)
            make_folders(site, user)
            count = link_core(site, core, user, language=spec.language)
        log(f"{count} links to WordPress {core.version}")

    def write_config(self, spec: SiteSpec, *, log: Log) -> None:
        """Write WordPress's and PHP's configuration; salts and prefix stay once made."""
        site = self._site(spec)
        self.config.require_separation()
        parts = self._shared_parts(spec)
        with file_system_failures(self.config):
            user = claim_user(self.config, spec.site_id)
            values = write_settings(site, spec, fresh_salts=is_spare(site))
            write_php_config(site, values, core=parts.core, own_php=parts.own_php, user=user)
            write_fpm_files(
                site,
                parts,
                user,
                program_user=os.getuid() if self.config.separates_users else None,
            )
        log("salts and table prefix of its own")

    def install(self, spec: SiteSpec, *, log: Log) -> None:
        """Have PHP fill the database in a file aside and rename it when it is whole.

        It does so once in a site's life: a database that went away is not made anew.
        """
        site = self._site(spec)
        if site.database.exists():
            self._note_installed(site)
            if is_spare(site):
                prefix = read_settings(site)["prefix"]
                settle_spare(self._php_of(spec), spec, prefix=prefix)
                log("title, address and administrator of a site that was installed ahead")
                return
            log("already installed, content kept")
            return
        if site.installed.exists():
            raise InstallFailed(detail="the site was installed before, and its database is gone")
        if not site.wp_config.exists():
            raise InstallFailed(detail="there is no configuration")
        with file_system_failures(self.config):
            answer = install_wordpress(spec, php=self._php_of(spec))
            self._note_installed(site)
        log(f"WordPress {answer['version']} ({answer['locale']})")

    def start(self, spec: SiteSpec, *, log: Log) -> None:
        """Wish for a running process and wait until the runner shows one."""
        site = self._site(spec)
        if not site.command.exists():
            raise StartFailed(detail="there is no configuration")
        require_runner(self.layout)
        if is_running(site):
            log("already running")
            return
        if is_listening(site):
            raise AddressTaken(address=site.socket.name)
        with file_system_failures(self.config):
            wish_running(self.config, site)
        log("process group started")

    def stop(self, spec: SiteSpec, *, log: Log) -> None:
        """Wish for no process and wait until there is none."""
        with file_system_failures(self.config):
            wish_stopped(self.config, self._site(spec))
        log("no process group")

    def restart(self, spec: SiteSpec, *, log: Log) -> None:
        """Write the configuration anew and wish for a younger process."""
        self.place_files(spec, log=log)
        self.write_config(spec, log=log)
        with file_system_failures(self.config):
            wish_running(self.config, self._site(spec))
        log("process group restarted")

    def publish_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Link the hosts to the document root."""
        with file_system_failures(self.config):
            publish_hosts(self.layout, spec)
        log(f"{', '.join(spec.hosts)} → site")

    def pause_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Mark the hosts as paused."""
        with file_system_failures(self.config):
            pause_hosts(self.layout, spec)
        log(f"{', '.join(spec.hosts)} → pause page")

    def withdraw_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Remove the hosts from the proxy's table."""
        with file_system_failures(self.config):
            withdraw_hosts(self.layout, spec.site_id)
        log(f"{', '.join(spec.hosts)} → nothing")

    def probe(self, spec: SiteSpec, *, log: Log) -> Probe:
        """Fetch the front page until it is the site's own."""
        found = probe_site(self.config, self._site(spec), spec)
        log(f"front page with the site's title after {found.seconds} s ({found.via})")
        return found

    def observe(self, spec: SiteSpec) -> Observation:
        """Look at files, process and route."""
        site = self._site(spec)
        return Observation(
            placed=(site.public / "wp-load.php").exists(),
            configured=site.wp_config.exists() and site.command.exists(),
            installed=site.database.exists(),
            running=is_listening(site),
            route=observe_route(self.layout, spec),
        )

    def create_login_link(self, spec: SiteSpec, *, seconds: int) -> str:
        """Leave the digest of a fresh token in the site's folder and return its address."""
        site = self._site(spec)
        if not is_running(site):
            raise NotAnswering(detail="the site is not running")
        token = secrets.token_hex(32)
        now = int(time.time())
        note = site.login / hashlib.sha256(token.encode()).hexdigest()
        user = claim_user(self.config, spec.site_id)
        with file_system_failures(self.config), user.acting():
            for old in site.login.iterdir():
                if old.lstat().st_mtime < now - 10 * seconds:
                    old.unlink(missing_ok=True)
            write_atomically(note, json.dumps({"expires": now + seconds}))
        return f"{spec.url}/wp-login.php?action=portal&token={token}"

    def run_cron(self, spec: SiteSpec) -> None:
        """Ask the site's process to do its due work."""
        site = self._site(spec)
        try:
            answer = ask_site(site, spec, path=_CRON_PATH, script="wp-cron.php")
        except OSError as error:
            raise NotAnswering(detail=type(error).__name__) from error
        if answer.status != 200:
            raise NotAnswering(detail=f"status {answer.status}")

    def remove(self, spec: SiteSpec, *, log: Log) -> None:
        """Leave nothing."""
        site = self._site(spec)
        self.stop(spec, log=log)
        with file_system_failures(self.config):
            withdraw_hosts(self.layout, spec.site_id)
            remove_folder(site)
            remove_compiled(self.layout, site)
            site.socket.unlink(missing_ok=True)
            release_user(self.config, spec.site_id)
        if site.root.exists():
            raise FilesRefused(detail="the folder is still there")
        wake_runner(self.layout, spec.site_id)
        log("files, socket and addresses removed")
