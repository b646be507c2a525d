from pathlib import Path

import pytest

from spotex.runtime.config import LONGEST_RUN_DIR, REPOSITORY, merge_env_file, read_config
from spotex.runtime.errors import StartError


def test_everything_has_a_default():
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
