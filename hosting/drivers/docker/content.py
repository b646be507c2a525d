"""The Docker engine's verbs about content: copied between sites, measured, laid up.

A copy is a folder in the target's volume and a database beside the target's own. Placing it and
stepping back each write one file (see :mod:`hosting.drivers.docker.site_config`), so there is
no moment at which half of a copy is in place.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final

from docker import DockerClient
from docker.models.containers import Container

from hosting.drivers.base import (
    Changes,
    CopyFailed,
    InstallFailed,
    Log,
    NotAnswering,
    SiteSpec,
    Usage,
)
from hosting.drivers.docker.asking import probe_site
from hosting.drivers.docker.building import PHP_VERSIONS
from hosting.drivers.docker.config import MEGABYTE, DockerConfig
from hosting.drivers.docker.containers import (
    SITE_UID,
    find_container,
    name_site,
    require_room,
    socket_folder,
)
from hosting.drivers.docker.daemon import connect, docker_failures
from hosting.drivers.docker.database import (
    copy_database,
    drop_databases,
    ensure_server,
    list_databases,
    measure_database,
)
from hosting.drivers.docker.site_config import PLACE, Values, read_values, write_values
from hosting.drivers.docker.tools import DATABASE, Tool, run_tool
from hosting.drivers.embedded.copies import make_rule

_COPY: Final = re.compile(r"^[a-z0-9_]{1,31}\Z")
"""A database's name ends at 64 characters, of which 33 are the site's."""

_TEXT_TIME: Final = "%Y-%m-%d %H:%M:%S"
_CONTENTS: Final = "/srv/site/content"
_MEASURE: Final = (
    *("bash", "-c", """printf '{"ok":true,"files":%d}\\n' "$(du -sb "$1" | cut -f1)\""""),
    "measure",
)
_DROP: Final = (
    *(
        "bash",
        "-ec",
        f"""find {_CONTENTS} -mindepth 1 -maxdepth 1 "$@" -exec rm -rf {{}} +
echo '{{"ok":true}}'""",
    ),
    "drop",
)
_NO_CONTENT: Final = "there is no content to copy"
_NOT_PREPARED: Final = "the copy was not prepared"


