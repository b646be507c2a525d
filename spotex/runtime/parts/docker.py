"""A Docker engine with the images of sites, for tests.

An engine that answers already is used as it is. Else root gets Debian's, started apart from
anything else on the machine: data, state and socket of its own. Its base image is put together
from the Debian mirror that this machine uses, so that no registry of images is needed.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from spotex.runtime.commands import run_command
from spotex.runtime.config import REPOSITORY, RuntimeConfig
from spotex.runtime.errors import StartError
from spotex.runtime.files import make_private_dir
from spotex.runtime.parts.apt import install_packages
from spotex.runtime.parts.debian import find_mirror

BASE_IMAGE = "debian:trixie-slim"
_SUITE = "trixie"
_USUAL_SOCKET = Path("/var/run/docker.sock")
_PROGRAMS = {
    "dockerd": "docker.io",
    "docker": "docker.io",
    "docker-compose": "docker-compose",
    "mmdebstrap": "mmdebstrap",
}
_LEFT_OUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*")
_START_SECONDS = 30.0
_STOP_SECONDS = 60.0


def install_docker(config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of an engine with a base image and the images of sites, and describe it.

    Raises:
        StartError: there is no engine, and we may not or cannot start one.
    """
    missing = list_missing_packages(has_engine=find_running_engine() is not None)
    if missing:
        tell("Installing a Docker engine and its tools")
        install_packages(missing)
    with running_engine(config.cache_dir) as host:
        environ = {**os.environ, "DOCKER_HOST": host, "DOCKER_BUILDKIT": "0"}
        if not _has_image(environ):
            tell(f"Putting together {BASE_IMAGE}")
            _make_base_image(config, environ)
        tell("Building the images of sites")
        run_command(
            [sys.executable, REPOSITORY / "manage.py", "build_site_images"],
            purpose="Building the images of sites",
            environ={**environ, "SPOTEX_WORDPRESS_DIR": str(config.wordpress_dir)},
        )
    return f"with images, {'of our own' if str(config.cache_dir) in host else f'at {host}'}"


def find_running_engine() -> str | None:
    """Return the address of an engine that this machine runs anyway."""
    named = os.environ.get("DOCKER_HOST")
    return named or (f"unix://{_USUAL_SOCKET}" if _answers(_USUAL_SOCKET) else None)


@contextmanager
def running_engine(cache_dir: Path) -> Iterator[str]:
    """Yield the address of an engine; one that had to be started is stopped in the end.

    Raises:
        StartError: there is none, and none of our own can be started.
    """
    home = cache_dir / "docker"
    path = home / "docker.sock"
    host = find_running_engine() or (f"unix://{path}" if _answers(path) else None)
    if host:
        yield host
        return
    if os.geteuid() != 0 or not shutil.which("dockerd"):
        raise StartError("Start a Docker engine; root can have one of its own installed.")
    process = _start_engine(make_private_dir(home), path)
    try:
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait(timeout=_STOP_SECONDS)


def list_missing_packages(*, has_engine: bool) -> list[str]:
    """Return the packages of programs that are missing; an engine that runs needs no other."""
    wanted = {name for name in _PROGRAMS if name != "dockerd" or not has_engine}
    missing = {_PROGRAMS[name] for name in wanted if not shutil.which(name)}
    if missing and not has_engine:
        missing.add("iptables")
    return sorted(missing)


def _start_engine(home: Path, path: Path) -> subprocess.Popen[bytes]:
    path.unlink(missing_ok=True)
    command = [
        *("dockerd", "--data-root", str(home / "data"), "--exec-root", str(home / "run")),
        *("--pidfile", str(home / "dockerd.pid"), "--host", f"unix://{path}"),
        *("--storage-driver", "overlay2", "--log-level", "warn"),
    ]
    with (home / "dockerd.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(path):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            said = (home / "dockerd.log").read_text(errors="replace").strip().splitlines()[-3:]
            raise StartError(f"The Docker engine does not start: {' · '.join(said)}")
        time.sleep(0.1)
    return process


def _answers(path: Path) -> bool:
    """Tell whether an engine answers at a socket."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(5)
        try:
            link.connect(str(path))
            connection = http.client.HTTPConnection("docker")
            connection.sock = link
            connection.request("GET", "/_ping")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
    return status == http.client.OK


def _has_image(environ: dict[str, str]) -> bool:
    found = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [shutil.which("docker") or "docker", "image", "inspect", BASE_IMAGE],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return found.returncode == 0


def _make_base_image(config: RuntimeConfig, environ: dict[str, str]) -> None:
    """Debian's minimum as one layer, from this machine's mirror; packages are verified by apt."""
    archive = config.cache_dir / f"{_SUITE}-slim.tar"
    options = [f"--dpkgopt=path-exclude={path}" for path in _LEFT_OUT]
    try:
        run_command(
            [
                *("mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates"),
                *options,
                *(_SUITE, str(archive), find_mirror()),
            ],
            purpose=f"Putting together {BASE_IMAGE}",
        )
        run_command(
            ["docker", "import", str(archive), BASE_IMAGE],
            purpose=f"Importing {BASE_IMAGE}",
            environ=environ,
        )
    finally:
        archive.unlink(missing_ok=True)
