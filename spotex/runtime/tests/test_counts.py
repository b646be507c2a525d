"""Directories of counts are kept while somebody holds them."""

import os
import subprocess
import sys
from pathlib import Path

from spotex.runtime.counts import (
    forget_counts,
    forget_ended_gauges,
    hold_directory,
    is_held,
    own_directory,
)


def test_a_directory_is_held_until_the_last_holder_ends(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    first, second = hold_directory(tmp_path), hold_directory(tmp_path)

    os.close(first)
    assert is_held(tmp_path)
    os.close(second)
    assert not is_held(tmp_path)


def test_the_program_that_a_process_becomes_holds_it(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from spotex.runtime.counts import hold_directory\n"
        "hold_directory(Path(sys.argv[1]))\n"
        "os.execvp('cat', ['cat'])\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"it is cat that answers\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"it is cat that answers\n"
        assert is_held(tmp_path)
        process.stdin.close()
        process.wait()

    assert not is_held(tmp_path)


def test_who_starts_again_under_the_same_id_holds_nothing_of_its_predecessor(
    tmp_path: Path,
) -> None:
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    kept = {f"gauge_livesum_{os.getppid()}.db", f"counter_{os.getpid()}.db"}
    for name in (*kept, f"gauge_livesum_{os.getpid()}.db", f"gauge_livesum_{ended.pid}.db"):
        (tmp_path / name).touch()

    forget_ended_gauges(tmp_path, reborn=os.getpid())

    assert {path.name for path in tmp_path.iterdir()} == kept


def test_counts_of_the_living_are_kept(tmp_path: Path) -> None:
    living, gone = tmp_path / "living", tmp_path / "gone"
    for directory in (living, gone):
        directory.mkdir()
        (directory / "counter_7.db").touch()
    held = hold_directory(living)

    forget_counts(tmp_path)
    os.close(held)

    assert [path.parent.name for path in tmp_path.glob("*/*.db")] == ["living"]
    assert own_directory(tmp_path).parent == tmp_path
