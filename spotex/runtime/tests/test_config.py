import os
import subprocess
import sys
from pathlib import Path

import pytest

from spotex.runtime import config as config_module
from spotex.runtime.config import (
    LONGEST_RUN_DIR,
    OPEN_DIR,
    REPOSITORY,
    merge_env_file,
    read_config,
)
from spotex.runtime.errors import StartError
from spotex.runtime.process import SUPERVISED
from spotex.runtime.run import describe_addresses, describe_sites, require_separate_sites


@pytest.fixture
def be(monkeypatch):
    """Return ``be(uid, walkable=…)``: run as somebody, in a directory that is open or private."""

    def become(uid, *, walkable=True):
        monkeypatch.setattr(config_module.os, "geteuid", lambda: uid)
        monkeypatch.setattr(config_module, "is_walkable", lambda _path: walkable)

    return become


def test_sites_of_root_are_where_their_own_users_can_walk_to(be):
    be(0, walkable=False)

    config = read_config({"SPOTEX_DATA_DIR": "/root/spotex"})
    other = read_config({"SPOTEX_DATA_DIR": "/root/other"})

    home = config.sites_dir.parent
    assert (home.parent, config.wordpress_dir) == (OPEN_DIR, home / "wordpress")
    assert home != other.sites_dir.parent
    assert config.data_dir == Path("/root/spotex"), "secrets stay where they are"
    assert config.open_dirs == (
        *(config.data_dir, OPEN_DIR, home),
        *(config.wordpress_dir, config.sites_dir),
    )
    assert config.exported()["SPOTEX_SITES_DIR"] == str(config.sites_dir)
    assert config.exported()["SPOTEX_WORDPRESS_DIR"] == str(config.wordpress_dir)
    assert describe_sites(config) == [f"Sites in {config.sites_dir}"]


def test_sites_stay_in_the_data_directory_where_that_is_enough(be):
    for uid, walkable in ((0, True), (1000, False)):
        be(uid, walkable=walkable)
        config = read_config({"SPOTEX_DATA_DIR": "/srv/spotex"})

        assert config.sites_dir == Path("/srv/spotex/sites")
        assert config.wordpress_dir == Path("/srv/spotex/wordpress")
        assert OPEN_DIR not in config.open_dirs


def test_sites_directory_that_was_named_is_taken_and_its_parent_left_alone(be):
    be(0, walkable=False)

    config = read_config({"SPOTEX_DATA_DIR": "/root/spotex", "SPOTEX_SITES_DIR": "/srv/sites"})

    assert config.sites_dir == Path("/srv/sites")
    assert Path("/srv") not in config.open_dirs


def test_shared_account_is_told_and_refused_in_production(be):
    be(1000)
    environ = {"SPOTEX_MODE": "production"}

    assert "development only" in describe_sites(read_config({}))[-1]
    require_separate_sites(read_config({}), {})
    require_separate_sites(read_config(environ), {"SPOTEX_SITE_ENGINE": "elsewhere"})
    with pytest.raises(StartError, match="Start Spotex as root"):
        require_separate_sites(read_config(environ), environ)
    be(0)
    require_separate_sites(read_config(environ), environ)
    assert describe_sites(read_config(environ)) == []


def test_everything_has_a_default(be):
    be(0)
    config = read_config({"HOME": "/home/x"})

    assert (config.mode, config.bind, config.port) == ("development", "127.0.0.1", 8000)
    assert config.base_domain == "localhost"
    assert config.data_dir == REPOSITORY / ".spotex"
    assert config.sites_dir == config.data_dir / "sites"
    assert config.wordpress_dir == config.data_dir / "wordpress"
    assert config.url_of("agency.localhost") == "http://agency.localhost:8000/"


def test_named_values_win(tmp_path):
    environ = {
        "SPOTEX_PORT": "80",
        "SPOTEX_BIND": "::",
        "SPOTEX_BASE_DOMAIN": "Spotex.Test.",
        "SPOTEX_DATA_DIR": str(tmp_path / "data"),
        "SPOTEX_SITES_DIR": str(tmp_path / "sites"),
        "DATABASE_URL": "postgres://db/x",
    }

    config = read_config(environ)

    assert config.url_of("spotex.test") == "http://spotex.test/"
    assert config.ready_url == "http://127.0.0.1:80/health/ready"
    assert config.exported()["SPOTEX_SITES_DIR"] == str(tmp_path / "sites")
    assert config.base_domain == "spotex.test"
    assert config.database_url == "postgres://db/x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("SPOTEX_PORT", value) for value in ("0", "65536", "-1", "8000x", "٣", "1e3")),
        *(
            ("SPOTEX_BASE_DOMAIN", value)
            for value in ("a..b", "localhost:8000", "a b", "../x", "è.it")
        ),
        ("SPOTEX_MODE", "prod"),
        ("SPOTEX_RUN_DIR", "/run/" + "x" * 60),
    ],
)
def test_unusable_value_is_one_line_that_names_its_variable(name, value):
    with pytest.raises(StartError, match=name) as caught:
        read_config({name: value})

    assert "\n" not in str(caught.value)


def test_directory_of_sockets_is_short_whatever_the_data_directory():
    config = read_config({"SPOTEX_DATA_DIR": "/srv/" + "deep/" * 30})
    other = read_config({"SPOTEX_DATA_DIR": "/srv/" + "deep/" * 31})

    assert len(str(config.run_dir)) <= LONGEST_RUN_DIR
    assert config.run_dir != other.run_dir


def test_throwaway_ignores_servers_and_data_of_the_environment(tmp_path):
    environ = {"DATABASE_URL": "postgres://db/x", "SPOTEX_DATA_DIR": str(tmp_path)}

    config = read_config(environ, throwaway=True)

    config.data_dir.rmdir()
    assert (config.mode, config.database_url) == ("test", "")
    assert config.data_dir != tmp_path
    assert config.run_dir == config.data_dir / "run"


def test_environment_wins_over_the_env_file(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# comment\nSPOTEX_PORT = 9000\nSECRET_KEY='a=b'\n#OFF=1\n\nnonsense\n")

    merged = merge_env_file({"SPOTEX_PORT": "9001"}, file)

    assert merged == {"SPOTEX_PORT": "9001", "SECRET_KEY": "a=b"}
    assert merge_env_file({"A": "1"}, Path("/nonexistent/.env")) == {"A": "1"}


def test_start_says_where_everything_answers():
    config = read_config({"SPOTEX_PORT": "8010", "SPOTEX_BASE_DOMAIN": "spotex.test"})
    production = read_config({"SPOTEX_MODE": "production"})

    lines = describe_addresses(config, {})

    assert "Public site   http://www.spotex.test:8010/" in lines
    assert "API           http://api.spotex.test:8010/api/v1/docs" in lines
    assert lines[-1] == "Mails         http://www.spotex.test:8010/_mail/"
    assert "_mail" not in "".join(describe_addresses(production, {}))
    assert "_mail" not in "".join(describe_addresses(config, {"SPOTEX_MAILBOX": "0"}))


@pytest.mark.parametrize(("supervised", "clocks"), [("1", 0), ("0", 1)])
def test_lines_below_the_supervisor_have_one_clock(supervised, clocks):
    program = "import spotex.settings as s; print(s.LOGGING['formatters']['line']['format'])"

    printed = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, SUPERVISED: supervised},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed.count("{asctime}") == clocks
