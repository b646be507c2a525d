"""Short work on a site in a container of its own: installing, copying, counting, measuring.

Such a container has the site's fence without any capability, runs as the site's own account and
ends by itself. What a killed worker left behind is removed before the same work starts anew.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import requests
from docker import DockerClient
from docker.models.containers import Container

from hosting.drivers.base import CopyFailed, EngineTimeout, InstallFailed
from hosting.drivers.docker.building import CURRENT, SITE_IMAGE
from hosting.drivers.docker.config import MEGABYTE, DockerConfig
from hosting.drivers.docker.containers import (
    HARDENED,
    SITE_UID,
    find_container,
    mount_database,
    name_site,
    remove_container,
)

_PHP: Final = ("php", "-d", "display_errors=stderr", "-d", "memory_limit=256M")
INSTALL: Final = (*_PHP, "/usr/local/lib/portal/install.php")
DATABASE: Final = (*_PHP, "/usr/local/lib/portal/database.php")


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One piece of work.

    Args:
        name: becomes part of the container's name.
        task: what the program is told, as JSON in its environment.
        source: another site whose volume is seen, read-only, at ``/srv/source``.
        writes: the site's own volume may be written.
        alone: the same work never runs twice; what a killed worker began is ended first.
        failure: what it means when the work fails.
    """

    name: str
    command: Sequence[str]
    task: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    writes: bool = False
    alone: bool = False
    failure: type[InstallFailed] | type[CopyFailed] = CopyFailed


def run_tool(
    client: DockerClient, config: DockerConfig, site_id: str, tool: Tool
) -> dict[str, Any]:
    """Run one piece of work to its end and return the line of JSON that it answers.

    Raises:
        InstallFailed: it says why it failed, or says nothing; or the failure that the tool names.
        EngineTimeout: it did not end.
    """
    container = _begin(client, config, site_id, tool)
    try:
        container.start()
        status = container.wait(timeout=config.install_seconds)["StatusCode"]
        return _read_answer(container, status, tool)
    except requests.exceptions.ReadTimeout as error:
        raise EngineTimeout(seconds=int(config.install_seconds)) from error
    finally:
        remove_container(container)


def sweep_tools(client: DockerClient, config: DockerConfig, site_id: str) -> None:
    """Have no work going on at the site."""
    labels = [f"spotex.prefix={config.prefix}", "spotex.role=tool", f"spotex.site={site_id}"]
    for container in client.containers.list(all=True, filters={"label": labels}):
        remove_container(container)


def _begin(client: DockerClient, config: DockerConfig, site_id: str, tool: Tool) -> Container:
    name = f"{name_site(config, site_id)}-{tool.name}"
    if tool.alone:
        remove_container(find_container(client, name))
    else:
        name = f"{name}-{secrets.token_hex(4)}"
    volumes = [
        f"{name_site(config, site_id)}:/srv/site:{'rw' if tool.writes else 'ro'}",
        mount_database(config),
    ]
    if tool.source:
        volumes.append(f"{name_site(config, tool.source)}:/srv/source:ro,nocopy")
    return client.containers.create(
        f"{SITE_IMAGE}:{CURRENT}",
        list(tool.command),
        name=name,
        user=f"{SITE_UID}:{SITE_UID}",
        environment={"PORTAL_TASK": json.dumps(tool.task)},
        labels={
            "spotex.prefix": config.prefix,
            "spotex.role": "tool",
            "spotex.site": site_id,
        },
        volumes=volumes,
        tmpfs={"/tmp": "size=64m,mode=1777,nosuid,nodev,noexec"},  # noqa: S108  in the container
        mem_limit=512 * MEGABYTE,
        memswap_limit=512 * MEGABYTE,
        pids_limit=32,
        healthcheck={"test": ["NONE"]},
        **{**HARDENED, "restart_policy": {"Name": "no"}},
    )


def _read_answer(container: Container, status: int, tool: Tool) -> dict[str, Any]:
    for line in reversed(container.logs(stderr=False).decode("utf-8", "replace").splitlines()):
        if line.startswith("{"):
            answer: dict[str, Any] = json.loads(line)
            if answer.get("ok"):
                return answer
            raise tool.failure(detail=str(answer.get("detail", ""))[:300])
    said = container.logs().decode("utf-8", "replace").strip().splitlines()[:2]
    raise tool.failure(detail=" · ".join(said)[:300] or f"it ended with {status}")
