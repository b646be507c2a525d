import socket
import stat

import pytest

from spotex.runtime.errors import StartError
from spotex.runtime.files import (
    Stamp,
    digest_files,
    is_locked,
    keep_secret,
    lock_directory,
    make_private_dir,
    make_read_only,
    remove_tree,
)
from spotex.runtime.ports import remember_ports, require_free_port


def test_second_supervisor_of_a_directory_is_told_who_holds_it(tmp_path):
    with lock_directory(tmp_path):
        assert is_locked(tmp_path)
        with (
            pytest.raises(StartError, match=r"already running on .*process [0-9]+"),
            lock_directory(tmp_path),
        ):
            pass

    assert not is_locked(tmp_path)
    with lock_directory(tmp_path):
        pass


def test_taken_port_is_one_line_that_names_port_and_variable():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} on .*SPOTEX_PORT={port + 1}") as caught:
            require_free_port("127.0.0.1", port)

    assert "\n" not in str(caught.value)
    require_free_port("127.0.0.1", port)


def test_address_that_is_not_ours_is_one_line():
    with pytest.raises(StartError, match="SPOTEX_BIND"):
        require_free_port("192.0.2.1", 8000)


def test_ports_are_remembered_while_they_are_free(tmp_path):
    path = tmp_path / "ports.json"
    first = remember_ports(path, ("postgres", "redis"))
    with socket.create_server(("127.0.0.1", first["redis"])):
        second = remember_ports(path, ("postgres", "redis"))

    assert second["postgres"] == first["postgres"]
    assert second["redis"] != first["redis"]


def test_secret_is_made_once_and_private(tmp_path):
    first = keep_secret(tmp_path, "secret_key")

    assert keep_secret(tmp_path, "secret_key") == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secrets" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_link_in_place_of_a_private_directory_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    with pytest.raises(StartError, match="somebody else"):
        make_private_dir(tmp_path / "link")


def test_stamp_follows_names_and_contents(tmp_path):
    source = tmp_path / "src"
    source.mkdir()
    (source / "a").write_text("1")
    stamp = Stamp(tmp_path / "stamps", "built")
    stamp.set(digest_files([source]))

    assert stamp.is_current(digest_files([source]))
    (source / "a").write_text("2")
    assert not stamp.is_current(digest_files([source]))
    (source / "a").write_text("1")
    (source / "a").rename(source / "b")
    assert not stamp.is_current(digest_files([source]))


def test_read_only_tree_can_be_removed_again(tmp_path):
    tree = tmp_path / "tree"
    (tree / "inner").mkdir(parents=True)
    (tree / "inner" / "file").write_text("x")

    make_read_only(tree)

    assert stat.S_IMODE((tree / "inner" / "file").stat().st_mode) == 0o444
    remove_tree(tree)
    assert not tree.exists()
