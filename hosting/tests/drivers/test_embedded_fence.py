"""What a site's own code can never reach: the platform's rights, the core, sockets, secrets."""

from __future__ import annotations

import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from hosting.drivers.base import FilesRefused, InstallFailed
from hosting.drivers.embedded.config import EngineConfig
from hosting.drivers.embedded.core import find_core
from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.drivers.embedded.front_page import ask_site
from hosting.drivers.embedded.paths import Layout, SitePaths
from hosting.drivers.embedded.users import SiteUser, claim_user
from hosting.tests.drivers.conftest import make_layout, say_nothing, set_up

pytestmark = pytest.mark.real_php

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has users to separate")
DROP_INS = ("object-cache.php", "advanced-cache.php", "install.php", "sunrise.php", "db.php")


def _plant(engine: EmbeddedEngine, site: SitePaths, site_id: str) -> Path:
    """Leave what a hostile plugin could: code in every place that WordPress loads by itself."""
    proof = site.data / "planted-code-ran-as"
    code = f"<?php file_put_contents('{proof}', posix_geteuid() . ini_get('open_basedir'));\n"
    user = claim_user(engine.config, site_id)
    with user.acting():
        for name in DROP_INS:
            (site.content / name).unlink(missing_ok=True)
            (site.content / name).write_text(code)
        (site.content / "plugins" / "hostile.php").write_text(code)
        (site.content / "mu-plugins").mkdir(exist_ok=True)
        (site.content / "mu-plugins" / "hostile.php").write_text(code)
    return proof


def test_lost_database_is_not_made_anew(embedded, spec) -> None:
    set_up(embedded, spec)
    site = embedded.layout.site(spec.site_id)
    embedded.stop(spec, log=say_nothing)
    proof = _plant(embedded, site, spec.site_id)
    site.database.unlink()

    for _ in range(2):
        with pytest.raises(InstallFailed, match="its database is gone"):
            embedded.install(spec, log=say_nothing)

    assert not proof.exists()
    assert not site.database.exists()


def test_installer_runs_nothing_of_the_sites(embedded, spec) -> None:
    """Even where the note of the installation is gone too."""
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    site = embedded.layout.site(spec.site_id)
    proof = _plant(embedded, site, spec.site_id)

    embedded.install(spec, log=say_nothing)

    assert not proof.exists()
    assert site.database.stat().st_uid == claim_user(embedded.config, spec.site_id).uid


@as_root
def test_installer_is_the_site_inside_its_fence(embedded, spec) -> None:
    embedded.place_files(spec, log=say_nothing)
    embedded.write_config(spec, log=say_nothing)
    site = embedded.layout.site(spec.site_id)
    ask = """'uid' => posix_geteuid(), 'real' => posix_getuid(), 'gid' => posix_getegid(),
        'groups' => posix_getgroups(), 'basedir' => ini_get('open_basedir'),
        'exec' => function_exists('exec'), 'shadow' => @file_get_contents('/etc/shadow')"""
    site.wp_config.write_text(
        f"<?php throw new Exception(strtr(json_encode([{ask}]), ['\\\\n' => ' ']));"
    )

    with pytest.raises(InstallFailed) as raised:
        embedded.install(spec, log=say_nothing)

    said = str(raised.value.figures["detail"])
    uid = site.data.stat().st_uid
    assert f'"uid":{uid},"real":{uid},"gid":{uid},"groups":[' in said
    assert '"groups":[0' not in said
    assert '"basedir":""' not in said


@as_root
def test_note_of_the_installation_is_the_platforms(embedded, living) -> None:
    site = embedded.layout.site(living.site_id)
    user = claim_user(embedded.config, living.site_id)

    assert site.installed.stat().st_uid == 0
    with user.acting():
        with pytest.raises(PermissionError):
            site.installed.unlink()
        with pytest.raises(PermissionError):
            site.installed.write_text("")
    assert (os.geteuid(), site.installed.exists()) == (0, True)


ATTEMPT = """<?php
$try = fn( $path ) => @stream_socket_client( 'unix://' . $path, $number, $why, 1 ) ? 'open' : $why;
$core = ABSPATH . 'wp-includes/version.php';
echo json_encode( array(
  'own' => $try( '%(own)s' ), 'other' => $try( '%(other)s' ), 'bell' => $try( '%(bell)s' ),
  'chmod' => @chmod( $core, 0666 ), 'write' => @file_put_contents( $core, 'x', FILE_APPEND ),
  'mail' => function_exists( 'mail' ), 'wp_mail' => wp_mail( 'a@b.test', 'x', 'y' ),
  'uid' => posix_geteuid(),
) );
"""


