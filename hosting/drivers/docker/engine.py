"""The Docker engine: each site is a container and a volume, and a database in a shared server.

Containers are never repaired, only replaced: what belongs to a site is in its volume and its
database. Nothing here keeps state between calls; what is there is read from the Docker engine.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from pathlib import Path
from typing import Final

from docker import DockerClient
from docker.models.containers import Container

from hosting.drivers.base import (
    EngineTimeout,
    FilesRefused,
    InstallFailed,
    Log,
    NotAnswering,
    Observation,
    Parts,
    PhpMissing,
    Probe,
    SiteSpec,
    StartFailed,
)
from hosting.drivers.docker.asking import (
    SocketConnection,
    ask,
    is_answering,
    is_listening,
    probe_site,
)
from hosting.drivers.docker.building import (
    CURRENT,
    DATABASE_IMAGE,
    PHP_LABEL,
    SITE_IMAGE,
    WORDPRESS_LABEL,
)
from hosting.drivers.docker.config import MEGABYTE, DockerConfig, read_docker_config
from hosting.drivers.docker.containers import (
    SITE_UID,
    ensure_container,
    find_container,
    name_site,
    remove_container,
    remove_sockets,
    remove_volume,
    require_room,
    socket_folder,
)
from hosting.drivers.docker.content import ContentVerbs
from hosting.drivers.docker.daemon import File, put_files
from hosting.drivers.docker.database import (
    ensure_database,
    ensure_server,
    forget_site,
    set_password,
)
from hosting.drivers.docker.site_config import make_values, read_values, write_values
from hosting.drivers.docker.tools import INSTALL, Tool, run_tool, sweep_tools
from hosting.drivers.embedded.routes import (
    observe_route,
    pause_hosts,
    publish_hosts,
    withdraw_hosts,
)

_CRON_PATH: Final = "/wp-cron.php?doing_wp_cron"
_PAUSE_SECONDS: Final = 0.05
_RESTARTS_UNTIL_TOLD: Final = 3
_ADMINISTRATOR: Final = {"it_IT": "gestore"}
_ANY_ADMINISTRATOR: Final = "manager"
_NO_CONFIGURATION: Final = "there is no configuration"


class DockerEngine(ContentVerbs):
    """See :class:`hosting.drivers.base.SiteEngine` for what the verbs promise."""

    name = "docker"

    def __init__(self, config: DockerConfig) -> None:
        self.config = config
        self.layout = config.layout

    def check_parts(self, spec: SiteSpec, *, log: Log) -> Parts:
        """Find the Docker engine, the images and free space."""
        with self._client() as client:
            image = client.images.get(f"{SITE_IMAGE}:{CURRENT}")
            client.images.get(f"{DATABASE_IMAGE}:{CURRENT}")
            free = require_room(client, self.config)
        php = image.labels[PHP_LABEL]
        if spec.php_version not in {"", php}:
            raise PhpMissing(version=spec.php_version, missing=f"image {SITE_IMAGE}")
        log(f"PHP {php} and WordPress {image.labels[WORDPRESS_LABEL]} in {image.short_id}")
        log(f"{free // MEGABYTE} MB free")
        return Parts(
            php_version=php,
            wordpress_version=image.labels[WORDPRESS_LABEL],
            free_bytes=free,
        )

    def place_files(self, spec: SiteSpec, *, log: Log) -> None:
        """Have volume, container and a database that nobody can enter yet."""
        with self._client() as client:
            server = ensure_server(client, self.config)
            container = ensure_container(client, self.config, spec.site_id)
            name = read_values(container).get("database", spec.site_id)
            ensure_database(server, spec.site_id, name=name)
        log(f"container {container.short_id} with a volume and a database of its own")

    def write_config(self, spec: SiteSpec, *, log: Log) -> None:
        """Write the configuration; salts, prefix and password stay once made."""
        with self._client() as client:
            container, kept = self._look(client, spec)
            if container is None:
                raise FilesRefused(detail="there is no container")
            values = make_values(kept, spec)
            set_password(ensure_server(client, self.config), spec.site_id, values["password"])
            if kept != values:
                write_values(container, values)
        log("salts, table prefix and database password of its own")

    def install(self, spec: SiteSpec, *, log: Log) -> None:
        """Have WordPress fill the database, once in a site's life."""
        with self._client() as client:
            container, values = self._require(client, spec, InstallFailed, _NO_CONFIGURATION)
            ensure_server(client, self.config)
            if values["spare"]:
                self._settle_spare(client, container, values, spec)
                log("title, address and administrator of a site that was installed ahead")
                return
            if values["installed"]:
                log("already installed, content kept")
                return
            answer = run_tool(client, self.config, spec.site_id, _describe_installation(spec))
            write_values(container, {**values, "installed": int(time.time())})
        log(f"WordPress {answer.get('version', 'is there')} {answer.get('locale', '')}".strip())

    def start(self, spec: SiteSpec, *, log: Log) -> None:
        """Have the container run and its health check say yes."""
        with self._client() as client:
            container, _values = self._require(client, spec, StartFailed, _NO_CONFIGURATION)
            ensure_server(client, self.config)
            if container.status == "running" and is_answering(self._health(spec), spec):
                log("already running")
                return
            container.start()
            self._wait_until_healthy(container, spec)
        log(f"container {container.short_id} is healthy")

    def _wait_until_healthy(self, container: Container, spec: SiteSpec) -> None:
        until = time.monotonic() + self.config.start_seconds
        while not is_answering(self._health(spec), spec):
            container.reload()
            restarts = int(container.attrs.get("RestartCount", 0))
            if container.status in {"exited", "dead"} or restarts >= _RESTARTS_UNTIL_TOLD:
                raise StartFailed(detail=_last_words(container))
            if time.monotonic() > until:
                raise EngineTimeout(seconds=int(self.config.start_seconds))
            time.sleep(_PAUSE_SECONDS)

    def stop(self, spec: SiteSpec, *, log: Log) -> None:
        """Have the container stand still; it stays so when the Docker engine starts again."""
        with self._client() as client:
            container = self._find(client, spec)
            if container is not None and container.status != "created":
                container.stop(timeout=int(self.config.stop_seconds))
        log("no container runs")

    def restart(self, spec: SiteSpec, *, log: Log) -> None:
        """Write the configuration anew and start, in a new container when anything changed."""
        with self._client() as client:
            self._require(client, spec, StartFailed, _NO_CONFIGURATION)
        self.place_files(spec, log=log)
        self.write_config(spec, log=log)
        self.stop(spec, log=log)
        self.place_files(spec, log=log)
        self.start(spec, log=log)

    def publish_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Lead the hosts to the container's socket."""
        self._make_folders()
        publish_hosts(self.layout, spec, http_socket=self._socket(spec))
        log(f"{', '.join(spec.hosts)} → container")

    def pause_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Mark the hosts as paused."""
        self._make_folders()
        pause_hosts(self.layout, spec)
        log(f"{', '.join(spec.hosts)} → pause page")

    def withdraw_route(self, spec: SiteSpec, *, log: Log) -> None:
        """Remove the hosts from the proxy's table."""
        withdraw_hosts(self.layout, spec.site_id)
        log(f"{', '.join(spec.hosts)} → nothing")

    def probe(self, spec: SiteSpec, *, log: Log) -> Probe:
        """Fetch the front page until it is the site's own."""
        found = probe_site(self.config, self._socket(spec), spec)
        log(f"front page with the site's title after {found.seconds} s ({found.via})")
        return found

    def observe(self, spec: SiteSpec) -> Observation:
        """Look at container, configuration, socket and route."""
        with self._client() as client:
            container, values = self._look(client, spec)
        return Observation(
            placed=container is not None,
            configured=bool(values),
            installed=bool(values.get("installed")),
            running=container is not None
            and container.status == "running"
            and is_listening(self._socket(spec)),
            route=observe_route(self.layout, spec),
        )

    def create_login_link(self, spec: SiteSpec, *, seconds: int) -> str:
        """Leave the digest of a fresh token in the site's volume and return its address."""
        token = secrets.token_hex(32)
        note = File(
            name=hashlib.sha256(token.encode()).hexdigest(),
            content=json.dumps({"expires": int(time.time()) + seconds}).encode(),
            uid=SITE_UID,
            gid=SITE_UID,
            mode=0o600,
        )
        with self._client() as client:
            container = self._find(client, spec)
            if container is None or container.status != "running":
                raise NotAnswering(detail="the site is not running")
            minutes = 1 + 10 * seconds // 60
            sweep = ["find", "/srv/site/login", "-type", "f", "-mmin", f"+{minutes}", "-delete"]
            container.exec_run(sweep, user=str(SITE_UID))
            put_files(container, "/srv/site/login", [note])
        return f"{spec.url}/wp-login.php?action=portal&token={token}"

    def run_cron(self, spec: SiteSpec) -> None:
        """Ask the site to do its due work."""
        try:
            answer = ask(SocketConnection(self._socket(spec)), spec, _CRON_PATH)
        except OSError as error:
            raise NotAnswering(detail=type(error).__name__) from error
        if answer.status != 200:
            raise NotAnswering(detail=f"status {answer.status}")

    def remove(self, spec: SiteSpec, *, log: Log) -> None:
        """Leave nothing: no address, container, volume, database or socket."""
        withdraw_hosts(self.layout, spec.site_id)
        with self._client() as client:
            sweep_tools(client, self.config, spec.site_id)
            self.stop(spec, log=log)
            remove_container(self._find(client, spec))
            remove_volume(client, name_site(self.config, spec.site_id))
            forget_site(client, self.config, spec.site_id)
            remove_sockets(client, self.config, spec.site_id)
        log("container, volume, database and addresses removed")

    def _find(self, client: DockerClient, spec: SiteSpec) -> Container | None:
        return find_container(client, name_site(self.config, spec.site_id))

    def _socket(self, spec: SiteSpec) -> Path:
        return socket_folder(self.config, spec.site_id) / "http.sock"

    def _health(self, spec: SiteSpec) -> Path:
        return socket_folder(self.config, spec.site_id) / "health.sock"

    def _make_folders(self) -> None:
        self.layout.sites_dir.mkdir(mode=0o755, parents=True, exist_ok=True)


def make_docker_engine() -> DockerEngine:
    """Return the engine that the project's settings describe."""
    return DockerEngine(read_docker_config())


def _describe_installation(spec: SiteSpec) -> Tool:
    task = {
        "host": spec.url.partition("://")[2],
        "title": spec.title,
        "email": spec.admin_email,
        "user": _ADMINISTRATOR.get(spec.language, _ANY_ADMINISTRATOR),
        "locale": spec.language,
    }
    return Tool(name="install", command=INSTALL, task=task, alone=True, failure=InstallFailed)


def _last_words(container: Container) -> str:
    said = container.logs(tail=3).decode("utf-8", "replace").strip().splitlines()
    return said[-1][:200] if said else "it says nothing"
