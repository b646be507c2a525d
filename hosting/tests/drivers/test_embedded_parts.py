"""What a deployment is made of: PHP, unchanged WordPress files, room on the disk."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from hosting.drivers.base import (
    DiskFull,
    FilesRefused,
    PhpMissing,
    WordPressDamaged,
    WordPressMissing,
)
from hosting.drivers.embedded import files
from hosting.drivers.embedded.core import find_core
from hosting.drivers.embedded.engine import EmbeddedEngine
from hosting.tests.drivers.conftest import make_layout, say_nothing

pytestmark = pytest.mark.real_php


def _with(engine: EmbeddedEngine, **changes) -> EmbeddedEngine:
    return EmbeddedEngine(replace(engine.config, **changes))


def test_php_missing(embedded, spec) -> None:
    with pytest.raises(PhpMissing) as raised:
        _with(embedded, find_php=lambda _version: None).check_parts(spec, log=say_nothing)

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
def own_core(embedded):
    """A copy of the core that a test may damage, where sites can reach it."""
    core = find_core(embedded.config.wordpress_dir)
    root = make_layout().sites_dir.parent
    target = root / "wordpress"
    shutil.copytree(core.tree, target / core.version)
    shutil.copytree(core.sqlite, target / "sqlite-database-integration")
    shutil.copy(core.manifest, target / "manifest.json")
    subprocess.run(["chmod", "-R", "u+w", str(target)], check=True)
    yield find_core(target)
    shutil.rmtree(root)


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
