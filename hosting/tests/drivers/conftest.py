"""Engines under test: the double, and the real one with a runner of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from docker.errors import DockerException

from hosting.drivers.base import RouteState, SiteSpec, WordPressMissing
from hosting.drivers.docker.building import CURRENT, SITE_IMAGE
from hosting.drivers.docker.config import DockerConfig
from hosting.drivers.docker.daemon import connect
from hosting.drivers.docker.engine import DockerEngine
from hosting.drivers.embedded.config import EngineConfig
from hosting.drivers.embedded.core import find_core
from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.drivers.embedded.notes import is_runner_alive
from hosting.drivers.embedded.paths import Layout
from hosting.drivers.fake import FakeEngine
from spotex.kernel.ids import new_public_id
from spotex.runtime.config import read_config
from spotex.runtime.errors import StartError
from spotex.runtime.files import is_walkable
from spotex.runtime.parts.docker import running_engine
from spotex.runtime.php import find_php

REPOSITORY = Path(settings.BASE_DIR)


def say_nothing(line: str) -> None:
    """A log that nobody reads."""


def require_real_parts() -> None:
    """Skip where PHP or WordPress are missing; on the build machine that is an error."""
    try:
        find_core(Path(settings.SPOTEX_WORDPRESS_DIR))
        missing = None if find_php() else "PHP"
    except WordPressMissing:
        missing = "WordPress"
    if missing and not os.environ.get("SPOTEX_CI"):
        pytest.skip(f"{missing} is not on this machine")


class RunnerProcess:
    """A runner as the platform starts it: another process that knows two folders."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environ = {
            **os.environ,
            "SPOTEX_SITES_DIR": str(self.layout.sites_dir),
            "SPOTEX_RUN_DIR": str(self.layout.run_dir),
            "DJANGO_SETTINGS_MODULE": "spotex.settings",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hosting.drivers.embedded.runner"],
            cwd=REPOSITORY,
            env=environ,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while not self.layout.runner_socket.exists() or not is_runner_alive(self.layout):
            assert time.monotonic() < until, "the runner does not start"
            time.sleep(0.02)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=15)


def make_layout() -> Layout:
    """Two fresh folders that other users may walk through, with short names for sockets."""
    root = Path(tempfile.mkdtemp(prefix="sx-"))
    root.chmod(0o711)
    layout = Layout(root / "sites", root / "run")
    layout.sites_dir.mkdir(mode=0o755)
    layout.run_dir.mkdir(mode=0o700)
    return layout


