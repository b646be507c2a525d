"""A tiny process above the supervisor that lets nothing outlive it.

``run_guarded`` forks: the child becomes the supervisor, the parent turns itself into this script.
The guard is a *subreaper*: whatever the supervisor starts, directly or through children of
children, stays below the guard in the process tree, even when everything between them has been
killed. So whichever way the supervisor ends, the guard can find what is left and end it.

* the supervisor is killed: the guard ends all descendants and leaves;
* the guard is killed: the supervisor gets SIGTERM (its parent-death signal) and stops in order;
* both are killed at once: every process has a parent-death signal of its own.

The script runs isolated, from its own directory: its command line names neither the package nor
the command, so that killing "everything called spotex" does not take both at one stroke.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
GENTLE_SECONDS = 2.0
FORCED_SECONDS = 8.0
_LIBC = ctypes.CDLL(None)  # opened here: between fork and exec nothing may be opened


def run_guarded(main: Callable[[], int], *, own_session: bool) -> int:
    """Run ``main`` in a child process while this process becomes its guard; never return.

    Args:
        main: the supervisor; what it returns becomes the exit code.
        own_session: leave the terminal's session, so that Ctrl-C reaches the guard alone, which
            asks the supervisor to stop. False where the child reads from the terminal itself.
    """
    guard = os.getpid()
    become_subreaper()
    if "MAKELEVEL" in os.environ:
        call_prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # make is killed: nobody holds us any more
    sys.stdout.flush()
    supervisor = os.fork()
    if supervisor:
        os.chdir(Path(__file__).parent)
        python = os.path.realpath(sys.executable)
        os.execv(python, [python, "-I", "-S", Path(__file__).name, str(supervisor)])  # noqa: S606
    if own_session:
        os.setsid()
    call_prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != guard:
        os._exit(1)
    return main()


def become_subreaper() -> None:
    """Adopt every orphan below this process from now on."""
    call_prctl(PR_SET_CHILD_SUBREAPER, 1)


def call_prctl(option: int, value: int) -> None:
    """Set one option of this process; without effect on systems that are not Linux."""
    if sys.platform == "linux":
        _LIBC.prctl(option, value, 0, 0, 0)


def list_descendants(ancestor: int) -> list[int]:
    """Return the living processes below ``ancestor``, zombies left out."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text(errors="replace").rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue  # it ended while we looked
        if state not in "ZX":
            children.setdefault(int(parent), []).append(int(stat.parent.name))
    found: list[int] = []
    waiting = [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def end_descendants(*, gentle_seconds: float = GENTLE_SECONDS) -> None:
    """Wait for all descendants of this process to end, and kill those that do not.

    Args:
        gentle_seconds: time they have to end by themselves after their parent-death signal.
    """
    start = time.monotonic()
    while descendants := list_descendants(os.getpid()):
        waited = time.monotonic() - start
        if waited > FORCED_SECONDS:
            return
        if waited >= gentle_seconds:
            for pid in descendants:
                _send(pid, signal.SIGKILL)
        _reap()
        time.sleep(0.02)
    _reap()


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def watch(supervisor: int) -> int:
    """Wait for the supervisor, forward signals to it, clear up after it, return its exit code."""
    become_subreaper()
    separate = os.getsid(supervisor) != os.getsid(0)

    def forward(number: int, _frame: FrameType | None) -> None:
        # In a shared session the terminal has already sent Ctrl-C to both.
        if number != signal.SIGINT or separate:
            _send(supervisor, signal.SIGTERM)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    ended, status = 0, 0
    while ended != supervisor:
        ended, status = os.waitpid(-1, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if killed:
        sys.stderr.write("\nSpotex was killed; ending everything it had started.\n")
    end_descendants(gentle_seconds=GENTLE_SECONDS if killed else 0.0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(watch(int(sys.argv[1])))