def _ask(engine: EmbeddedEngine, spec, code: str) -> dict[str, object]:
    site = engine.layout.site(spec.site_id)
    script = site.public / "attempt.php"
    script.write_text("<?php require __DIR__ . '/wp-load.php'; ?>" + code)
    try:
        answer = ask_site(site, spec, path="/attempt.php", script="attempt.php")
    finally:
        script.unlink()
    found: dict[str, object] = json.loads(answer.body)
    return found


@as_root
def test_sockets_and_core_are_out_of_reach(embedded, living) -> None:
    site = embedded.layout.site(living.site_id)
    core = find_core(embedded.config.wordpress_dir)
    version = (core.tree / "wp-includes" / "version.php").read_bytes()
    targets = {
        "own": site.socket,
        "other": embedded.layout.host_socket(living.host),
        "bell": embedded.layout.runner_socket,
    }

    found = _ask(embedded, living, ATTEMPT % targets)

    assert found["uid"] == site.data.stat().st_uid
    assert (found["own"], found["other"], found["bell"]) == ("Permission denied",) * 3
    assert (found["chmod"], found["write"]) == (False, False)
    assert (core.tree / "wp-includes" / "version.php").read_bytes() == version
    assert (found["mail"], found["wp_mail"]) == (False, False)
    assert stat.S_IMODE(site.socket.stat().st_mode) == 0o600
    assert site.socket.stat().st_uid == 0


def test_setup_wizard_is_closed(embedded, living) -> None:
    """Its own WordPress would offer it to any visitor once the database is gone."""
    site = embedded.layout.site(living.site_id)
    install, configure = (
        ask_site(site, living, path=f"/{script}", script=script)
        for script in ("wp-admin/install.php", "wp-admin/setup-config.php")
    )

    assert (install.status, install.body) == (404, b"")
    assert configure.status == 500, "WordPress refuses: there is a configuration"


@as_root
def test_nothing_of_the_platforms_belongs_to_a_site(embedded, living) -> None:
    layout = embedded.layout
    shared = [layout.parts, layout.compiled, layout.hosts, embedded.config.wordpress_dir]
    site = layout.site(living.site_id)
    own = (site.root, site.public, site.wp_config, site.prepend, site.fpm_config, site.manager_log)
    uid = claim_user(embedded.config, living.site_id).uid

    files = [path for folder in shared for path in (folder, *folder.rglob("*"))]

    assert [path for path in (*files, *own) if path.lstat().st_uid == uid] == []
    loose = [path for path in files if not path.is_symlink() and path.stat().st_mode & 0o022]
    assert loose == []


@as_root
def test_root_follows_no_link_that_a_site_left(embedded, spec, tmp_path) -> None:
    embedded.place_files(spec, log=say_nothing)
    site = embedded.layout.site(spec.site_id)
    with claim_user(embedded.config, spec.site_id).acting():
        for name in ("plugins", "themes"):
            folder = site.content / name
            folder.rename(folder.with_name(f"{name}-before"))
            folder.symlink_to(tmp_path)

    with pytest.raises(FilesRefused):
        embedded.place_files(spec, log=say_nothing)

    assert list(tmp_path.iterdir()) == []


@as_root
def test_rights_of_a_thread_come_back(tmp_path) -> None:
    private = tmp_path / "private"
    private.write_text("secret")
    private.chmod(0o600)

    with pytest.raises(PermissionError), SiteUser(23_456, is_own=True).acting():
        private.read_text()

    assert private.read_text() == "secret"


@as_root
@pytest.mark.parametrize("closed", ["sites", "wordpress"])
def test_folder_that_sites_cannot_reach_is_refused(embedded, spec, tmp_path, closed) -> None:
    layout = make_layout()
    config: EngineConfig = replace(embedded.config, layout=layout)
    if closed == "sites":
        layout.sites_dir.parent.chmod(0o700)
    else:
        tmp_path.chmod(0o700)
        private = tmp_path / "wordpress"
        shutil.copytree(embedded.config.wordpress_dir, private, symlinks=True)
        config = replace(config, wordpress_dir=private)

    for verb in ("check_parts", "place_files", "write_config"):
        with pytest.raises(FilesRefused, match="own users"):
            getattr(EmbeddedEngine(config), verb)(spec, log=say_nothing)
    shutil.rmtree(layout.sites_dir.parent)


def test_shared_account_is_refused_where_it_matters(embedded, monkeypatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(FilesRefused, match="start Spotex as root"):
        replace(embedded.config, must_separate=True).require_separation()
    replace(embedded.config, must_separate=False).require_separation()
    assert isinstance(embedded.layout, Layout)
