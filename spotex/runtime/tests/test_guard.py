"""Real kills of real process trees: nothing may be left, whoever is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spotex.runtime.config import REPOSITORY
from spotex.runtime.tests.tree_to_kill import command_of

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(sys.platform != "linux", reason="process trees are found in /proc"),
]


class Tree:
    """A guard, a supervisor, a child and two grandchildren that refuse to go."""

    def __init__(self, directory: Path) -> None:
        self._pids = directory / "pids"
        self._pids.mkdir()
        command = command_of("supervisor", self._pids)
        self.guard = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True)
        wait_until(lambda: len(list(self._pids.iterdir())) == 4, "the tree did not come up")
        self.supervisor = int((directory / "supervisor").read_text())
        self.all = {int(path.name) for path in self._pids.iterdir()} | {self.guard.pid}

    def alive(self) -> set[int]:
        return {pid for pid in self.all if is_alive(pid)}

    def collect(self) -> int:
        return self.guard.wait(timeout=30)


@pytest.fixture
def tree(tmp_path):
    tree = Tree(tmp_path)
    yield tree
    for pid in tree.alive():
        os.kill(pid, signal.SIGKILL)
    tree.collect()


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def wait_until(condition, complaint):
    for _ in range(1500):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail(complaint)


def test_killed_supervisor_leaves_nothing(tree):
    os.kill(tree.supervisor, signal.SIGKILL)

    assert tree.collect() == 128 + signal.SIGKILL
    wait_until(lambda: not tree.alive(), "something outlived the supervisor")


def test_killed_guard_leaves_nothing(tree):
    os.kill(tree.guard.pid, signal.SIGKILL)

    tree.collect()
    wait_until(lambda: not tree.alive(), "something outlived the guard")


def test_stopped_guard_stops_everything_and_returns_the_code(tree):
    os.kill(tree.guard.pid, signal.SIGTERM)

    assert tree.collect() == 0
    wait_until(lambda: not tree.alive(), "something outlived an orderly stop")


def test_guard_is_not_found_by_the_name_of_the_package(tree):
    command_line = Path(f"/proc/{tree.guard.pid}/cmdline").read_text()

    assert "spotex" not in command_line.replace("/spotex/.venv", "")
    assert "runtime" not in command_line


def test_supervisor_restarts_a_killed_child_without_leftovers(tree, tmp_path):
    child = next(pid for pid in tree.all if _parent_of(pid) == tree.supervisor)

    os.kill(child, signal.SIGKILL)

    wait_until(lambda: len(list((tmp_path / "pids").iterdir())) >= 7, "the child did not come back")
    tree.all = {int(path.name) for path in (tmp_path / "pids").iterdir()} | {tree.guard.pid}


def _parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
