"""Running WordPress's installer in a container of its own.

It has the site's fence without any capability, sees delivered content only and the site's volume
read-only. What a killed worker left behind is removed before a new one starts.
"""

from __future__ import annotations

import json
from typing import Any, Final

import requests
from docker import DockerClient
from docker.models.containers import Container

from hosting.drivers.base import EngineTimeout, InstallFailed, SiteSpec
from hosting.drivers.docker.building import CURRENT, SITE_IMAGE
from hosting.drivers.docker.config import MEGABYTE, DockerConfig
from hosting.drivers.docker.containers import (
    HARDENED,
    SITE_UID,
    find_container,
    list_mounts,
    name_site,
    remove_container,
)

_ADMINISTRATOR: Final = {"it_IT": "gestore"}
_ANY_ADMINISTRATOR: Final = "manager"
_INSTALLER: Final = "/usr/local/lib/spotex/install.php"


def install_wordpress(
    client: DockerClient, config: DockerConfig, spec: SiteSpec
) -> dict[str, Any]:
    """Fill the site's database; return version and locale, or that it was full already.

    Raises:
        InstallFailed: the installer says why, or says nothing.
        EngineTimeout: it did not end.
    """
    sweep_installer(client, config, spec.site_id)
    container = _create(client, config, spec)
    try:
        container.start()
        status = container.wait(timeout=config.install_seconds)["StatusCode"]
        return _read_answer(container, status)
    except requests.exceptions.ReadTimeout as error:
        raise EngineTimeout(seconds=int(config.install_seconds)) from error
    finally:
        remove_container(container)


def sweep_installer(client: DockerClient, config: DockerConfig, site_id: str) -> None:
    """Have no installer of the site."""
    remove_container(find_container(client, _name(config, site_id)))


def _name(config: DockerConfig, site_id: str) -> str:
    return f"{name_site(config, site_id)}-install"


def _create(client: DockerClient, config: DockerConfig, spec: SiteSpec) -> Container:
    wanted = {
        "host": spec.url.partition("://")[2],
        "title": spec.title,
        "email": spec.admin_email,
        "user": _ADMINISTRATOR.get(spec.language, _ANY_ADMINISTRATOR),
        "locale": spec.language,
    }
    return client.containers.create(
        f"{SITE_IMAGE}:{CURRENT}",
        ["php", "-d", "display_errors=stderr", "-d", "memory_limit=256M", _INSTALLER],
        name=_name(config, spec.site_id),
        user=f"{SITE_UID}:{SITE_UID}",
        environment={"SPOTEX_INSTALL": json.dumps(wanted)},
        labels={
            "spotex.prefix": config.prefix,
            "spotex.role": "installer",
            "spotex.site": spec.site_id,
        },
        volumes=list_mounts(config, spec.site_id, read_only=True),
        tmpfs={"/tmp": "size=64m,mode=1777,nosuid,nodev,noexec"},  # noqa: S108  in the container
        mem_limit=512 * MEGABYTE,
        memswap_limit=512 * MEGABYTE,
        pids_limit=16,
        healthcheck={"test": ["NONE"]},
        **{**HARDENED, "restart_policy": {"Name": "no"}},
    )


def _read_answer(container: Container, status: int) -> dict[str, Any]:
    for line in reversed(container.logs(stderr=False).decode("utf-8", "replace").splitlines()):
        if line.startswith("{"):
            answer: dict[str, Any] = json.loads(line)
            if answer.get("ok"):
                return answer
            raise InstallFailed(detail=str(answer.get("detail", ""))[:300])
    said = container.logs().decode("utf-8", "replace").strip().splitlines()[:2]
    raise InstallFailed(detail=" · ".join(said)[:300] or f"PHP ended with {status}")
