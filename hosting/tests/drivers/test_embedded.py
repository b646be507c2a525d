"""What only the real engine can get wrong: files, processes, PHP."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import socket
import sqlite3
import stat
import subprocess
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from hosting.drivers.base import (
    AddressTaken,
    DiskFull,
    FilesRefused,
    InstallFailed,
    NotAnswering,
    Observation,
    PhpMissing,
    StartFailed,
    SupervisorDown,
    WordPressDamaged,
    WordPressMissing,
)
from hosting.drivers.embedded import files
from hosting.drivers.embedded.core import find_core
from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.drivers.embedded.fastcgi import ask_process
from hosting.drivers.embedded.front_page import ask_site, has_title
from hosting.drivers.embedded.notes import read_observed
from hosting.drivers.embedded.processes import list_strays
from hosting.tests.drivers.conftest import RunnerProcess, make_layout, say_nothing, set_up

pytestmark = pytest.mark.real_php


def _with(engine: EmbeddedEngine, **changes) -> EmbeddedEngine:
    return EmbeddedEngine(replace(engine.config, **changes))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"


def _wait_until(true, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


# --- Parts ---------------------------------------------------------------------------------------


def test_php_missing(embedded, spec) -> None:
    with pytest.raises(PhpMissing) as raised:
        _with(embedded, find_php=lambda version: None).check_parts(spec, log=say_nothing)

    assert raised.value.as_failure("prepare").as_json()["code"] == "php_missing"


def test_php_version_missing(embedded, spec) -> None:
    with pytest.raises(PhpMissing, match=r"8\.0"):
        embedded.check_parts(replace(spec, php_version="8.0"), log=say_nothing)


def test_disk_full_is_seen_before_anything_is_written(embedded, spec) -> None:
    with pytest.raises(DiskFull):
        _with(embedded, minimum_free_bytes=10**18).check_parts(spec, log=say_nothing)


@pytest.mark.parametrize(
    ("number", "failure"),
    [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EACCES, FilesRefused)],
)
def test_file_system_says_no(embedded, spec, monkeypatch, number, failure) -> None:
    def refuse(*args, **keywords):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "write_atomically", refuse)

    with pytest.raises(failure):
        embedded.place_files(spec, log=say_nothing)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a tiny disk needs root")
def test_disk_that_is_really_full(embedded, spec, tmp_path) -> None:
    layout = make_layout()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(layout.sites_dir)], check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    tiny = _with(embedded, layout=layout, minimum_free_bytes=0)
    try:
        with pytest.raises(DiskFull) as raised:
            for verb in ("check_parts", "place_files", "write_config", "install"):
                getattr(tiny, verb)(spec, log=say_nothing)
        assert raised.value.figures["free_mb"] == 0
    finally:
        subprocess.run(["umount", str(layout.sites_dir)], check=True)
        shutil.rmtree(layout.sites_dir.parent)


@pytest.fixture
def own_core(embedded, tmp_path):
    """A copy of the core that a test may damage."""
    core = find_core(embedded.config.wordpress_dir)
    target = tmp_path / "wordpress"
    shutil.copytree(core.tree, target / core.version)
    shutil.copytree(core.sqlite, target / "sqlite-database-integration")
    shutil.copy(core.manifest, target / "manifest.json")
    subprocess.run(["chmod", "-R", "u+w", str(target)], check=True)
    return find_core(target)


def test_damaged_core_is_refused(embedded, spec, own_core) -> None:
    layout = make_layout()
    engine = _with(embedded, wordpress_dir=own_core.tree.parent, layout=layout)
    engine.check_parts(spec, log=say_nothing)
    victim = own_core.tree / "wp-includes" / "version.php"
    original = victim.read_bytes()

    victim.write_bytes(original.replace(b"<?php", b"<?PHP", 1))
    with pytest.raises(WordPressDamaged, match=r"wp-includes/version\.php"):
        engine.check_parts(spec, log=say_nothing)
    victim.write_bytes(original)
    engine.check_parts(spec, log=say_nothing)
    (own_core.tree / "wp-includes" / "shell.php").write_text("<?php")
    with pytest.raises(WordPressDamaged, match=r"shell\.php"):
        engine.check_parts(spec, log=say_nothing)
    (own_core.tree / "wp-includes" / "shell.php").unlink()
    victim.unlink()
    with pytest.raises(WordPressDamaged):
        engine.check_parts(spec, log=say_nothing)
    shutil.rmtree(layout.sites_dir.parent)


@pytest.mark.parametrize("gone", ["manifest.json", "sqlite-database-integration", "version"])
def test_core_missing(embedded, spec, own_core, gone) -> None:
    root = own_core.tree.parent
    (root / (own_core.version if gone == "version" else gone)).rename(root / "elsewhere")

    with pytest.raises(WordPressMissing):
        _with(embedded, wordpress_dir=root).check_parts(spec, log=say_nothing)


# --- Files ---------------------------------------------------------------------------------------


def test_secrets_are_the_sites_own_and_stay(embedded, spec) -> None:
    site = embedded.layout.site(spec.site_id)
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    before = json.loads(site.settings.read_text())

    embedded.write_config(replace(spec, hosts=(*spec.hosts, "www.gino.it")), log=say_nothing)

    after = json.loads(site.settings.read_text())
    assert (after["salts"], after["prefix"]) == (before["salts"], before["prefix"])
    assert len(set(before["salts"].values())) == 8
    assert after["hosts"] == [spec.host, "www.gino.it"]
    assert re.fullmatch(r"[a-h][0-9a-f]{6}_", before["prefix"])
    for path in (site.wp_config, site.settings, site.data, site.login):
        assert not path.stat().st_mode & stat.S_IRWXO
    assert not site.wp_config.is_relative_to(site.public)
    assert not site.database.is_relative_to(site.public)


def test_quoting_for_php() -> None:
    given = {"it's": ["a\\", 7, "$x{$y}"]}

    assert files.quote_php(given) == "array( 'it\\'s' => array( 'a\\\\', 7, '$x{$y}' ) )"


def test_failed_installation_leaves_no_database(embedded, spec, monkeypatch) -> None:
    site = embedded.layout.site(spec.site_id)
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    good = site.wp_config.read_text()
    site.wp_config.write_text("<?php throw new Exception('no such luck');")

    with pytest.raises(InstallFailed, match="no such luck"):
        embedded.install(spec, log=say_nothing)

    assert not site.database.exists()
    site.wp_config.write_text(good)
    embedded.install(spec, log=say_nothing)
    assert site.database.exists()
    assert not list(site.data.glob("installing*"))


def test_installation_is_italian_and_keeps_its_content(embedded, spec) -> None:
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
    prefix = json.loads(site.settings.read_text())["prefix"]
    with sqlite3.connect(site.database) as database:
        database.execute(f"UPDATE {prefix}posts SET post_title = 'Nostro' WHERE ID = 1")
        options = dict(database.execute(f"SELECT option_name, option_value FROM {prefix}options"))

    set_up(embedded, spec)

    with sqlite3.connect(site.database) as database:
        titles = [row[0] for row in database.execute(f"SELECT post_title FROM {prefix}posts")]
        users = list(database.execute(f"SELECT user_login, user_email FROM {prefix}users"))
    assert "Nostro" in titles
    assert users == [("gestore", spec.admin_email)]
    assert (options["WPLANG"], options["permalink_structure"]) == ("it_IT", "/%postname%/")
    assert options["timezone_string"] == "Europe/Rome"


def test_compiled_files_hold_no_secrets(embedded, spec) -> None:
    set_up(embedded, spec)

    if embedded.config.separates_users:
        assert not list(embedded.layout.compiled.glob(f"*/*/**/{spec.site_id}"))


# --- Processes -----------------------------------------------------------------------------------


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


def test_sites_php_is_fenced_in(embedded, spec) -> None:
    """What a hacked plugin would try."""
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
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

    answer = ask_site(site, spec, path="/try.php", script="try.php")

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


def test_killed_site_comes_back(embedded, spec) -> None:
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
    first = read_observed(site.observed)
    os.killpg(first.pid, 9)

    _wait_until(lambda: read_observed(site.observed).pid not in {first.pid, 0})
    embedded.probe(spec, log=say_nothing)


def test_killed_manager_leaves_no_orphaned_worker(embedded, spec) -> None:
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
    first = read_observed(site.observed)
    os.kill(first.pid, 9)

    _wait_until(lambda: read_observed(site.observed).pid not in {first.pid, 0})
    embedded.probe(spec, log=say_nothing)
    assert [s.group for s in list_strays(embedded.layout) if s.site_id == spec.site_id] == [
        read_observed(site.observed).pid
    ]


def test_killed_runner_leaves_nothing_and_its_successor_starts_everything(
    embedded, spec, runner: RunnerProcess
) -> None:
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
    pid = read_observed(site.observed).pid

    runner.kill()
    try:
        with pytest.raises(SupervisorDown):
            embedded.restart(spec, log=say_nothing)
    finally:
        runner.start()

    _wait_until(lambda: not _is_alive(pid))
    embedded.probe(spec, log=say_nothing)
    assert len([s for s in list_strays(embedded.layout) if s.site_id == spec.site_id]) == 1


def test_stopped_runner_stops_every_site(embedded, spec, runner: RunnerProcess) -> None:
    set_up(embedded, spec)

    runner.stop()
    left = list_strays(embedded.layout)
    runner.start()

    assert left == []


def test_second_runner_refuses(embedded, runner: RunnerProcess, monkeypatch) -> None:
    from hosting.drivers.embedded import runner as module

    monkeypatch.setattr(module, "LOCK_SECONDS", 0.1)

    assert module.Runner(embedded.layout).run() == 1


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
        or (path.is_symlink() and spec.site_id in os.readlink(path))
    ]
    assert left == []


def test_deleted_folder_ends_the_process(embedded, spec) -> None:
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
    pid = read_observed(site.observed).pid
    shutil.rmtree(site.root)

    embedded.stop(spec, log=say_nothing)

    assert not _is_alive(pid)


# --- Login link ----------------------------------------------------------------------------------


def _ask_login(engine, spec, link: str, *, method: str = "GET"):
    query = urlsplit(link).query
    token = parse_qs(query)["token"][0]
    body = f"token={token}".encode() if method == "POST" else b""
    site = engine.layout.site(spec.site_id)
    return ask_process(
        site.socket,
        {
            "REQUEST_METHOD": method,
            "SCRIPT_FILENAME": str(site.public / "wp-login.php"),
            "SCRIPT_NAME": "/wp-login.php",
            "REQUEST_URI": f"/wp-login.php?{query}",
            "QUERY_STRING": query if method == "GET" else "action=spotex",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": spec.host,
            "HTTP_HOST": f"{spec.host}:8000",
            "REMOTE_ADDR": "127.0.0.1",
        },
        body=body,
    )


def test_login_link_is_good_for_one_use(embedded, spec) -> None:
    set_up(embedded, spec)
    link = embedded.create_login_link(spec, seconds=60)

    page = _ask_login(embedded, spec, link)
    again = _ask_login(embedded, spec, link)
    entered = _ask_login(embedded, spec, link, method="POST")
    used = _ask_login(embedded, spec, link, method="POST")
    old = _ask_login(embedded, spec, link)

    assert (page.status, again.status) == (200, 200), "looking does not use it up"
    assert b"Entra" in page.body
    assert entered.status == 302
    assert entered.headers["location"] == f"http://{spec.host}:8000/wp-admin/"
    assert "wordpress_" in entered.headers["set-cookie"]
    assert (used.status, old.status) == (403, 403)
    assert "già stato usato o è scaduto".encode() in used.body


def test_login_link_expires(embedded, spec) -> None:
    set_up(embedded, spec)
    link = embedded.create_login_link(spec, seconds=0)

    assert _ask_login(embedded, spec, link, method="POST").status == 403


@pytest.mark.parametrize("token", ["", "x", "../../../etc/passwd", "a" * 64])
def test_made_up_token_is_refused(embedded, spec, token) -> None:
    set_up(embedded, spec)
    link = f"{spec.url}/wp-login.php?action=spotex&token={token or '%20'}"

    assert _ask_login(embedded, spec, link, method="POST").status == 403


def test_token_is_not_stored(embedded, spec) -> None:
    set_up(embedded, spec)
    token = embedded.create_login_link(spec, seconds=60).partition("token=")[2]

    stored = [path for path in embedded.layout.site(spec.site_id).login.iterdir()]
    assert len(stored) == 1
    assert token not in stored[0].name + stored[0].read_text()


# --- The rest ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Bar “Gino” & figli",
        "L'angolo -- 3x2 ... (tm)",
        "<b>Uno</b> due",
        "Wordpress & co",
        "日本語",
    ],
)
def test_site_is_known_by_any_title(embedded, spec, title) -> None:
    set_up(embedded, replace(spec, title=title))


def test_title_of_a_page() -> None:
    assert has_title(b"<title>Da Gino &#8211; Bar</title>", "Da Gino - Bar")
    assert not has_title(b"<title>Error</title>", "Da Gino")
    assert not has_title(b"no title", "Da Gino")


def test_preview_is_hidden_from_search_engines_own_domain_is_not(embedded, spec) -> None:
    both = replace(spec, hosts=(spec.host, "www.gino.it"))
    set_up(embedded, both)
    site = embedded.layout.site(spec.site_id)

    preview = ask_site(site, both, path="/", script="index.php")
    own = ask_site(site, replace(both, hosts=both.hosts[::-1]), path="/", script="index.php")

    assert b"noindex" in preview.body
    assert b"noindex" not in own.body
    assert b"http://www.gino.it:8000/" in own.body


def test_probe_goes_through_the_proxy_when_there_is_one(embedded, spec) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        set_up(_with(embedded, probe_port=port), spec)  # nobody listens: the process is asked
        server.listen()
        server.settimeout(10)
        engine = _with(embedded, probe_port=port, probe_seconds=0.0)

        import threading

        def answer() -> None:
            link, _ = server.accept()
            with link:
                link.recv(10_000)
                link.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(NotAnswering, match="404"):
            engine.probe(spec, log=say_nothing)
        thread.join()


def test_second_installation_in_the_same_folder_starts_clean(embedded, spec) -> None:
    """A worker was killed in the middle of the installer."""
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    site = embedded.layout.site(spec.site_id)
    (site.data / "installing.sqlite").write_bytes(b"half a database")
    (site.data / "installing.sqlite-journal").write_bytes(b"x")

    set_up(embedded, spec)
