"""One process at a time: the same commands as the supervisor's, and clear refusals."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from spotex.runtime.config import REPOSITORY, read_config
from spotex.runtime.counts import own_directory
from spotex.runtime.errors import StartError
from spotex.runtime.serve import serve
from spotex.runtime.services import SERVICES, describe_background, describe_front, describe_service

SERVERS = {
    "DATABASE_URL": "postgres://spotex@127.0.0.1:1/spotex",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


@pytest.fixture
def run_dir() -> Iterator[Path]:
    """A folder whose name is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="sv-", dir="/tmp") as directory:
        yield Path(directory) / "r"


@pytest.fixture
def environ(tmp_path: Path, run_dir: Path) -> dict[str, str]:
    return {
        **SERVERS,
        "PATH": os.environ["PATH"],
        "SPOTEX_DATA_DIR": str(tmp_path / "data"),
        "SPOTEX_RUN_DIR": str(run_dir),
    }


@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL"])
def test_a_single_process_needs_servers(environ: dict[str, str], missing: str) -> None:
    del environ[missing]

    with pytest.raises(StartError, match=f"{missing} is missing"):
        serve("web", environ)


def test_the_supervisor_starts_exactly_what_can_be_served(environ: dict[str, str]) -> None:
    config = read_config(environ)
    config.run_dir.mkdir()
    config.data_dir.mkdir()
    supervised = (*describe_front(config, environ), *describe_background(config, environ))

    assert {service.name for service in supervised} == set(SERVICES)
    for service in supervised:
        assert describe_service(service.name, config, environ).command == service.command


def test_serving_becomes_the_process(environ: dict[str, str], run_dir: Path) -> None:
    script = (
        "import json, os, sys\n"
        "os.execvpe = lambda file, args, env: (print(json.dumps(\n"
        "    [list(args), env['DATABASE_URL'], os.getcwd()]), flush=True), os._exit(0))\n"
        "from spotex.runtime.serve import serve\n"
        "serve('beat', dict(os.environ))\n"
    )

    counts = own_directory(run_dir / "metrics")
    counts.mkdir(parents=True)
    left = counts / "gauge_livesum_999999999.db"
    left.touch()

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )

    assert not left.exists()
    command, database, directory = json.loads(done.stdout)
    assert "celery" in command
    assert "beat" in command
    assert database == SERVERS["DATABASE_URL"]
    assert Path(directory) == REPOSITORY
    assert own_directory(run_dir / "metrics").is_dir()
