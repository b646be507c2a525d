"""Process groups: kept, fenced in, ended; by whomever they were started."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hosting.drivers.base import (
    AddressTaken,
    NotAnswering,
    Observation,
    StartFailed,
    SupervisorDown,
)
from hosting.drivers.embedded import runner as runner_module
from hosting.drivers.embedded.core import find_core
from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.drivers.embedded.front_page import ask_site
from hosting.drivers.embedded.notes import read_observed
from hosting.drivers.embedded.processes import list_strays
from hosting.tests.drivers.conftest import RunnerProcess, say_nothing, set_up

pytestmark = pytest.mark.real_php


def _with(engine: EmbeddedEngine, **changes) -> EmbeddedEngine:
    return EmbeddedEngine(replace(engine.config, **changes))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def _wait_until(true, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_two_sites_are_two_process_groups_and_two_users(embedded, spec) -> None:
    other = replace(
        spec, site_id=spec.site_id[:-4] + "zzzz", hosts=("other--acme.sites.localhost",)
    )
    try:
        set_up(embedded, spec)
        set_up(embedded, other)
        strays = {s.site_id: s.group for s in list_strays(embedded.layout)}

        assert {spec.site_id, other.site_id} <= strays.keys()
        assert len(set(strays.values())) == len(strays)
        if embedded.config.separates_users:
            owners = {embedded.layout.site(s.site_id).data.stat().st_uid for s in (spec, other)}
            assert len(owners) == 2
            assert 0 not in owners
    finally:
        embedded.remove(other, log=say_nothing)


def test_sites_php_is_fenced_in(embedded, living) -> None:
    """What a hacked plugin would try."""
    site = embedded.layout.site(living.site_id)
    core = find_core(embedded.config.wordpress_dir)
    script = site.public / "try.php"
    script.write_text(
        """<?php echo json_encode([
          'uid' => posix_geteuid(),
          'exec' => function_exists('exec') || function_exists('proc_open'),
          'passwd' => @file_get_contents('/etc/passwd'),
          'siblings' => @scandir(dirname(dirname(__DIR__))),
          'core' => @file_put_contents(ABSPATH . 'wp-includes/version.php', 'x'),
          'new' => @file_put_contents('"""
        + str(core.tree)
        + """/x.php', 'x'),
          'uploads' => @file_put_contents(__DIR__ . '/wp-content/uploads/x.txt', 'x'),
        ]);"""
    )

    answer = ask_site(site, living, path="/try.php", script="try.php")
    script.unlink()

    found = json.loads(answer.body)
    assert found["exec"] is False
    assert found["passwd"] is False
    assert found["siblings"] is False
    assert found["uploads"] == 1
    assert not (core.tree / "x.php").exists() or os.geteuid() == 0
    if embedded.config.separates_users:
        assert found["uid"] == site.data.stat().st_uid
        assert found["core"] is False
        assert found["new"] is False


def test_killed_site_comes_back(embedded, living) -> None:
    site = embedded.layout.site(living.site_id)
    first = read_observed(site.observed)
    os.killpg(first.pid, 9)

    _wait_until(lambda: read_observed(site.observed).pid not in {first.pid, 0})
    embedded.probe(living, log=say_nothing)


def test_killed_manager_leaves_no_orphaned_worker(embedded, living) -> None:
    site = embedded.layout.site(living.site_id)
    first = read_observed(site.observed)
    os.kill(first.pid, 9)

    _wait_until(lambda: read_observed(site.observed).pid not in {first.pid, 0})
    embedded.probe(living, log=say_nothing)
    assert [s.group for s in list_strays(embedded.layout) if s.site_id == living.site_id] == [
        read_observed(site.observed).pid
    ]


def test_killed_runner_leaves_nothing_and_its_successor_starts_everything(
    embedded, living, runner: RunnerProcess
) -> None:
    site = embedded.layout.site(living.site_id)
    pid = read_observed(site.observed).pid

    runner.kill()
    try:
        with pytest.raises(SupervisorDown):
            embedded.restart(living, log=say_nothing)
    finally:
        runner.start()

    _wait_until(lambda: not _is_alive(pid))
    embedded.probe(living, log=say_nothing)
    assert len([s for s in list_strays(embedded.layout) if s.site_id == living.site_id]) == 1


def test_stopped_runner_stops_every_site(embedded, living, runner: RunnerProcess) -> None:

    runner.stop()
    left = list_strays(embedded.layout)
    runner.start()

    assert left == []
    embedded.probe(living, log=say_nothing)


def test_second_runner_refuses(embedded, runner: RunnerProcess, monkeypatch) -> None:
    monkeypatch.setattr(runner_module, "LOCK_SECONDS", 0.1)

    assert runner_module.Runner(embedded.layout).run() == 1


def test_site_that_cannot_start_says_why(embedded, spec) -> None:
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    site = embedded.layout.site(spec.site_id)
    site.fpm_config.write_text("[global]\nnonsense = 1\n")

    with pytest.raises(StartFailed, match="nonsense"):
        embedded.start(spec, log=say_nothing)


def test_socket_of_somebody_else(embedded, spec) -> None:
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    site = embedded.layout.site(spec.site_id)
    site.socket.parent.mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as foreign:
        foreign.bind(str(site.socket))
        foreign.listen()

        with pytest.raises(AddressTaken):
            embedded.start(spec, log=say_nothing)
    site.socket.unlink()


def test_delete_leaves_nothing(embedded, spec) -> None:
    set_up(embedded, replace(spec, hosts=(*spec.hosts, "www.gino.it")))
    pid = read_observed(embedded.layout.site(spec.site_id).observed).pid

    embedded.remove(spec, log=say_nothing)

    assert embedded.observe(spec) == Observation.nothing()
    assert not _is_alive(pid)
    left = [
        path
        for root in (embedded.layout.sites_dir, embedded.layout.run_dir)
        for path in root.rglob("*")
        if spec.site_id in str(path)
        or path.name in {spec.host, f"{spec.host}.sock", "www.gino.it", "www.gino.it.sock"}
        or (path.is_symlink() and spec.site_id in str(path.readlink()))
    ]
    assert left == []


def test_deleted_folder_ends_the_process(embedded, spec) -> None:
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
    pid = read_observed(site.observed).pid
    shutil.rmtree(site.root)

    embedded.stop(spec, log=say_nothing)

    _wait_until(lambda: not _is_alive(pid))


def test_probe_goes_through_the_proxy_when_there_is_one(embedded, living) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        direct = _with(embedded, probe_port=port)
        assert direct.probe(living, log=say_nothing).via == "process", "nobody listens"
        server.listen()
        server.settimeout(10)
        engine = _with(embedded, probe_port=port, probe_seconds=0.0)

        def answer() -> None:
            link, _ = server.accept()
            with link:
                link.recv(10_000)
                link.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(NotAnswering, match="404"):
            engine.probe(living, log=say_nothing)
        thread.join()
