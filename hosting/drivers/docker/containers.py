"""The container and the volume of one site: their names, their fence, and having them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from docker import DockerClient
from docker.errors import APIError, NotFound
from docker.models.containers import Container
from docker.types import LogConfig

from hosting.drivers.base import DiskFull
from hosting.drivers.docker.building import CURRENT, SITE_IMAGE
from hosting.drivers.docker.config import MEGABYTE, DockerConfig
from spotex.kernel.ids import is_public_id

SITE_UID: Final = 33
"""``www-data`` in Debian, the account of PHP inside every container."""

SPEC_LABEL: Final = "spotex.spec"
_TMPFS: Final = "nosuid,nodev,noexec"

HARDENED: Final[dict[str, Any]] = {
    "read_only": True,
    "network_mode": "none",
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "restart_policy": {"Name": "unless-stopped"},
    "log_config": LogConfig(type="json-file", config={"max-size": "1m", "max-file": "3"}),
}
"""What holds for every container: no network, no right over the machine, no endless log."""


def name_site(config: DockerConfig, site_id: str) -> str:
    """Return the name of the site's container and of its volume."""
    if not is_public_id(site_id, prefix="site"):
        message = f"not a site id: {site_id!r}"
        raise ValueError(message)
    return f"{config.prefix}-{site_id}"


def socket_folder(config: DockerConfig, site_id: str) -> Path:
    """Return the folder on this machine in which the site's container listens.

    It belongs to root and no process of the site's own code may write in it: whoever could
    replace the socket by a link would have the proxy talk to any other socket of the machine.
    """
    return config.layout.run_dir / "docker" / site_id


def find_container(client: DockerClient, name: str) -> Container | None:
    """Return a container by name, or None."""
    try:
        return client.containers.get(name)
    except NotFound:
        return None


def ensure_volume(client: DockerClient, config: DockerConfig, name: str, **labels: str) -> str:
    """Have a volume and return its name."""
    client.volumes.create(name, labels={"spotex.prefix": config.prefix, **labels})
    return name


def ensure_container(client: DockerClient, config: DockerConfig, site_id: str) -> Container:
    """Have the site's container as it should be today; one that runs is left alone."""
    name = name_site(config, site_id)
    wanted = describe_container(client, config, site_id)
    found = find_container(client, name)
    if found is not None:
        if found.labels.get(SPEC_LABEL) == wanted["labels"][SPEC_LABEL]:
            return found
        if found.status in {"running", "restarting"}:
            return found
        found.remove(force=True)
    ensure_volume(client, config, name, **{"spotex.site": site_id})
    config.layout.run_dir.joinpath("docker").mkdir(mode=0o711, parents=True, exist_ok=True)
    try:
        return client.containers.create(**wanted)
    except APIError as error:
        if error.status_code != 409:
            raise
        return client.containers.get(name)  # another worker was faster


def describe_container(client: DockerClient, config: DockerConfig, site_id: str) -> dict[str, Any]:
    """Return the site's container as it should be; its label is a digest of all the rest."""
    image = client.images.get(f"{SITE_IMAGE}:{CURRENT}").id
    described: dict[str, Any] = {
        "image": image,
        "name": name_site(config, site_id),
        "volumes": list_mounts(config, site_id),
        "tmpfs": {
            "/tmp": f"size=128m,mode=1777,{_TMPFS}",  # noqa: S108  in the container
            "/run": f"size=4m,mode=0755,{_TMPFS}",
        },
        "cap_add": ["CHOWN", "KILL", "SETGID", "SETUID"],  # masters with workers as www-data
        "mem_limit": config.site.memory_mb * MEGABYTE,
        "memswap_limit": config.site.memory_mb * MEGABYTE,
        "nano_cpus": int(config.site.cpus * 1e9),
        "pids_limit": config.site.processes,
        **HARDENED,
    }
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]
    described["labels"] = {
        "spotex.prefix": config.prefix,
        "spotex.role": "site",
        "spotex.site": site_id,
        SPEC_LABEL: digest,
    }
    return described


def list_mounts(config: DockerConfig, site_id: str) -> list[str]:
    """Return what the site's container sees besides its image."""
    return [
        f"{name_site(config, site_id)}:/srv/site",
        mount_database(config),
        f"{socket_folder(config, site_id)}:/run/http",
    ]


def mount_database(config: DockerConfig) -> str:
    """Return how a container gets to the database server's socket."""
    return f"{config.prefix}-db-socket:/run/mysqld:ro,nocopy"


def measure_free_bytes(client: DockerClient, config: DockerConfig) -> int:
    """Return the space left where the Docker engine keeps its things, as far as it is seen here."""
    root = Path(client.info()["DockerRootDir"])
    return shutil.disk_usage(root if root.is_dir() else config.layout.sites_dir).free


def require_room(client: DockerClient, config: DockerConfig, *, needed: int = 0) -> int:
    """Pass if there is room besides what must stay free, and return the free bytes.

    Raises:
        DiskFull: there is not.
    """
    free = measure_free_bytes(client, config)
    needed += config.minimum_free_bytes
    if free < needed:
        raise DiskFull(free_mb=free // MEGABYTE, needed_mb=needed // MEGABYTE)
    return free


def remove_container(container: Container | None) -> None:
    """Have this container no more, whatever it is doing."""
    if container is not None:
        with suppress(NotFound):
            container.remove(force=True)


def remove_volume(client: DockerClient, name: str) -> None:
    """Have no volume of this name."""
    with suppress(NotFound):
        client.volumes.get(name).remove()


def remove_sockets(client: DockerClient, config: DockerConfig, site_id: str) -> None:
    """Have no socket folder of the site; root's leftovers are removed by a container as root."""
    folder = socket_folder(config, site_id)
    if not folder.is_dir():
        return
    if any(folder.iterdir()) and not os.access(folder, os.W_OK):
        client.containers.run(
            f"{SITE_IMAGE}:{CURRENT}",
            ["rm", "-f", "/run/http/http.sock", "/run/http/health.sock"],
            volumes=[f"{folder}:/run/http"],
            network_mode="none",
            cap_drop=["ALL"],
            remove=True,
        )
    for name in ("http.sock", "health.sock"):
        folder.joinpath(name).unlink(missing_ok=True)
    folder.rmdir()
