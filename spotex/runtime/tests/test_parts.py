import stat
import zipfile

import pytest

from spotex.runtime import config as config_module
from spotex.runtime.config import read_config
from spotex.runtime.errors import StartError
from spotex.runtime.files import digest_file, remove_tree
from spotex.runtime.parts import Part, make_parts_available
from spotex.runtime.parts.docker import list_missing_packages
from spotex.runtime.parts.sqlite import require_integrity
from spotex.runtime.parts.wordpress import install_wordpress, read_manifest


@pytest.fixture
def source(tmp_path):
    """A small WordPress with a link inside, a link outside and a language nobody asked for."""
    root = tmp_path / "source"
    for name in ("wp-includes/js", "wp-content/languages"):
        (root / name).mkdir(parents=True)
    (root / "index.php").write_text("<?php // front")
    (root / "wp-config.php").write_text("<?php // secrets of somebody")
    (root / "wp-includes/version.php").write_text("<?php\n$wp_version = '9.1.2';\n")
    (root / "wp-content/languages/it_IT.mo").write_bytes(b"it")
    (root / "wp-content/languages/admin-it_IT.mo").write_bytes(b"it")
    (root / "wp-content/languages/de_DE.mo").write_bytes(b"de")
    (tmp_path / "library.js").write_text("outside")
    (root / "wp-includes/js/library.js").symlink_to(tmp_path / "library.js")
    (root / "wp-includes/js/again.js").symlink_to("library.js")
    (root / "wp-includes/js/dangling.js").symlink_to("nowhere.js")
    return root


@pytest.fixture
def installation(tmp_path, monkeypatch):
    monkeypatch.setattr(config_module, "is_walkable", lambda _path: True)

    def configure(source):
        return read_config(
            {
                "SPOTEX_DATA_DIR": str(tmp_path / "data"),
                "SPOTEX_SITES_DIR": str(tmp_path / "data" / "sites"),
                "SPOTEX_CACHE_DIR": str(tmp_path / "cache"),
                "SPOTEX_WORDPRESS_SOURCE": str(source),
            }
        )

    yield configure
    remove_tree(tmp_path / "data")
    remove_tree(tmp_path / "cache")


def test_wordpress_becomes_a_read_only_tree_with_a_digest_of_every_file(source, installation):
    config = installation(source)

    version = install_wordpress(config, print)

    tree = config.wordpress_dir / version
    files = sorted(path for path in tree.rglob("*") if path.is_file())
    manifest = read_manifest(config.wordpress_dir)
    assert version == manifest["version"] == "9.1.2"
    assert manifest["languages"] == ["en_US", "it_IT"]
    assert manifest["files"] == {
        path.relative_to(tree).as_posix(): digest_file(path) for path in files
    }
    assert list(manifest["files"]) == [
        "index.php",
        "wp-content/languages/admin-it_IT.mo",
        "wp-content/languages/it_IT.mo",
        "wp-includes/js/again.js",
        "wp-includes/js/library.js",
        "wp-includes/version.php",
    ]
    assert not [path for path in tree.rglob("*") if path.is_symlink()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o444}
    assert (tree / "wp-includes/js/again.js").read_text() == "outside"


def test_wordpress_is_installed_once_and_again_when_its_source_has_a_new_version(
    source, installation
):
    config = installation(source)
    told = []
    for _ in range(2):
        install_wordpress(config, told.append)
    (source / "wp-includes/version.php").write_text("<?php\n$wp_version = '9.2';\n")

    version = install_wordpress(config, told.append)

    assert (version, told) == ("9.2", ["Fetching WordPress"] * 2)
    assert (config.wordpress_dir / "9.1.2").is_dir()  # sites may still stand on it
    assert (config.wordpress_dir / "manifest-9.1.2.json").is_file()


def test_wordpress_may_come_from_a_zip(source, installation, tmp_path):
    archive = tmp_path / "wordpress.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for path in (source / "index.php", source / "wp-includes/version.php"):
            bundle.write(path, f"wordpress/{path.relative_to(source)}")

    assert install_wordpress(installation(archive), print) == "9.1.2"


@pytest.mark.parametrize("kind", ["empty", "file", "nowhere"])
def test_source_that_is_no_wordpress_is_named(kind, installation, tmp_path):
    source = tmp_path / kind
    if kind == "empty":
        source.mkdir()
    elif kind == "file":
        source.write_text("hello")

    with pytest.raises(StartError, match=kind):
        install_wordpress(installation(source), print)


def test_drop_in_that_is_not_the_pinned_file_is_refused(tmp_path):
    archive = tmp_path / "other.tgz"
    archive.write_bytes(b"something else")

    with pytest.raises(StartError, match="pinned"):
        require_integrity(archive)


def test_missing_part_does_not_stop_the_others(installation, tmp_path):
    class Terminal:
        def __init__(self):
            self.steps, self.warnings = [], []
            self.step, self.warn = self.steps.append, self.warnings.append

    def refuse(_config, _tell):
        raise StartError("Run as root: apt-get install php-fpm")

    parts = (Part(name="PHP", install=refuse), Part(name="Tree", install=lambda *_: "1.0"))
    terminal = Terminal()

    complete = make_parts_available(installation(tmp_path), console=terminal, parts=parts)

    assert not complete
    assert terminal.steps == ["Tree 1.0"]
    assert terminal.warnings == ["PHP is missing. Run as root: apt-get install php-fpm"]


@pytest.mark.parametrize(
    ("there", "has_engine", "missing"),
    [
        ({"docker", "mmdebstrap"}, True, ["docker-compose"]),
        ({"docker", "mmdebstrap", "docker-compose"}, True, []),
        ({"docker", "mmdebstrap", "docker-compose"}, False, ["docker.io", "iptables"]),
    ],
)
def test_tools_are_installed_beside_an_engine_that_runs(
    tmp_path, monkeypatch, there, has_engine, missing
):
    for name in there:
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert list_missing_packages(has_engine=has_engine) == missing
