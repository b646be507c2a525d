"""Where processes write what they count: one directory for each machine or container.

The files in it are named by process id, and containers give the same ids to different processes.

Known limit: ``prepare`` deletes what containers that are gone had counted. Sums become smaller then
without being zero, which Prometheus takes for a start from zero: the first rate after a deployment
is too high by what the remaining containers had counted.
"""

import fcntl
import os
import socket
from pathlib import Path
from typing import Final

_HELD: Final = ".held"


def own_directory(metrics: Path) -> Path:
    """Return the directory of this machine or container."""
    return metrics / socket.gethostname()


def hold_directory(directory: Path) -> int:
    """Mark a directory as in use until this process ends, whatever program it becomes.

    Returns:
        The open file that marks it; closing it lets the directory go.
    """
    descriptor = os.open(directory / _HELD, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.set_inheritable(descriptor, True)  # noqa: FBT003  takes no names
    return descriptor


def is_held(directory: Path) -> bool:
    """Tell whether a process that holds the directory lives, in whichever container."""
    try:
        descriptor = os.open(directory / _HELD, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def forget_ended_gauges(directory: Path, *, reborn: int) -> None:
    """Drop what processes that ended were holding; what they counted stays.

    Args:
        directory: where this machine's or container's processes count.
        reborn: the caller's process id. In a container it had a predecessor of the same id, whose
            figures it would take over.
    """
    for gauge in directory.glob("gauge_live*_*.db"):
        owner = int(gauge.stem.rsplit("_", 1)[1])
        if owner == reborn or not Path(f"/proc/{owner}").exists():
            gauge.unlink(missing_ok=True)


def forget_counts(metrics: Path) -> None:
    """Delete what was counted by processes that are gone."""
    for counted in metrics.glob("*/*.db"):
        if not is_held(counted.parent):
            counted.unlink(missing_ok=True)