class ContentVerbs:
    """What the Docker engine does with the content of sites."""

    config: DockerConfig

    def php_versions(self) -> tuple[str, ...]:
        """Name those of the image."""
        return PHP_VERSIONS

    def measure(self, spec: SiteSpec) -> Usage:
        """Add up the content in use and its database."""
        with self._client() as client:
            container, values = self._look(client, spec)
            if container is None:
                return Usage(files_bytes=0, database_bytes=0)
            return self._measure(client, container, values, spec)

    def _measure(
        self, client: DockerClient, container: Container, values: Values, spec: SiteSpec
    ) -> Usage:
        folder = f"{_CONTENTS}/{values.get('content', 'first')}"
        if container.status == "running":
            said = container.exec_run(["du", "-sb", folder], user=str(SITE_UID)).output.decode()
            files = int(said.split()[0])
        else:
            tool = Tool(name="measure", command=(*_MEASURE, folder))
            files = int(run_tool(client, self.config, spec.site_id, tool)["files"])
        database = measure_database(ensure_server(client, self.config), values.get("database", ""))
        return Usage(files_bytes=files, database_bytes=database)

    def prepare_copy(self, source: SiteSpec, target: SiteSpec, *, copy: str, log: Log) -> Usage:
        """Copy files and a snapshot of the database aside, and rewrite the addresses there."""
        if not _COPY.match(copy):
            message = f"not the name of a copy: {copy!r}"
            raise ValueError(message)
        with self._client() as client:
            taker, values = self._require(client, target, CopyFailed, "there is no configuration")
            if copy in values["copies"]:
                log("the copy is prepared already")
                return Usage(**values["copies"][copy]["usage"])
            giver, given = self._require(client, source, CopyFailed, _NO_CONTENT)
            if not given["installed"]:
                raise CopyFailed(detail=_NO_CONTENT)
            usage = self._measure(client, giver, given, source)
            require_room(client, self.config, needed=usage.total_bytes)
            fresh = self._make_copy(client, source, target, given=given, copy=copy)
            values["copies"][copy] = {"fresh": fresh, "former": None, "usage": vars(usage)}
            write_values(taker, values)
        log(
            f"{usage.files_bytes // MEGABYTE} MB of files and "
            f"{usage.database_bytes // MEGABYTE} MB of database copied, addresses rewritten"
        )
        return usage

    def _make_copy(
        self, client: DockerClient, source: SiteSpec, target: SiteSpec, *, given: Values, copy: str
    ) -> Values:
        server = ensure_server(client, self.config)
        database = f"{target.site_id}__{copy}"
        copy_database(server, given["database"], database)
        folders = {f"{_CONTENTS}/{given['content']}": f"{_CONTENTS}/{copy}"}
        task = {
            "task": "settle",
            "database": database,
            "rule": make_rule(source, target, folders=folders),
        }
        tool = Tool(
            name="copy",
            command=("copy-content", given["content"], copy),
            task=task,
            source=source.site_id,
            writes=True,
            alone=True,
        )
        run_tool(client, self.config, target.site_id, tool)
        return {
            "database": database,
            "content": copy,
            "prefix": given["prefix"],
            "installed": int(time.time()),
        }

    def place_copy(self, target: SiteSpec, *, copy: str, log: Log) -> None:
        """Let the site's file name the copy, and keep what it named before."""
        with self._client() as client:
            container, values = self._require(client, target, CopyFailed, _NOT_PREPARED)
            held = values["copies"].get(copy)
            if held is None:
                raise CopyFailed(detail=_NOT_PREPARED)
            if held["former"] is None:
                _require_stopped(container)
                held["former"] = {name: values[name] for name in PLACE}
                write_values(container, {**values, **held["fresh"]})
        log("new content in place, the former one is kept")

    def step_back(self, target: SiteSpec, *, copy: str, log: Log) -> None:
        """Let the site's file name again what it named before the copy."""
        with self._client() as client:
            container, values = self._look(client, target)
            if container is not None:
                _require_stopped(container)
            held = values.get("copies", {}).get(copy)
            if container is not None and held and held["former"]:
                former, held["former"] = held["former"], None
                write_values(container, {**values, **former})
        log("the former content is in place")

    def drop_copies(self, target: SiteSpec, *, keep: str = "", log: Log) -> None:
        """Delete contents and databases that neither the site nor the kept copy names."""
        with self._client() as client:
            container, values = self._look(client, target)
            if container is None or not values:
                return
            dropped = [name for name in values["copies"] if name != keep]
            values["copies"] = {n: v for n, v in values["copies"].items() if n == keep}
            write_values(container, values)
            places = [values, *(held["fresh"] for held in values["copies"].values())]
            places += [held["former"] for held in values["copies"].values() if held["former"]]
            server = ensure_server(client, self.config)
            wanted = {place["database"] for place in places}
            drop_databases(server, set(list_databases(server, target.site_id)) - wanted)
            self._drop_contents(client, target, {place["content"] for place in places})
        log(f"{len(dropped)} earlier copies removed")

    def _drop_contents(self, client: DockerClient, target: SiteSpec, wanted: set[str]) -> None:
        kept = [part for name in sorted(wanted) for part in ("!", "-name", name)]
        tool = Tool(name="drop", command=(*_DROP, *kept), writes=True, alone=True)
        run_tool(client, self.config, target.site_id, tool)

    def count_changes(self, spec: SiteSpec, *, since: datetime) -> Changes:
        """Ask the database."""
        with self._client() as client:
            _container, values = self._look(client, spec)
            if not values.get("installed"):
                raise CopyFailed(detail="there is no database")
            ensure_server(client, self.config)
            task = {
                "task": "changes",
                "database": values["database"],
                "prefix": values["prefix"],
                "since": since.astimezone(UTC).strftime(_TEXT_TIME),
            }
            tool = Tool(name="count", command=DATABASE, task=task)
            answer = run_tool(client, self.config, spec.site_id, tool)
        counted = {name: int(answer[name]) for name in ("posts", "comments", "users", "orders")}
        return Changes(since=since, **counted)

    def lay_up(self, spec: SiteSpec, *, log: Log) -> None:
        """Have the spare run with its programs in memory."""
        with self._client() as client:
            _container, values = self._look(client, spec)
        if not values.get("installed"):
            raise InstallFailed(detail="it is not installed")
        self.start(spec, log=log)
        with suppress(NotAnswering):
            probe_site(self.config, socket_folder(self.config, spec.site_id) / "http.sock", spec)
        with self._client() as client:
            container, values = self._require(client, spec, InstallFailed, "it is gone")
            values["spare"] = {"hosts": list(spec.hosts), "port": spec.url_port or 0}
            write_values(container, values)
        log("waits for its owner")

    def _settle_spare(
        self, client: DockerClient, container: Container, values: Values, spec: SiteSpec
    ) -> None:
        """Give a spare's content the title, addresses and administrator of its owner."""
        rule: dict[str, Any] = make_rule(spec, spec, folders={}) | values["spare"]
        rule["to"]["host"] = spec.host
        task = {
            "task": "settle",
            "database": values["database"],
            "rule": rule,
            "prefix": values["prefix"],
            "title": spec.title,
            "email": spec.admin_email,
        }
        tool = Tool(name="settle", command=DATABASE, task=task, alone=True, failure=InstallFailed)
        run_tool(client, self.config, spec.site_id, tool)
        write_values(container, {**values, "spare": None})

    def start(self, spec: SiteSpec, *, log: Log) -> None:
        """See the engine."""
        raise NotImplementedError

    @contextmanager
    def _client(self) -> Iterator[DockerClient]:
        with docker_failures(self.config):
            yield connect(self.config.host, self.config.call_seconds)

    def _look(self, client: DockerClient, spec: SiteSpec) -> tuple[Container | None, Values]:
        """Return the site's container and values, as far as there are any."""
        container = find_container(client, name_site(self.config, spec.site_id))
        return container, read_values(container) if container is not None else {}

    def _require(
        self,
        client: DockerClient,
        spec: SiteSpec,
        failure: type[Exception],
        detail: str,
    ) -> tuple[Container, Values]:
        """Return the container and the values of a site that is configured."""
        container, values = self._look(client, spec)
        if container is None or not values:
            raise failure(detail=detail)  # type: ignore[call-arg]
        return container, values


def _require_stopped(container: Container) -> None:
    if container.status in {"running", "restarting"}:
        raise CopyFailed(detail="the site is running")