@pytest.fixture(scope="session")
def embedded_layout() -> Iterator[Layout]:
    require_real_parts()
    layout = make_layout()
    yield layout
    shutil.rmtree(layout.sites_dir.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def runner(embedded_layout: Layout) -> Iterator[RunnerProcess]:
    """The runner of the whole session; a test that kills it starts it again."""
    runner = RunnerProcess(embedded_layout)
    runner.start()
    yield runner
    runner.stop()


@pytest.fixture(scope="session")
def wordpress_dir(embedded_layout: Layout) -> Path:
    """The shared parts where every site's user can reach them, as on a server."""
    shared = Path(settings.SPOTEX_WORDPRESS_DIR)
    if os.geteuid() != 0 or is_walkable(shared):
        return shared  # on a server the runtime chooses such a folder
    copy = embedded_layout.sites_dir.parent / "wordpress"
    subprocess.run(["cp", "-a", str(shared), str(copy)], check=True)
    return copy


@pytest.fixture(scope="session")
def config(embedded_layout: Layout, wordpress_dir: Path) -> EngineConfig:
    return EngineConfig(
        layout=embedded_layout,
        wordpress_dir=wordpress_dir,
        probe_port=None,
        probe_seconds=20,
    )


@pytest.fixture
def embedded(config: EngineConfig, runner: RunnerProcess) -> EmbeddedEngine:
    return EmbeddedEngine(config)


@pytest.fixture(scope="session")
def docker_host() -> Iterator[str]:
    """A Docker engine with the images of sites; on the build machine it must be there."""
    with ExitStack() as stack:
        try:
            cache_dir = read_config(os.environ).cache_dir
            host = settings.SPOTEX_DOCKER_HOST or stack.enter_context(running_engine(cache_dir))
            connect(host, 60.0).images.get(f"{SITE_IMAGE}:{CURRENT}")
        except (StartError, DockerException):
            if os.environ.get("SPOTEX_CI"):
                raise
            pytest.skip("no Docker engine with the images of sites is on this machine")
        yield host


@pytest.fixture(scope="session")
def docker_config(docker_host: str) -> Iterator[DockerConfig]:
    """Names and folders of this session; all that carries them goes away in the end."""
    client = connect(docker_host, 60.0)
    layout = make_layout()
    config = DockerConfig(
        layout=layout,
        host=docker_host,
        prefix=f"spotex-test-{secrets.token_hex(4)}",
        database_memory_mb=384,
        probe_seconds=30,
    )
    yield config
    labels = {"label": f"spotex.prefix={config.prefix}"}
    for container in client.containers.list(all=True, filters=labels):
        container.remove(force=True)
    for volume in client.volumes.list(filters=labels):
        volume.remove()
    shutil.rmtree(layout.sites_dir.parent, ignore_errors=True)


@pytest.fixture
def docker_engine(docker_config: DockerConfig) -> DockerEngine:
    return DockerEngine(docker_config)


DOCKER = (pytest.mark.docker,)


@pytest.fixture(
    params=[
        "fake",
        pytest.param("embedded", marks=pytest.mark.real_php),
        pytest.param("docker_engine", marks=DOCKER),
    ]
)
def any_engine(request: pytest.FixtureRequest):
    """Each engine in turn: all keep one contract."""
    if request.param == "fake":
        return FakeEngine()
    return request.getfixturevalue(request.param)


def make_spec() -> SiteSpec:
    """A site that nobody knows yet."""
    site_id = new_public_id("site")
    return SiteSpec(
        site_id=site_id,
        hosts=(f"{site_id[-12:]}--acme.sites.localhost",),
        title="Trattoria “Da Gino” & figli",
        admin_email="gino@trattoria.test",
        url_port=8000,
    )


@pytest.fixture
def spec(request: pytest.FixtureRequest) -> Iterator[SiteSpec]:
    """A site that no other test knows; what is left of it goes away."""
    spec = make_spec()
    yield spec
    for name in ("any_engine", "embedded", "docker_engine"):
        if name in request.fixturenames:
            request.getfixturevalue(name).remove(spec, log=say_nothing)


@pytest.fixture(scope="session")
def _embedded_site(config: EngineConfig, runner: RunnerProcess) -> Iterator[SiteSpec]:
    engine = EmbeddedEngine(config)
    spec = make_spec()
    yield spec
    engine.remove(spec, log=say_nothing)


@pytest.fixture(scope="session")
def _docker_site(docker_config: DockerConfig) -> Iterator[SiteSpec]:
    spec = make_spec()
    yield spec
    DockerEngine(docker_config).remove(spec, log=say_nothing)


@pytest.fixture
def living(request: pytest.FixtureRequest) -> SiteSpec:
    """A site that lives through many tests; whatever the last one did, it is up again."""
    engine = request.node.funcargs.get("any_engine")
    if isinstance(engine, FakeEngine):
        spec = make_spec()
    elif isinstance(engine, DockerEngine) or "docker_engine" in request.fixturenames:
        engine = request.getfixturevalue("docker_engine")
        spec = request.getfixturevalue("_docker_site")
        seen = engine.observe(spec)
        if seen.installed and seen.running and seen.route is RouteState.LIVE:
            return spec  # a repeated start takes a second, and there are many tests
    else:
        engine = request.getfixturevalue("embedded")
        spec = request.getfixturevalue("_embedded_site")
    set_up(engine, spec)
    return spec


def set_up(engine, spec: SiteSpec) -> None:
    """Bring a site to life, verb by verb."""
    for verb in ("check_parts", "place_files", "write_config", "install", "start"):
        getattr(engine, verb)(spec, log=say_nothing)
    engine.publish_route(spec, log=say_nothing)
    engine.probe(spec, log=say_nothing)


def with_title(spec: SiteSpec, title: str) -> SiteSpec:
    return replace(spec, title=title)
