"""Where the embedded engine keeps things: one description for engine, runner and tests.

::

    SITES_DIR/hosts/<host>           link to a document root: the proxy's routing table
    SITES_DIR/paused/<host>          empty file: the proxy answers "paused"
    SITES_DIR/forwarded/<host>       empty file: the site answers HTTP itself at RUN_DIR/http
    SITES_DIR/parts/<digest>/        our own PHP files, read-only, one folder for each content
    SITES_DIR/compiled/              compiled PHP of the shared parts
    SITES_DIR/uids/<uid>             holds the id of the site whose processes run as that uid
    SITES_DIR/<site id>/             one site, see :class:`SitePaths`
    RUN_DIR/fpm/<site id>.sock       the site's FastCGI socket
    RUN_DIR/php/<host>.sock          link to it: what the proxy dials for a host
    RUN_DIR/http/<host>.sock         link to the HTTP socket of a forwarded host
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SITE_PREFIX = "site_"


@dataclass(frozen=True)
class SitePaths:
    """The folder of one site."""

    root: Path
    socket: Path

    @property
    def public(self) -> Path:
        """The document root: links to the shared core, and the site's own ``wp-content``."""
        return self.root / "public"

    @property
    def content(self) -> Path:
        """Plugins, themes, languages and uploads: what the site may write."""
        return self.public / "wp-content"

    @property
    def data(self) -> Path:
        """The database, outside the document root."""
        return self.root / "data"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "site.sqlite"

    @property
    def tmp(self) -> Path:
        """Temporary files and sessions."""
        return self.root / "tmp"

    @property
    def logs(self) -> Path:
        """PHP's error log."""
        return self.root / "logs"

    @property
    def login(self) -> Path:
        """Digests of one-time login tokens, one file each."""
        return self.root / "login"

    @property
    def wp_config(self) -> Path:
        """WordPress's configuration: it looks one level above the document root."""
        return self.root / "wp-config.php"

    @property
    def settings(self) -> Path:
        """Salts, prefix and addresses as data, from which ``wp-config.php`` is made."""
        return self.root / "site.json"

    @property
    def prepend(self) -> Path:
        """The first PHP file of every request: says where the document root is."""
        return self.root / "prepend.php"

    @property
    def installed(self) -> Path:
        """Says since when the site is installed; only the platform can write or remove it."""
        return self.root / "installed.json"

    @property
    def spare(self) -> Path:
        """Says that nobody has the site yet; only the platform can write or remove it."""
        return self.root / "spare.json"

    @property
    def copies(self) -> Path:
        """Content that came from other sites, and what it took the place of."""
        return self.root / "copies"

    @property
    def manager_log(self) -> Path:
        """The process manager's own log: it writes as whoever started it."""
        return self.root / "php-fpm.log"

    @property
    def fpm_config(self) -> Path:
        """Configuration of the site's process manager."""
        return self.root / "php-fpm.conf"

    @property
    def command(self) -> Path:
        """Program and arguments that the runner starts, as JSON."""
        return self.root / "command.json"

    @property
    def desired(self) -> Path:
        """What the engine wants: written by the engine only."""
        return self.root / "desired.json"

    @property
    def observed(self) -> Path:
        """What the runner sees: written by the runner only."""
        return self.root / "observed.json"


@dataclass(frozen=True)
class Layout:
    """The two folders of the engine on this machine."""

    sites_dir: Path
    run_dir: Path

    def site(self, site_id: str) -> SitePaths:
        """Return the paths of one site."""
        if not site_id.startswith(SITE_PREFIX) or "/" in site_id:
            message = f"not a site id: {site_id!r}"
            raise ValueError(message)
        return SitePaths(self.sites_dir / site_id, self.run_dir / "fpm" / f"{site_id}.sock")

    @property
    def hosts(self) -> Path:
        """The proxy's routing table."""
        return self.sites_dir / "hosts"

    @property
    def paused(self) -> Path:
        """Hosts for which the proxy answers "paused"."""
        return self.sites_dir / "paused"

    @property
    def forwarded(self) -> Path:
        """Hosts whose sites answer HTTP themselves, such as those in containers."""
        return self.sites_dir / "forwarded"

    @property
    def parts(self) -> Path:
        """Our own PHP files."""
        return self.sites_dir / "parts"

    @property
    def uids(self) -> Path:
        """Who uses which uid."""
        return self.sites_dir / "uids"

    @property
    def compiled(self) -> Path:
        """Compiled PHP of the shared parts."""
        return self.sites_dir / "compiled"

    @property
    def runner_lock(self) -> Path:
        """Locked by the runner as long as it lives."""
        return self.sites_dir / "runner.lock"

    @property
    def runner_socket(self) -> Path:
        """Where the runner is told that a site's desired state changed."""
        return self.run_dir / "runner.sock"

    def host_socket(self, host: str) -> Path:
        """Return the name under which the proxy dials a host."""
        return self.run_dir / "php" / f"{host}.sock"

    def http_socket(self, host: str) -> Path:
        """Return the name under which the proxy dials a forwarded host."""
        return self.run_dir / "http" / f"{host}.sock"

    def list_site_ids(self) -> list[str]:
        """Return the ids of all sites that have a folder."""
        if not self.sites_dir.is_dir():
            return []
        return sorted(
            entry.name
            for entry in self.sites_dir.iterdir()
            if entry.name.startswith(SITE_PREFIX) and entry.is_dir()
        )
