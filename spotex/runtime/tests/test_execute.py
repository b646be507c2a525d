"""``exec`` for real: PostgreSQL and Redis come up below a command and go with it."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from spotex.runtime.config import REPOSITORY

pytestmark = pytest.mark.services

PROBE = """
import os, psycopg, redis, sys
connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
fsync = connection.execute("SHOW fsync").fetchone()[0]
connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
connection.execute("INSERT INTO kept VALUES (1)")
rows = connection.execute("SELECT count(*) FROM kept").fetchone()[0]
print(redis.Redis.from_url(os.environ["REDIS_URL"]).ping(), fsync, rows, os.environ["SPOTEX_MODE"])
print(os.environ["SPOTEX_DATA_DIR"], len(os.environ["SECRET_KEY"]) >= 50)
sys.exit(7)
"""


def run_probe(*flags, **environ):
    command = [sys.executable, "-m", "spotex.runtime", "exec", *flags, "--", sys.executable]
    return subprocess.run(
        [*command, "-c", PROBE],
        env={**os.environ, **environ},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_throwaway_databases_are_gone_afterwards():
    result = run_probe("--throwaway")

    first, second = result.stdout.strip().splitlines()
    directory, _, secret = second.partition(" ")
    assert (result.returncode, first, secret) == (7, "True off 1 test", "True")
    assert not Path(directory).exists()


@pytest.fixture
def open_dir():
    """A directory that the users of sites could walk to, so that nothing is kept elsewhere."""
    with tempfile.TemporaryDirectory(prefix="sx-") as directory:
        Path(directory).chmod(0o711)
        yield Path(directory) / "data"


def test_data_is_kept_between_runs(open_dir):
    clean = {"DATABASE_URL": "", "REDIS_URL": "", "SECRET_KEY": "", "SPOTEX_MODE": ""}
    results = [
        run_probe(SPOTEX_DATA_DIR=str(open_dir), **clean).stdout.splitlines()[0] for _ in range(2)
    ]

    assert results == ["True on 1 development", "True on 2 development"]


def test_command_that_is_not_there_is_one_line():
    command = [sys.executable, "-m", "spotex.runtime", "exec", "--throwaway", "--", "/no/such"]

    result = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False
    )

    assert result.returncode == 1
    assert "Cannot run /no/such: No such file or directory." in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_termination_reaches_the_command():
    script = "import signal, sys, time; print('up', flush=True); time.sleep(60)"
    command = [sys.executable, "-m", "spotex.runtime", "exec", "--throwaway", "--", sys.executable]
    with subprocess.Popen(
        [*command, "-c", script], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=60) == 128 + signal.SIGTERM
