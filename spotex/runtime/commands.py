"""Programs run to their end."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from spotex.runtime.errors import StartError

_SHOWN_LINES = 15


def run_command(
    command: Sequence[str | Path],
    *,
    purpose: str,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> str:
    """Run a program quietly and return what it wrote to its standard output.

    Args:
        command: program and arguments; never a shell line.
        purpose: what it is for, as the subject of the error message: "Building the front end".
        environ: its whole environment; ours when missing.
        directory: where it runs.

    Raises:
        StartError: it is not there or it failed; the message ends with what it said last.
    """
    try:
        result = _run(command, environ=environ, directory=directory)
    except OSError as error:
        raise StartError(f"{purpose} failed: {command[0]}: {error.strerror}.") from error
    if result.returncode:
        said = (result.stdout + result.stderr).strip().splitlines()[-_SHOWN_LINES:]
        detail = "".join(f"\n  {line}" for line in said)
        raise StartError(f"{purpose} failed ({Path(command[0]).name}):{detail}")
    return result.stdout


def succeeds(command: Sequence[str | Path]) -> bool:
    """Tell whether a program is there and ends without an error."""
    try:
        return _run(command).returncode == 0
    except OSError:
        return False


def _run(
    command: Sequence[str | Path],
    *,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - a list of arguments written in this package, no shell
        [str(part) for part in command],
        env=None if environ is None else dict(environ),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
