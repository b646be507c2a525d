"""A site in a container through breakdowns: healed, or reported with a reason."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from hosting.drivers.base import (
    ContainersDown,
    ImageMissing,
    InstallFailed,
    NotAnswering,
    Observation,
    StartFailed,
    WordPressMissing,
)
from hosting.drivers.docker import containers
from hosting.drivers.docker.asking import SocketConnection, ask
from hosting.drivers.docker.building import (
    build_image,
    describe_database_image,
    describe_site_image,
)
from hosting.drivers.docker.containers import name_site, socket_folder
from hosting.drivers.docker.daemon import File, connect, put_files
from hosting.drivers.docker.database import ensure_server, hash_password
from hosting.drivers.docker.engine import DockerEngine
from hosting.drivers.docker.site_config import read_values, write_values
from hosting.tests.drivers.conftest import DOCKER, say_nothing, set_up

pytestmark = list(DOCKER)


@pytest.fixture
def client(docker_engine):
    return connect(docker_engine.config.host, docker_engine.config.call_seconds)


@pytest.fixture
def container(docker_engine, client, living):
    return client.containers.get(name_site(docker_engine.config, living.site_id))


def _upload(container, name: str) -> None:
    file = File(name=name, content=b"a picture", uid=33, gid=33, mode=0o644)
    put_files(container, "/srv/site/content/first/uploads", [file])


def _fetch(engine, spec, name: str) -> bytes:
    socket = engine._socket(spec)
    return ask(SocketConnection(socket), spec, f"/wp-content/uploads/{name}").body


def test_removed_container_comes_back_with_its_content(
    docker_engine, client, living, container
) -> None:
    _upload(container, "kept.txt")
    container.remove(force=True)
    assert not docker_engine.observe(living).placed

    set_up(docker_engine, living)

    again = client.containers.get(container.name)
    assert again.id != container.id
    assert _fetch(docker_engine, living, "kept.txt") == b"a picture"


@pytest.mark.parametrize("pidfile", ["/run/nginx.pid", "/run/php-fpm.pid"])
def test_killed_process_is_healed(docker_engine, client, living, container, pidfile) -> None:
    began = container.attrs["State"]["StartedAt"]
    _upload(container, "kept.txt")

    killed = container.exec_run(["bash", "-c", f"kill -9 $(cat {pidfile})"], user="0")

    assert killed.exit_code == 0, killed.output
    until = time.monotonic() + 30
    while client.containers.get(container.name).attrs["State"]["StartedAt"] == began:
        assert time.monotonic() < until, "nobody starts it again"
        time.sleep(0.1)
    docker_engine.probe(living, log=say_nothing)
    assert _fetch(docker_engine, living, "kept.txt") == b"a picture"


def test_killed_container_is_reported_and_started_again(docker_engine, living, container) -> None:
    hasty = DockerEngine(replace(docker_engine.config, probe_seconds=0.0))

    container.kill()

    assert not hasty.observe(living).running
    with pytest.raises(NotAnswering):
        hasty.probe(living, log=say_nothing)
    with pytest.raises(NotAnswering):
        hasty.create_login_link(living, seconds=60)
    docker_engine.start(living, log=say_nothing)
    assert docker_engine.probe(living, log=say_nothing).status == 200


def test_database_server_that_was_killed_is_started_by_the_next_verb(
    docker_engine, client, living
) -> None:
    client.containers.get(f"{docker_engine.config.prefix}-db").kill()
    assert ask(SocketConnection(docker_engine._health(living)), living, "/").status == 503

    docker_engine.start(living, log=say_nothing)

    assert docker_engine.probe(living, log=say_nothing).status == 200


def test_interrupted_installation_is_begun_anew(docker_engine, client, living, container) -> None:
    values = read_values(container)
    server = ensure_server(client, docker_engine.config)
    forget = f"DELETE FROM {values['prefix']}options WHERE option_name = 'portal_administrator'"
    server.exec_run(
        ["mariadb", "--defaults-file=/var/lib/mysql/admin.cnf", living.site_id, "-e", forget]
    )
    write_values(container, {**values, "installed": 0})

    docker_engine.install(living, log=say_nothing)

    assert read_values(container)["installed"]
    assert docker_engine.probe(living, log=say_nothing).status == 200


def test_installation_that_was_finished_but_not_noted_keeps_its_content(
    docker_engine, living, container
) -> None:
    write_values(container, {**read_values(container), "installed": 0})
    said: list[str] = []

    docker_engine.install(living, log=said.append)

    assert said == ["WordPress is there"]
    assert docker_engine.observe(living).installed


def test_site_that_does_not_start_says_why(docker_engine, client, spec) -> None:
    for verb in ("place_files", "write_config"):
        getattr(docker_engine, verb)(spec, log=say_nothing)
    container = client.containers.get(name_site(docker_engine.config, spec.site_id))
    put_files(container, "/srv/site/config", [File(name="site.json", content=b'{"content": []}')])

    with pytest.raises(StartFailed, match="names no content"):
        docker_engine.start(spec, log=say_nothing)


def test_installer_without_a_database_says_why(docker_engine, client, spec) -> None:
    for verb in ("place_files", "write_config"):
        getattr(docker_engine, verb)(spec, log=say_nothing)
    container = client.containers.get(name_site(docker_engine.config, spec.site_id))
    write_values(container, {**read_values(container), "password": "wrong"})

    with pytest.raises(InstallFailed, match="Access denied"):
        docker_engine.install(spec, log=say_nothing)


def test_nothing_is_left_of_a_removed_site(docker_engine, client, spec) -> None:
    set_up(docker_engine, spec)

    docker_engine.remove(spec, log=say_nothing)

    label = {"label": f"spotex.site={spec.site_id}"}
    server = ensure_server(client, docker_engine.config)
    admin = "--defaults-file=/var/lib/mysql/admin.cnf"
    statement = f"SHOW DATABASES LIKE '{spec.site_id}%'; SELECT 1 FROM mysql.user WHERE User='{spec.site_id}'"
    assert docker_engine.observe(spec) == Observation.nothing()
    assert client.containers.list(all=True, filters=label) == []
    assert client.volumes.list(filters=label) == []
    assert server.exec_run(["mariadb", admin, "-N", "-e", statement]).output == b""
    assert not socket_folder(docker_engine.config, spec.site_id).exists()
    assert not list(docker_engine.layout.sites_dir.rglob(f"*{spec.host}*"))


def test_engine_that_is_not_there_is_named(docker_engine, spec, tmp_path) -> None:
    lost = DockerEngine(replace(docker_engine.config, host=f"unix://{tmp_path}/none.sock"))

    with pytest.raises(ContainersDown):
        lost.check_parts(spec, log=say_nothing)


def test_image_that_is_not_there_is_named(docker_engine, spec, monkeypatch) -> None:
    monkeypatch.setattr(containers, "CURRENT", "never-built")

    with pytest.raises(ImageMissing, match="never-built"):
        docker_engine.place_files(spec, log=say_nothing)


def test_images_are_built_once(client, wordpress_dir, tmp_path) -> None:
    for recipe in (describe_site_image(wordpress_dir), describe_database_image()):
        assert not build_image(client, recipe)
    with pytest.raises(WordPressMissing):
        describe_site_image(tmp_path)


def test_password_is_hashed_as_the_server_does(docker_engine, client) -> None:
    server = ensure_server(client, docker_engine.config)
    admin = "--defaults-file=/var/lib/mysql/admin.cnf"

    said = server.exec_run(["mariadb", admin, "-N", "-e", "SELECT PASSWORD('segreto')"])

    assert said.output.decode().strip() == hash_password("segreto")
